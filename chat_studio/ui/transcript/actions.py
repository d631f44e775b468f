"""What can be done with a box: the buttons in it, and their entries in the context menu."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


@dataclass(frozen=True)
class Action:
    """`run` is called with the widget that shows the box."""

    label: str
    run: Callable[[QWidget], None]
