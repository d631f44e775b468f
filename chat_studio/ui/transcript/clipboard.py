"""Puts what is selected in a text on the clipboard."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication

from chat_studio.ui.aio import spawn
from chat_studio.ui.transcript.copying import Excerpt, mime_data

if TYPE_CHECKING:
    from chat_studio.ui.transcript.surface import FlowSurface

MOST_AT_ONCE = 50_000
"""Characters of Markdown that are copied within the frame; more is read in a thread."""


def copy_selection(surface: FlowSurface) -> None:
    """As it is read and as it was written: whoever pastes takes what fits."""
    _put(surface, lambda taken: (taken.plain(), taken.markdown()))


def copy_markdown(surface: FlowSurface) -> None:
    """As it was written."""
    _put(surface, lambda taken: (taken.markdown(),) * 2)


def _put(surface: FlowSurface, read: Callable[[Excerpt], tuple[str, str]]) -> None:
    if surface.selection is None:
        return
    taken = surface.excerpt(surface.selection)
    if taken.size <= MOST_AT_ONCE:
        QGuiApplication.clipboard().setMimeData(mime_data(*read(taken)))
    else:
        spawn(_put_slowly(taken, read), surface, "copy")


async def _put_slowly(taken: Excerpt, read: Callable[[Excerpt], tuple[str, str]]) -> None:
    texts = await asyncio.to_thread(read, taken)
    QGuiApplication.clipboard().setMimeData(mime_data(*texts))
