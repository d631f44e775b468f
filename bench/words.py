"""What the measured answers are made of."""

from __future__ import annotations

import re
from pathlib import Path

LAST = "Zuletzt."
"""The last token of every answer; it appears nowhere else."""

TOKENS = re.findall(r"\s*\S{1,5}|\s+", Path(__file__).with_name("answer.md").read_text(encoding="utf-8"))
"""Real Markdown in pieces of about four characters, as models send it."""
