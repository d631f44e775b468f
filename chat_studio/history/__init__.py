"""History: every conversation, in one SQLite file."""
