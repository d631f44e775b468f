"""Exchange: conversations out into files, and in from the files of this program and of others."""
