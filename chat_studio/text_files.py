"""Bytes of a file as text, if they are some."""

from __future__ import annotations

import codecs
import re

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # begins as the mark of UTF-16 does
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
"""Characters that no text has. Escape stays: terminal output is text."""
_FOREIGN = re.compile(r"[^\x00-\x7f]+")
_MOST_FOREIGN = 0.25
"""Of all characters: in Western languages it is far less, in Shift-JIS or KOI8 read as one nearly all."""
_SAMPLE = 4096
"""Bytes that are looked at to tell UTF-16 without a mark."""
_MOST_CONTROLS = 0.001
"""Of all characters: a stray one does not make a log binary."""


def decoded(content: bytes) -> str | None:
    """The text with line breaks as `\\n`; None for what is not text. A byte order mark decides; else UTF-8, in which
    single characters may be damaged, UTF-16 by its many zeros, and Windows-1252 for what then looks like a Western
    language. Other old encodings cannot be told apart, and are not guessed."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _text(content[len(mark) :], encoding)
    if b"\0" in content[:_SAMPLE]:
        return _without_mark(content)
    text = _text(content, "utf-8")
    return text if text is not None else _damaged(content) or _western(content)


def _damaged(content: bytes) -> str | None:
    """UTF-8 that was cut, or has a stray byte: most of what is not ASCII is whole."""
    text = content.decode("utf-8", "replace")
    lost = text.count("\ufffd")
    whole = sum(map(len, _FOREIGN.findall(text))) - lost
    return _clean(text, _MOST_CONTROLS) if whole >= 2 * lost else None


def _western(content: bytes) -> str | None:
    text = _text(content, "cp1252", most_controls=0.0)
    if text is None or sum(map(len, _FOREIGN.findall(text))) > _MOST_FOREIGN * len(text):
        return None
    return text


def _without_mark(content: bytes) -> str | None:
    """UTF-16 has a zero in every other byte, as far as it is in Latin letters."""
    sample = content[:_SAMPLE]
    half = len(sample) // 2
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if odd > half * 0.7 and not even:
        return _text(content, "utf-16-le")
    if even > half * 0.7 and not odd:
        return _text(content, "utf-16-be")
    return None


def _text(content: bytes, encoding: str, *, most_controls: float = _MOST_CONTROLS) -> str | None:
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        return None
    return _clean(text, most_controls)


def _clean(text: str, most_controls: float) -> str | None:
    if "\0" in text or len(_CONTROL.findall(text)) > most_controls * len(text):
        return None
    return text.replace("\r\n", "\n").replace("\r", "\n")
