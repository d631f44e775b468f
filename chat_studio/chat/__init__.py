"""Chat: turns a question into an answer, and a conversation into something that lasts."""
