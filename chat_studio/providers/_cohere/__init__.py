"""What is Cohere's alone."""
