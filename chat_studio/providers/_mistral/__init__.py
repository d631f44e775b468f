"""What is Mistral's alone."""
