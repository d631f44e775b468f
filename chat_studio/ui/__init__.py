"""The window: widgets that show what the core does, and nothing of how it does it."""
