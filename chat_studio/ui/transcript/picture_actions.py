"""What can be done with a picture in the text: show it, copy it, save it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from chat_studio.errors import StorageError
from chat_studio.ui.aio import ask, spawn
from chat_studio.ui.transcript.actions import Action
from chat_studio.ui.transcript.pictures import NoPicture, Picture, Pictures, host_of

_SUFFIXES = {b"\x89PNG": "png", b"\xff\xd8\xff": "jpg", b"GIF8": "gif", b"RIFF": "webp", b"BM": "bmp"}


def picture_actions(pictures: Pictures, url: str, told: Callable[[], None]) -> list[Action]:
    """For the picture at an address, as it is shown now; the bound method `told` hears when it has come."""
    shown = pictures.look(url)
    if isinstance(shown, NoPicture):
        if not shown.can_load:
            return []
        return [Action(f"Show image from {host_of(url)}", lambda _: pictures.load(url, told))]
    return [
        Action("Copy image", lambda _: QGuiApplication.clipboard().setImage(shown.image)),
        Action("Save image as…", lambda widget: _begin_saving(widget, shown)),
    ]


def _begin_saving(widget: QWidget, picture: Picture) -> None:
    spawn(_save(widget.window(), picture), owner=widget.window(), name="save image")


async def _save(window: QWidget, picture: Picture) -> None:
    dialog = QFileDialog(window, "Save image as", f"image.{suffix_of(picture.data)}")
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    if await ask(dialog) != QDialog.DialogCode.Accepted or not dialog.selectedFiles():
        return
    target = Path(dialog.selectedFiles()[0])
    try:
        await asyncio.to_thread(target.write_bytes, picture.data)
    except OSError as error:
        raise StorageError(
            f"The image could not be saved as “{target.name}”.",
            hint="Is there room, and may you write there?",
            detail=str(error),
        ) from error


def suffix_of(data: bytes) -> str:
    """What the name of an image file ends with, told by its first bytes."""
    return next((suffix for begin, suffix in _SUFFIXES.items() if data.startswith(begin)), "png")
