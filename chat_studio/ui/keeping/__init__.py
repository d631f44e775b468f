"""Backups, their way back, and the care of the history: the dialogs, and what they do."""
