"""Conversations out into files and in from them: the dialogs, and what they do."""
