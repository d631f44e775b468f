from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from chat_studio.history.records import MessageRecord, MessageState
from chat_studio.messages import Message, Part, Role, TextPart
from chat_studio.ui.appearance import Appearance
from chat_studio.ui.transcript.style import TextStyle
from chat_studio.ui.transcript.view import Transcript

MakeRecord = Callable[..., MessageRecord]


@pytest.fixture
def appearance(qapp: QApplication) -> Iterator[Appearance]:
    made = Appearance(qapp, "light")
    yield made
    made.deleteLater()


@pytest.fixture
def style(appearance: Appearance) -> TextStyle:
    return TextStyle.of(appearance.theme, appearance.body_font(), appearance.mono_font())


@pytest.fixture
def make_record() -> MakeRecord:
    """Messages numbered from 1; `text` or `parts`, the rest as in MessageRecord."""
    count = 0

    def make(role: Role, text: str = "", *, parts: tuple[Part, ...] | None = None, **fields: Any) -> MessageRecord:
        nonlocal count
        count += 1
        content = parts if parts is not None else (TextPart(text=text),) if text else ()
        message = Message(role=role, parts=content)
        fields.setdefault("state", MessageState.DONE)
        return MessageRecord(str(count), "conversation", None, message, datetime.now(UTC), **fields)

    return make


@pytest.fixture
def transcript(appearance: Appearance, qtbot: QtBot) -> Transcript:
    """A transcript of 900 × 600 pixels that is shown."""
    view = Transcript(appearance)
    qtbot.addWidget(view)
    view.resize(900, 600)
    view.show()
    qtbot.waitExposed(view)
    return view
