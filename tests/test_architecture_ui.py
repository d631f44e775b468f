"""The shape of the window's classes: small, in our own names, and nothing of theirs in Qt's manner without need."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from types import FunctionType

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from chat_studio import ui

MOST_METHODS = 15


def classes() -> Iterator[type[QObject]]:
    for module in pkgutil.walk_packages(ui.__path__, "chat_studio.ui."):
        for found in vars(importlib.import_module(module.name)).values():
            if isinstance(found, type) and issubclass(found, QObject) and found.__module__ == module.name:
                yield found


def own_methods(of: type[QObject]) -> list[str]:
    """Without properties, and without overrides of what Qt calls."""
    return [name for name, value in vars(of).items() if isinstance(value, FunctionType) and not is_qts(of, name)]


def is_qts(of: type[QObject], name: str) -> bool:
    return any(hasattr(base, name) for base in of.__mro__ if base.__module__.startswith(("PySide6", "Shiboken")))


def test_a_widget_has_few_methods() -> None:
    sizes = {found.__name__: len(own_methods(found)) for found in classes() if issubclass(found, QWidget)}
    assert {name: size for name, size in sizes.items() if size > MOST_METHODS} == {}


def test_only_overrides_are_named_in_qts_manner() -> None:
    named = [f"{found.__name__}.{name}" for found in classes() for name in own_methods(found)]
    assert [name for name in named if re.search(r"\.[a-z]+[A-Z]", name)] == []
