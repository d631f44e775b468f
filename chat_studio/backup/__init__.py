"""Full backups of a home as one file, and their way back."""
