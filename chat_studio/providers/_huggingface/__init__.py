"""What is Hugging Face's alone."""
