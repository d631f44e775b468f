"""Colours and the style sheet that is made from them."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from typing import Literal

from chat_studio.resources import resource

ThemeName = Literal["light", "dark"]


@dataclass(frozen=True)
class Theme:
    """The colours of one theme as `#RRGGBB`: three greys of text, one accent, one red, and those of code."""

    is_dark: bool
    bg: str
    panel: str
    line: str
    text: str
    muted: str
    faint: str
    accent: str
    on_accent: str
    user: str
    code: str
    danger: str
    warn: str
    selected: str
    keyword: str
    string: str
    function: str
    comment: str

    @property
    def hover(self) -> str:
        """What lies over any surface under the pointer, as a style sheet colour."""
        return translucent(self.text, 0.06)


def translucent(color: str, alpha: float) -> str:
    """`#RRGGBB` with an opacity from 0 to 1, as a style sheet colour."""
    red, green, blue = (int(color[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, {round(alpha * 255)})"


def load_theme(name: ThemeName) -> Theme:
    return Theme(**json.loads(resource(f"themes/{name}.json").read_text(encoding="utf-8")))


@dataclass(frozen=True)
class TypeScale:
    """Sizes in pixels that follow from the body's, in the proportions 14 : 13 : 12 : 11 and titles of 16, 18, 20."""

    body: int

    @property
    def control(self) -> int:
        return self.body - 1

    @property
    def small(self) -> int:
        return self.body - 2

    @property
    def tiny(self) -> int:
        return self.body - 3

    @property
    def code(self) -> float:
        return self.body - 1.5

    @property
    def heading(self) -> int:
        return self.body + 2

    @property
    def title(self) -> int:
        return self.body + 6


def stylesheet(theme: Theme, font_size: int) -> str:
    """The application's style sheet: `resources/themes/studio.qss` with its `@names` filled in.

    A name is a colour of the theme or a step of `TypeScale`. `font_size` is the body's, in pixels.
    """
    scale = TypeScale(font_size)
    values = {**asdict(theme), "hover": theme.hover, "ring": translucent(theme.accent, 0.45)}
    values |= {f"size_{step}": f"{getattr(scale, step)}px" for step in _STEPS}
    template = resource("themes/studio.qss").read_text(encoding="utf-8")
    return re.sub(r"@(\w+)", lambda match: str(values[match[1]]), template)


_STEPS = ("body", "control", "small", "tiny", "code", "heading", "title")
