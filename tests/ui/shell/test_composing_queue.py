"""Questions that wait for the running answer: shown, edited, moved, removed, sent; and what they wait for is said."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton
from ui.shell.again import started_again
from ui.shell.desk import Desk

from chat_studio.ui.composing.queue_list import QueueList


def shown(desk: Desk) -> QueueList:
    return desk.find("queueList", QueueList)


def press(desk: Desk, name: str, row: int = 0) -> None:
    buttons = [button for button in shown(desk).findChildren(QAbstractButton, name) if button.isVisible()]
    QTest.mouseClick(buttons[row], Qt.MouseButton.LeftButton)


async def queued(desk: Desk, *questions: str) -> None:
    """An answer that takes long, and questions behind it."""
    desk.use("Slow")
    desk.ask("Slowly")
    await desk.until(lambda: desk.running and desk.window.composer.text == "")
    for number, question in enumerate(questions, 1):
        desk.ask(question)
        await desk.until(lambda number=number: len(shown(desk).texts) == number and not desk.window.composer.text)


async def test_enter_while_an_answer_comes_queues_the_question(desk: Desk) -> None:
    assert not shown(desk).isVisible()
    await queued(desk, "Second", "Third")
    assert shown(desk).texts == ("Second", "Third")
    assert shown(desk).isVisible()
    assert shown(desk).state == "Sent one by one when the answer has ended:"
    assert len(desk.session.records) == 2
    await desk.rest()


async def test_after_a_stop_the_queue_waits_and_says_so(desk: Desk) -> None:
    await queued(desk, "Second", "Third")
    desk.press("Esc")
    await desk.until(lambda: not desk.running)
    assert shown(desk).state.startswith("These 2 questions wait: after a stop")
    desk.use("Demo")
    press(desk, "sendQueueButton")
    await desk.until(lambda: len(desk.session.records) == 6 and not desk.session.running)
    assert [record.message.text for record in list(desk.session.records)[2::2]] == ["Second", "Third"]


async def test_questions_are_moved_edited_and_removed(desk: Desk) -> None:
    await queued(desk, "Second", "Third", "Fourth")
    press(desk, "queueDown", 0)
    await desk.until(lambda: shown(desk).texts == ("Third", "Second", "Fourth"))
    press(desk, "queueUp", 2)
    await desk.until(lambda: shown(desk).texts == ("Third", "Fourth", "Second"))
    press(desk, "queueRemove", 0)
    await desk.until(lambda: shown(desk).texts == ("Fourth", "Second"))
    desk.type("typed already")
    press(desk, "queueEdit", 1)
    await desk.until(lambda: shown(desk).texts == ("Fourth",))
    assert desk.window.composer.text == "Second\n\ntyped already"
    assert desk.window.focusWidget() is desk.composer
    press(desk, "queueRemove", 0)
    await desk.until(lambda: not shown(desk).isVisible())
    await desk.rest()


async def test_the_queue_belongs_to_its_conversation_and_outlives_a_restart(desk: Desk) -> None:
    await queued(desk, "Second")
    desk.press("Ctrl+N")
    assert not shown(desk).isVisible()
    desk.choose_conversation("Slowly")
    await desk.until(lambda: shown(desk).texts == ("Second",))
    desk.press("Esc")
    await desk.until(lambda: not desk.running)
    async with started_again(desk) as again:
        again.choose_conversation("Slowly")
        await again.until(lambda: shown(again).texts == ("Second",))
        assert shown(again).state.startswith("This question waits")


async def test_while_an_answer_comes_send_stands_beside_stop(desk: Desk) -> None:
    await queued(desk)
    assert desk.find("stopButton").isVisible()
    assert not desk.find("sendButton").isVisible()
    desk.type("more")
    assert desk.find("sendButton").isVisible()
    assert desk.find("sendButton").accessibleName() == "Send when the answer has ended"
    await desk.rest()


async def test_up_in_an_empty_composer_asks_for_the_last_question(desk: Desk) -> None:
    asked: list[bool] = []
    desk.window.composer.recalled.connect(lambda: asked.append(True))
    desk.type("x")
    QTest.keyClick(desk.composer, Qt.Key.Key_Up)
    assert asked == []
    QTest.keyClick(desk.composer, Qt.Key.Key_Backspace)
    QTest.keyClick(desk.composer, Qt.Key.Key_Up)
    assert asked == [True]
