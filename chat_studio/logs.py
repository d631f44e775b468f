"""The log file: for reports of bugs, never with a key in it."""

from __future__ import annotations

import logging
import logging.handlers
import os
import re
import sys
from io import TextIOWrapper
from pathlib import Path

MAX_BYTES = 1_000_000
COPIES = 3


def start(path: Path) -> logging.Handler:
    """Sends warnings of everything, and information of the program itself, to the file; returns the handler.

    The file, its folder with it, is made when there is something to write. It is readable by its owner only.
    """
    handler = LogFile(path)
    logging.getLogger().addHandler(handler)
    logging.getLogger("chat_studio").setLevel(logging.INFO)
    logging.captureWarnings(capture=True)
    return handler


class LogFile(logging.handlers.RotatingFileHandler):
    """A bounded file. When the disk refuses, it says so once on standard error, and the program goes on."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, maxBytes=MAX_BYTES, backupCount=COPIES, encoding="utf-8", errors="replace", delay=True)
        self._failed = False
        self.setFormatter(Masking("%(asctime)s %(levelname)s %(name)s: %(message)s"))

    def _open(self) -> TextIOWrapper:
        path = Path(self.baseFilename)
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))
        return super()._open()

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802
        """Called by the base class while it handles the exception."""
        del record
        if not self._failed and sys.stderr is not None:
            self._failed = True
            sys.stderr.write(f"The log {self.baseFilename} cannot be written: {sys.exc_info()[1]}\n")


class Masking(logging.Formatter):
    """Formats a record with its traceback, and blanks out what looks like a secret."""

    def format(self, record: logging.LogRecord) -> str:
        return masked(super().format(record))


def masked(text: str) -> str:
    """`text` with “…” in place of keys: known forms of them, values of headers that carry them, passwords in URLs."""
    for pattern in _SECRETS:
        text = pattern.sub(lambda match: f"{match[1]}…", text)
    return text


_SECRETS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(authorization[\"']?\s*[:=,]\s*b?[\"']?(?:bearer|basic|token)?\s*)[^\s\"',;)}]+",
        r"((?:x-|xi-)?(?:api|goog-api|subscription|access|secret)[-_]?(?:key|token)[\"']?\s*[:=,]\s*b?[\"']?)[^\s\"',;)}&]+",
        r"(\bbearer\s+)[\w.~+/=-]{6,}",
        r"(://[^/\s:@]*:)[^/\s@]+(?=@)",
        r"(\b(?:sk|pk|rk|hf|gsk|xai|pplx|r8|nvapi|csk|fw|tgp|key)[-_])[\w-]{8,}",
        r"(\bAIza)[\w-]{20,}",
    )
)
