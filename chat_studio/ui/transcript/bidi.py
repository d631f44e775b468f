"""Characters that turn the direction of what follows: in code they make it read as something else than it is.

See CVE-2021-42574, “Trojan Source”. They are shown as a sign of one character, so that positions stay as they are.
"""

from __future__ import annotations

SIGN = "\ufffd"
_CONTROLS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_SHOWN = str.maketrans(dict.fromkeys(_CONTROLS, SIGN))


def visible(code: str) -> str:
    return code if code.isascii() else code.translate(_SHOWN)


def controls(code: str) -> str:
    """The names of those in the code, such as “U+202E”; "" for none."""
    if code.isascii():
        return ""
    return ", ".join(f"U+{ord(sign):04X}" for sign in _CONTROLS if sign in code)
