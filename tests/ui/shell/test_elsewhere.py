"""Two programs on one history: what the other one did is seen when the user comes back."""

from __future__ import annotations

from history.records_for_tests import answer, question
from ui.shell.desk import Desk

from chat_studio.history.store import HistoryStore


async def go_on_elsewhere(desk: Desk) -> None:
    """Another program asks on in the conversation that is shown, and names it."""
    shown = desk.session.conversation.id
    other = HistoryStore(desk.paths.history)
    asked = question(shown, "Asked elsewhere", desk.session.records[-1])
    await other.append(asked, answer(shown, "Answered elsewhere", asked))
    await other.retitle(shown, "Another title", "user")
    await other.aclose()


async def test_what_another_program_added_is_shown_and_asked_on_from(desk: Desk) -> None:
    await desk.ask_and_wait("Asked here")
    await desk.shell._elsewhere.look()
    desk.type("half a question")
    await go_on_elsewhere(desk)
    await desk.shell._elsewhere.look()
    await desk.until(lambda: len(desk.session.records) == 4 and desk.titles == ["Another title"])
    await desk.until(lambda: desk.composer.toPlainText() == "half a question")
    assert desk.window.windowTitle() == "Chat Studio – Another title"
    await desk.ask_and_wait(", and its end")
    texts = [record.message.text for record in desk.session.records]
    assert texts[2:5] == ["Asked elsewhere", "Answered elsewhere", "half a question, and its end"]


async def test_what_this_program_does_is_not_read_anew(desk: Desk) -> None:
    await desk.shell._elsewhere.look()
    await desk.ask_and_wait("Asked here")
    session = desk.session
    await desk.shell._elsewhere.look()
    assert desk.session is session
    assert desk.studio.sessions.live(session.conversation.id) is session


async def test_an_answer_that_runs_here_goes_on(desk: Desk) -> None:
    await desk.ask_and_wait("First")
    await desk.shell._elsewhere.look()
    desk.ask("Second")
    await desk.until(lambda: desk.session.running)
    session = desk.session
    other = HistoryStore(desk.paths.history)
    await other.create_folder("Elsewhere")
    await other.aclose()
    await desk.shell._elsewhere.look()
    await session.wait()
    assert desk.session is session
    assert len(session.records) == 4
