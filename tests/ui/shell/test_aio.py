"""The door for background work, and what the first painting reads."""

from __future__ import annotations

import asyncio
import gc
import logging
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtWidgets import QDialog

from chat_studio.errors import StorageError
from chat_studio.ui import aio
from chat_studio.ui.first_look import FirstLook


async def _fail(error: Exception) -> None:
    raise error


@pytest.mark.expects_log("ERROR chat_studio.failures: Something in the program went wrong: ValueError: odd")
async def test_a_failure_in_the_background_is_reported() -> None:
    task = aio.spawn(_fail(ValueError("odd")))
    with pytest.raises(ValueError, match="odd"):
        await task


@pytest.mark.expects_log("ERROR chat_studio.failures: The disk is full.$")
async def test_a_failure_of_the_users_world_is_a_sentence_without_a_traceback(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(StorageError):
        await aio.spawn(_fail(StorageError("The disk is full.", hint="Free some space.")))
    (record,) = (record for record in caplog.records if record.levelno == logging.ERROR)
    assert record.exc_info is None
    assert record.hint == "Free some space."  # type: ignore[attr-defined]


async def test_work_ends_with_its_owner() -> None:
    owner = QObject()
    task = aio.spawn(asyncio.Event().wait(), owner)
    await asyncio.sleep(0)
    owner.deleteLater()
    QCoreApplication.sendPostedEvents(owner, QEvent.Type.DeferredDelete)
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_dialog_is_asked_without_a_loop_of_its_own(qapp: object) -> None:
    dialog = QDialog()
    asked = aio.spawn(aio.ask(dialog))
    await asyncio.sleep(0)
    assert dialog.isVisible()
    dialog.accept()
    assert await asked == QDialog.DialogCode.Accepted


class Cyclic(QObject):
    """An object in a cycle, which notes the thread in which it goes."""

    def __init__(self, gone: list[str]) -> None:
        super().__init__()
        self._gone = gone
        self._cycle = self

    def __del__(self) -> None:
        self._gone.append(threading.current_thread().name)


async def test_garbage_is_collected_in_the_windows_thread_alone() -> None:
    gone: list[str] = []
    with aio.garbage_collected_here():
        Cyclic(gone)
        await asyncio.to_thread(lambda: [[] for _ in range(50_000)])
        kept = [[] for _ in range(2 * gc.get_threshold()[0])]
        async with asyncio.timeout(20):
            while not gone:  # noqa: ASYNC110 - the collection is no event
                await asyncio.sleep(0.001)
        assert len(kept) > gc.get_threshold()[0]
    assert gone == ["MainThread"]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ('{"theme": "dark", "font_size": 18}', FirstLook("dark", 18)),
        ('\ufeff{"theme": "light"}', FirstLook("light")),
        ('{"theme": "pink", "font_size": 400}', FirstLook()),
        ('{"font_size": "large"}', FirstLook()),
        ("[]", FirstLook()),
        ("{", FirstLook()),
    ],
)
def test_the_first_look_takes_what_it_can(tmp_path: Path, content: str, expected: FirstLook) -> None:
    path = tmp_path / "settings.json"
    path.write_text(content, encoding="utf-8")
    assert FirstLook.read(path) == expected


def test_without_settings_it_has_its_defaults(tmp_path: Path) -> None:
    assert FirstLook.read(tmp_path / "settings.json") == FirstLook()
