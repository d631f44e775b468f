"""What other programs export, one file each: how a conversation of theirs is told, and what it is here."""
