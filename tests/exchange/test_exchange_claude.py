"""Claude's export."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from exchange.foreign_samples import claude, zipped
from exchange.taking import losses, only, parts, spoken, take

from chat_studio.history.records import MessageState
from chat_studio.history.store import HistoryStore
from chat_studio.messages import FilePart, ReasoningPart, Role, ToolCallPart, ToolResultPart

File = Callable[..., Path]


async def test_the_tree_with_its_branches(history: HistoryStore, file: File) -> None:
    report = await take(history, file([claude()]))
    assert (report.program, report.added, report.messages) == ("Claude", 1, 6)
    assert await spoken(history) == [
        "user: What is in the list?",
        "assistant: ",
        "tool: ",
        "assistant: Six eggs.",
        "user: Thanks.",
    ]
    whole = await only(history)
    assert (whole.conversation.title, whole.conversation.source) == ("The list", "claude:list-1")
    question, plain, thorough = (whole.messages[index] for index in range(3))
    assert plain.parent_id == thorough.parent_id == question.id
    assert (plain.message.text, plain.connection_name) == ("Eggs.", "Claude")


async def test_blocks_and_attachments(history: HistoryStore, file: File) -> None:
    report = await take(history, file([claude()]))
    question, _, asking, result, _, _ = (await only(history)).messages
    assert question.message.parts[0] == FilePart(name="list.txt", text="eggs")
    assert asking.message.parts == (
        ReasoningPart(text="Count.", seconds=2.5),
        ToolCallPart(id="t1", name="counter", arguments='{"of": "eggs"}'),
    )
    assert result.message.role is Role.TOOL
    assert result.message.parts == (ToolResultPart(call_id="t1", name="counter", content="6"),)
    assert losses(report) == {
        "Attached files are not in Claude’s export, only their names.": 1,
        "Content of the kind “hologram” is not known.": 1,
    }


async def test_older_exports_are_a_row_of_messages(history: HistoryStore, file: File) -> None:
    messages = [
        {"uuid": "1", "sender": "human", "text": "Hi", "created_at": "2024-01-01T00:00:00Z"},
        {"uuid": "2", "sender": "assistant", "text": "Hello", "created_at": "2024-01-01T00:00:01Z"},
        {"sender": "human", "text": "", "attachments": []},
        {
            "sender": "assistant",
            "text": "Still here",
            "created_at": "2024-01-01T00:00:03Z",
            "stop_reason": "user_canceled",
        },
    ]
    await take(history, file([claude(chat_messages=messages, name="")]))
    assert await spoken(history) == ["user: Hi", "assistant: Hello", "assistant: Still here"]
    whole = await only(history)
    assert whole.conversation.title == "Untitled"
    assert whole.messages[2].state is MessageState.STOPPED
    assert [parts(one) for one in whole.messages] == [["text"]] * 3


async def test_the_archive(history: HistoryStore, file: File) -> None:
    files = {"conversations.json": json.dumps([claude()]).encode(), "users.json": b"[]", "projects.json": b"[]"}
    assert (await take(history, file(zipped(files), "data.zip"))).added == 1


async def test_the_leaf_is_the_one_that_is_named(history: HistoryStore, file: File) -> None:
    await take(history, file([claude(current_leaf_message_uuid="a1")]))
    assert await spoken(history) == ["user: What is in the list?", "assistant: Eggs."]


async def test_unknown_senders_are_told(history: HistoryStore, file: File) -> None:
    report = await take(history, file([claude(chat_messages=[*claude()["chat_messages"], {"sender": "ghost"}])]))
    assert losses(report)["Messages of an unknown sender were left out."] == 1
