from __future__ import annotations

from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from chat_studio.chat.changes import AnswerGrew, AnswerRouted, Change, ConversationChanged, MessageAdded, MessageChanged
from chat_studio.chat.session import Listener
from chat_studio.events import Event, TextDelta
from chat_studio.history.records import ConversationRecord, MessageRecord
from chat_studio.messages import Role
from chat_studio.ui.bridge import SessionBridge

MakeRecord = Callable[..., MessageRecord]


class Source:
    """The one thing of a session that a bridge uses."""

    def __init__(self) -> None:
        self.listeners: list[Listener] = []

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        self.listeners.append(listener)
        return lambda: self.listeners.remove(listener)

    def tell(self, *changes: Change) -> None:
        for change in changes:
            for listener in tuple(self.listeners):
                listener(change)


@pytest.fixture
def source() -> Source:
    return Source()


@pytest.fixture
def bridge(source: Source, qtbot: QtBot) -> SessionBridge:
    return SessionBridge(source)  # type: ignore[arg-type]


def words(*texts: str) -> list[AnswerGrew]:
    return [AnswerGrew("1", TextDelta(text)) for text in texts]


def test_what_comes_in_one_step_is_one_signal(source: Source, bridge: SessionBridge, qtbot: QtBot) -> None:
    batches: list[list[Event]] = []
    bridge.answer_grew.connect(lambda _, events: batches.append(events))
    with qtbot.waitSignal(bridge.answer_grew):
        source.tell(*words("a", "b", "c"))
    assert batches == [[TextDelta("a"), TextDelta("b"), TextDelta("c")]]


def test_the_end_of_an_answer_overtakes_none_of_it(
    source: Source, bridge: SessionBridge, make_record: MakeRecord
) -> None:
    order: list[str] = []
    bridge.answer_grew.connect(lambda _, events: order.append("".join(event.text for event in events)))
    bridge.message_changed.connect(lambda _: order.append("changed"))
    source.tell(*words("a", "b"), MessageChanged(make_record(Role.ASSISTANT, "ab")))
    assert order == ["ab", "changed"]


def test_other_changes_have_their_signals(source: Source, bridge: SessionBridge, make_record: MakeRecord) -> None:
    told: list[object] = []
    bridge.message_added.connect(told.append)
    bridge.answer_routed.connect(told.append)
    bridge.conversation_changed.connect(told.append)
    record = make_record(Role.USER, "Why?")
    answer = make_record(Role.ASSISTANT, connection_name="Demo")
    conversation = ConversationRecord("c", "Title", record.created_at, record.created_at)
    source.tell(MessageAdded(record), AnswerRouted(answer), ConversationChanged(conversation))
    assert told == [record, answer, conversation]


def test_two_answers_are_not_mixed(source: Source, bridge: SessionBridge, qtbot: QtBot) -> None:
    batches: list[tuple[str, int]] = []
    bridge.answer_grew.connect(lambda message_id, events: batches.append((message_id, len(events))))
    with qtbot.waitSignals([bridge.answer_grew] * 2):
        source.tell(*words("a", "b"), AnswerGrew("2", TextDelta("c")))
    assert batches == [("1", 2), ("2", 1)]


def test_after_closing_nothing_is_told(source: Source, bridge: SessionBridge, qtbot: QtBot) -> None:
    source.tell(*words("a"))
    bridge.close()
    assert source.listeners == []
    with qtbot.assertNotEmitted(bridge.answer_grew, wait=50):
        pass
