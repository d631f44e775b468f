"""What the router of Hugging Face tells of its models."""
