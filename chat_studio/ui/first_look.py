"""What the first painting needs to know, read before anything heavy is loaded."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from chat_studio.ui.appearance import DEFAULT_FONT_SIZE, FONT_SIZES, ThemeChoice

_THEMES = ("system", "light", "dark")


@dataclass(frozen=True)
class FirstLook:
    """The settings of the looks, or their defaults. What is wrong with the file is told by who loads all of it."""

    theme: ThemeChoice = "system"
    font_size: int = DEFAULT_FONT_SIZE
    geometry: str = ""
    layout: str = ""

    @classmethod
    def read(cls, path: Path) -> FirstLook:
        try:
            content = json.loads(path.read_text(encoding="utf-8-sig"))
        except (OSError, ValueError, RecursionError):
            return cls()
        return cls._of(content) if isinstance(content, dict) else cls()

    @classmethod
    def _of(cls, content: dict[str, Any]) -> FirstLook:
        theme, size = content.get("theme"), content.get("font_size")
        return cls(
            theme=cast("ThemeChoice", theme) if theme in _THEMES else cls.theme,
            font_size=size if isinstance(size, int) and size in FONT_SIZES else cls.font_size,
            geometry=str(content.get("window_geometry", "")),
            layout=str(content.get("window_layout", "")),
        )
