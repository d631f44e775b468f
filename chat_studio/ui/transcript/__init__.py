"""The transcript: a conversation rendered natively, each block laid out once."""
