"""Files that ship with the program: a checkout's own, an installed wheel's, or a bundle's."""

from __future__ import annotations

import sys
from pathlib import Path

_PACKAGE = Path(__file__).parent
_IN_WHEEL = _PACKAGE / "_bundled"


def resource(name: str) -> Path:
    """The path of `resources/<name>`."""
    return _root() / "resources" / name


def sample_connections() -> Path:
    """The `llm_connections.json` that a first start copies."""
    return _root() / "llm_connections.json"


def _root() -> Path:
    unpacked_by_pyinstaller: str | None = getattr(sys, "_MEIPASS", None)
    if unpacked_by_pyinstaller is not None:
        return Path(unpacked_by_pyinstaller)
    return _IN_WHEEL if _IN_WHEEL.is_dir() else _PACKAGE.parent
