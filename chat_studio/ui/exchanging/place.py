"""Where an export goes, while the user makes up their mind what and as what."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from chat_studio.exchange.formats import FORMATS
from chat_studio.exchange.outputs import file_name

IfTaken = Literal["rename", "ask", "replace"]
"""What to do where there is a file of this name already."""


@dataclass(frozen=True)
class Place:
    """A file (with `suffix`) or a folder in `folder`. A name that the user has chosen stays whatever is exported."""

    folder: Path
    name: str
    suffix: str
    is_chosen: bool = False

    @property
    def path(self) -> Path:
        return self.folder / f"{self.name}{self.suffix}"

    def named(self, title: str) -> Place:
        """The same for something of this title."""
        return self if self.is_chosen else replace(self, name=file_name(title))

    def at(self, path: Path) -> Place:
        """Where the user says."""
        known = {one.suffix for one in FORMATS}
        name = path.stem if path.suffix in known else path.name
        suffix = self.suffix and (path.suffix if path.suffix in known else self.suffix)
        return Place(path.parent, name, suffix, is_chosen=True)
