"""Open WebUI's export."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path

from exchange.foreign_samples import open_webui, png
from exchange.taking import losses, only, spoken, take

from chat_studio.exchange.foreign.details import parts_of
from chat_studio.history.records import MessageState, Timing
from chat_studio.history.store import HistoryStore
from chat_studio.messages import FilePart, ImagePart, ReasoningPart, TextPart, ToolCallPart, ToolResultPart, Usage
from chat_studio.parameters import ConversationSettings, Parameters

File = Callable[..., Path]


async def test_the_tree_with_its_branches(history: HistoryStore, file: File) -> None:
    report = await take(history, file([open_webui()]))
    assert (report.program, report.added, report.messages) == ("Open WebUI", 1, 6)
    assert await spoken(history) == [
        "user: Weather?",
        "assistant: ",
        "tool: ",
        "assistant: Take a coat.",
        "user: Sure?",
    ]
    record = (await only(history)).conversation
    assert (record.title, record.source, record.pinned, record.tags) == (
        "Weather",
        "open-webui:w-1",
        True,
        ("daily", "sky"),
    )
    assert record.settings == ConversationSettings(
        system="Be brief.", parameters=Parameters(temperature=0.2, stop=("END",))
    )


async def test_answers(history: HistoryStore, file: File) -> None:
    await take(history, file([open_webui()]))
    _, asking, result, coat, failed, _ = sorted((await only(history)).messages, key=lambda one: one.created_at)
    assert asking.message.parts == (
        ReasoningPart(text="Rain?", seconds=7.0),
        ToolCallPart(id="c1", name="sky", arguments='{"at": 1}'),
    )
    assert result.message.parts == (ToolResultPart(call_id="c1", name="sky", content="wet"),)
    assert (coat.model, coat.usage) == ("weather:7b", Usage(input_tokens=5, output_tokens=9))
    assert coat.timing == Timing(None, 2.5)
    assert failed.state is MessageState.FAILED
    assert failed.error is not None
    assert failed.error.message == "out of memory"


async def test_files(history: HistoryStore, file: File) -> None:
    report = await take(history, file([open_webui(folder_id="f")]))
    text, image, log = (await only(history)).messages[0].message.parts
    assert text == TextPart(text="Weather?")
    assert isinstance(image, ImagePart)
    assert (image.name, base64.b64decode(image.data)) == ("sky.png", png(3))
    assert log == FilePart(name="log.txt", text="cloudy")
    assert losses(report) == {
        "Open WebUI’s export does not name its folders.": 1,
        "Images are on the server, the export has only their addresses.": 1,
    }


async def test_a_single_chat_and_one_without_a_tree(history: HistoryStore, file: File) -> None:
    assert (await take(history, file(open_webui()["chat"]))).added == 1
    row = [{"role": "user", "content": "1"}, {"role": "assistant", "content": [{"type": "text", "text": "2"}]}]
    report = await take(history, file([{"id": "flat", "chat": {"title": "Flat", "messages": row}}]))
    assert (report.added, report.messages) == (1, 2)
    flat = await history.thread((await history.ids())[1])
    assert [one.message.text for one in flat] == ["1", "2"]


def test_text_that_only_looks_like_details_stays() -> None:
    for text in ("<details>\n<summary>x</summary></details>", '<details type="reasoning" done="false">\nopen', "a < b"):
        assert list(parts_of(text)) == [TextPart(text=text)]
