"""Azure's addresses."""
