"""What of an answer is read aloud."""

from __future__ import annotations

from chat_studio.ui.transcript.plain_text import plain_text
from chat_studio.ui.transcript.reading import Form, read
from chat_studio.ui.transcript.splitter import BlockSplitter


def spoken(markdown: str) -> str:
    """The words without their marks, and without code, which nobody wants to hear. Takes long for long texts: call it
    in a thread."""
    splitter = BlockSplitter()
    splitter.feed(markdown)
    splitter.finish()
    lines = [line for block in splitter.closed for line in read(block) if line.form not in (Form.CODE, Form.RULE)]
    return plain_text(lines)
