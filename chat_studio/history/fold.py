"""Text without what a search leaves out of account: case and diacritics."""

from __future__ import annotations

import unicodedata


def fold(text: str) -> str:
    """“Äpfel” and “APFEL” become “apfel”, “ΟΔΌΣ” becomes “οδοσ”."""
    folded = text.casefold()
    if folded.isascii():
        return folded
    return "".join(filter(_is_base, unicodedata.normalize("NFD", folded)))


def _is_base(character: str) -> bool:
    return not unicodedata.combining(character)
