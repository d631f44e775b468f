"""What OpenRouter tells of its models."""
