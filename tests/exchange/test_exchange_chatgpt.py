"""ChatGPT's export, alone and as the archive that is sent."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from exchange.foreign_samples import MORNING, chatgpt, chatgpt_files, mapping, png, said, zipped
from exchange.taking import losses, only, parts, spoken, take

from chat_studio.exchange import loose
from chat_studio.history.records import MessageState
from chat_studio.history.store import HistoryStore
from chat_studio.messages import FilePart, FinishReason, ImagePart, ReasoningPart, Role, ToolCallPart, ToolResultPart

File = Callable[..., Path]


async def test_the_tree_with_its_branches(history: HistoryStore, file: File) -> None:
    report = await take(history, file([chatgpt()]))
    assert (report.program, report.added, report.messages) == ("ChatGPT", 1, 7)
    assert await spoken(history) == [
        "user: Is this loaf done?",
        "assistant: Yes, it is.",
        "user: Draw one, and weigh it.",
        "assistant: ",
        "tool: ",
        "assistant: Here.",
    ]
    whole = await only(history)
    record = whole.conversation
    assert (record.title, record.source, record.title_by) == ("A loaf", "chatgpt:bread-1", "user")
    assert record.created_at == loose.time(MORNING)
    assert (record.updated_at - record.created_at).total_seconds() == 60
    question, first, second = whole.messages[0], whole.messages[1], whole.messages[2]
    assert first.parent_id == second.parent_id == question.id
    assert (first.message.text, first.model, first.finish_reason) == ("Not quite.", "gpt-oven", FinishReason.STOP)
    assert second.message.parts[0] == ReasoningPart(text="**Look**\n\nBrown.", seconds=65.0)


async def test_tools_speak_to_each_other(history: HistoryStore, file: File) -> None:
    await take(history, file([chatgpt()]))
    whole = await only(history)
    call, result = (whole.messages[index].message for index in (4, 5))
    assert call.parts == (ToolCallPart(id="call", name="python", arguments='{"input": "weigh()"}'),)
    assert result.parts == (ToolResultPart(call_id="call", name="python", content="812 g"),)


async def test_images_of_the_archive(history: HistoryStore, file: File) -> None:
    files = {"conversations.json": json.dumps([chatgpt()]).encode(), **chatgpt_files(), "user.json": b"{}"}
    report = await take(history, file(zipped(files), "export.zip"))
    assert losses(report) == {}
    whole = await only(history)
    (question,) = await history.filled([whole.messages[0].message])
    drawn = whole.messages[6].message
    assert [part.type for part in question.parts] == ["image", "text"]
    assert isinstance(question.parts[0], ImagePart)
    assert base64.b64decode(question.parts[0].data) == png(1)
    assert drawn.role is Role.ASSISTANT
    assert isinstance(drawn.parts[0], ImagePart)
    assert (drawn.parts[0].media_type, base64.b64decode(drawn.parts[0].data)) == ("image/png", png(2))


async def test_without_the_archive_the_images_are_told_as_missing(history: HistoryStore, file: File) -> None:
    report = await take(history, file([chatgpt()]))
    ((reason, count),) = losses(report).items()
    assert "import the ZIP archive" in reason
    assert count == 2
    assert next(iter(report.losses)).examples == ("file-service://file-Crust42", "sediment://file_0000abcd12")


async def test_newer_archives_have_several_files(history: HistoryStore, file: File) -> None:
    files = {
        f"conversations-{number:03}.json": json.dumps([chatgpt(conversation_id=f"c{number}")]).encode()
        for number in range(3)
    }
    report = await take(history, file(zipped(files | {"__MACOSX/._conversations-000.json": b"junk"}), "x.zip"))
    assert (report.added, losses(report).keys() - {next(iter(losses(report)))}) == (3, set())


async def test_attachments_are_read_as_what_they_are(history: HistoryStore, file: File) -> None:
    attached = [
        {"id": "file-Text1", "name": "flour.csv", "mime_type": "text/csv"},
        {"id": "file-Bin2", "name": "oven.bin"},
        {"id": "file-Gone3", "name": "gone.pdf"},
        {"id": "file-Pic4", "name": "pic.jpg"},
    ]
    question = said("user", "See here", metadata={"attachments": attached})
    value = chatgpt(mapping=mapping(("q", None, question)), current_node="q")
    files = {"file-Text1-flour.csv": "kilo;2 €".encode(), "file-Bin2.dat": b"\xff\0\1", "file-Pic4.jpg": png(9)}
    report = await take(history, file(zipped({"conversations.json": json.dumps([value]).encode()} | files), "x.zip"))
    question_parts = (await only(history)).messages[0].message.parts
    assert [part.type for part in question_parts] == ["text", "file", "image"]
    assert question_parts[1] == FilePart(name="flour.csv", text="kilo;2 €", media_type="text/csv")
    assert {example for loss in report.losses for example in loss.examples} == {"oven.bin", "gone.pdf"}


@pytest.mark.parametrize(
    ("content", "role", "expected"),
    [
        ({"content_type": "code", "language": "python", "text": "1 + 1"}, "assistant", "```python\n1 + 1\n```"),
        ({"content_type": "code", "language": "unknown", "text": "``` x"}, "assistant", "````\n``` x\n````"),
        ({"content_type": "tether_quote", "title": "T", "url": "u", "text": "quoted"}, "assistant", "T\n\nu\n\nquoted"),
        ({"content_type": "something_new", "parts": ["still text"]}, "assistant", "still text"),
        (
            {"content_type": "multimodal_text", "parts": [{"content_type": "audio_transcription", "text": "hm"}]},
            "user",
            "hm",
        ),
    ],
)
async def test_kinds_of_content(
    history: HistoryStore, file: File, content: dict[str, Any], role: str, expected: str
) -> None:
    await take(history, file([chatgpt(mapping=mapping(("m", None, said(role, content))))]))
    assert (await only(history)).messages[0].message.text == expected


async def test_a_failed_tool_and_what_nobody_knows(history: HistoryStore, file: File) -> None:
    failed = said("tool", {"content_type": "system_error", "name": "Timeout", "text": "too slow"}, name="python")
    audio = {
        "content_type": "multimodal_text",
        "parts": [{"content_type": "audio_asset_pointer", "asset_pointer": "x"}],
    }
    value = mapping(
        ("q", None, said("user", audio)),
        ("t", "q", failed),
        ("u", "t", said("assistant", {"content_type": "hologram"}, 1)),
        ("z", "u", said("narrator", "who?", 2)),
    )
    report = await take(history, file([chatgpt(mapping=value)]))
    (result,) = (await only(history)).messages[0].message.parts
    assert result == ToolResultPart(call_id="python", name="python", content="Timeout\n\ntoo slow", is_error=True)
    assert [loss.reason[:24] for loss in report.losses] == ["Recordings of voices wer", "Content of the kind “hol"]


async def test_how_answers_ended(history: HistoryStore, file: File) -> None:
    cut = said("assistant", "a", 1, metadata={"finish_details": {"type": "max_tokens"}})
    stopped = said("assistant", "b", 2, metadata={"finish_details": {"type": "interrupted"}})
    coming = said("assistant", "c", 3, status="in_progress")
    nodes = mapping(("q", None, said("user", "?")), ("a", "q", cut), ("b", "q", stopped), ("c", "q", coming))
    await take(history, file([chatgpt(mapping=nodes, is_archived=True)]))
    whole = await only(history)
    assert whole.conversation.archived
    answers = list(whole.messages)[1:]
    assert [one.state for one in answers] == [MessageState.DONE, MessageState.STOPPED, MessageState.INTERRUPTED]
    assert answers[0].finish_reason is FinishReason.LENGTH


async def test_a_system_prompt_that_is_shown_becomes_a_setting(history: HistoryStore, file: File) -> None:
    nodes = mapping(("s", None, said("system", "Speak French.")), ("q", "s", said("user", "Bonjour", 1)))
    await take(history, file([chatgpt(mapping=nodes)]))
    whole = await only(history)
    assert whole.conversation.settings.system == "Speak French."
    assert [parts(one) for one in whole.messages] == [["text"]]


async def test_thoughts_that_nobody_answered_stay(history: HistoryStore, file: File) -> None:
    thoughts = {"content_type": "thoughts", "thoughts": [{"summary": "", "content": "Hm."}]}
    await take(
        history,
        file([chatgpt(mapping=mapping(("q", None, said("user", "?")), ("t", "q", said("assistant", thoughts, 1))))]),
    )
    assert [parts(one) for one in (await only(history)).messages] == [["text"], ["reasoning"]]


async def test_a_file_that_is_one_conversation(history: HistoryStore, file: File) -> None:
    assert (await take(history, file(chatgpt()))).added == 1
