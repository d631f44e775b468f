"""Exports: what stands in the files, and that they are there as a whole or not at all."""

from __future__ import annotations

import asyncio
import base64
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from exchange.foreign_samples import png
from history.records_for_tests import answer, question
from history.stored import begin

from chat_studio.errors import ConversationNotFound, ExportFailed, StorageError
from chat_studio.exchange.export import ExportReport, ExportWish, export
from chat_studio.exchange.formats import FORMATS, export_format
from chat_studio.exchange.outputs import file_name
from chat_studio.exchange.progress import Progress
from chat_studio.history.records import ErrorRecord, MessageRecord, MessageState, Timing
from chat_studio.history.store import HistoryStore
from chat_studio.messages import FilePart, ImagePart, ReasoningPart, TextPart, ToolCallPart, ToolResultPart, Usage
from chat_studio.parameters import ConversationSettings

EVIL = '<script>alert(1)</script> & "quotes" \u2028 <img src=x onerror=alert(1)>'
MARKDOWN = f"""# Title of mine

{EVIL}

```python
def f(x): return "<b>"  # {EVIL}
```

[bad](javascript:alert(1)) [good](https://example.org/?a=1&b=2) ![far](https://example.org/far.png)

| a | b |
|---|---|
| 1 | {EVIL} |

- [x] done

$x < y$

<div onclick="alert(1)">raw</div>
"""


async def stored(history: HistoryStore, title: str = "Bread", count: int = 1) -> str:
    """A conversation with a bit of everything in its first answer."""
    conversation = await begin(history, connection_id="c", model="m", title=title)
    await history.set_settings(conversation.id, ConversationSettings(system=f"Be kind. {EVIL}"))
    image = ImagePart(data=base64.b64encode(png(1, 50)).decode(), name=f"loaf {EVIL}.png")
    last: MessageRecord | None = None
    for number in range(count):
        asked = question(conversation.id, f"Question {number}\n  {EVIL}", last)
        parts = (*asked.message.parts, image, FilePart(name="x.py", text=f"print('{EVIL}')"))
        asked = _with(asked, parts)
        last = answer(
            conversation.id,
            MARKDOWN,
            asked,
            model=f"oven {EVIL}",
            state=MessageState.FAILED,
            error=ErrorRecord("stalled", f"It stalled. {EVIL}"),
            usage=Usage(input_tokens=3, output_tokens=4, cost=0.5),
            timing=Timing(0.5, 2.0),
        )
        call = ToolCallPart(id="1", name=f"t{EVIL}", arguments=f'{{"a": "{EVIL}"}}')
        result = ToolResultPart(call_id="1", name="t", content=EVIL)
        last = _with(last, (ReasoningPart(text=f"Hm. {EVIL}", seconds=3.0), call, result, *last.message.parts))
        await history.append(asked, last)
    return conversation.id


def _with(record: MessageRecord, parts: object) -> MessageRecord:
    return replace(record, message=record.message.model_copy(update={"parts": parts}))


async def made(history: HistoryStore, name: str, target: Path, *ids: str, together: bool = True) -> ExportReport:
    return await export(history, ExportWish(export_format(name), target, ids or None, together))


class Tags(HTMLParser):
    """Notes what a browser would see."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]


async def test_a_web_page_needs_nothing_and_runs_nothing(history: HistoryStore, tmp_path: Path) -> None:
    await stored(history, f"Bread {EVIL}")
    await made(history, "html", tmp_path / "x.html")
    html = (tmp_path / "x.html").read_text(encoding="utf-8")
    page = Tags()
    page.feed(html)
    assert not {"script", "link", "iframe", "object", "div onclick"} & set(page.tags)
    assert not [name for name, _ in page.attributes if name.startswith("on")]
    sources = [value for name, value in page.attributes if name == "src"]
    assert len(sources) == 1
    assert sources[0].startswith("data:image/png;base64,")
    links = [value for name, value in page.attributes if name == "href"]
    assert links == ["https://example.org/?a=1&b=2", "https://example.org/far.png"]
    assert ("content", "default-src 'none'; img-src data:; style-src 'unsafe-inline'") in page.attributes
    assert "prefers-color-scheme:dark" in html
    assert "@media print" in html
    assert '<span class="k">def</span>' in html
    assert page.tags.count("details") == 5  # system prompt, file, reasoning, call, result


async def test_markdown(history: HistoryStore, tmp_path: Path) -> None:
    conversation_id = await stored(history)
    await history.set_tags(conversation_id, ["warm"])
    await made(history, "md", tmp_path / "x.md")
    text = (tmp_path / "x.md").read_text(encoding="utf-8")
    assert text.startswith("# Bread\n\n*")
    assert " · #warm*\n" in text.split("\n\n")[1] + "\n"
    assert "> **System prompt**\n>\n> Be kind." in text
    assert "![loaf <script" in text
    assert f"](data:image/png;base64,{base64.b64encode(png(1, 50)).decode()})" in text
    assert "> **Thought for 3 s**\n>\n> Hm." in text
    assert MARKDOWN.strip("\n") in text
    assert re.search(r"\n\*Failed: It stalled\..*\*\n\Z", text)


async def test_code_with_fences_is_between_longer_ones(history: HistoryStore, tmp_path: Path) -> None:
    conversation = await begin(history, connection_id="", model="", title="")
    asked = question(conversation.id, "")
    await history.append(
        _with(asked, (FilePart(name="a.md", text="````\ninner\n````"), TextPart(text="a"), TextPart(text="b")))
    )
    await made(history, "md", tmp_path / "x.md")
    text = (tmp_path / "x.md").read_text(encoding="utf-8")
    assert "`````\n````\ninner\n````\n`````" in text
    assert text.startswith("# Untitled\n")
    assert text.endswith("\nab\n")


@pytest.mark.parametrize("name", ["md", "html"])
async def test_only_the_branch_that_is_shown(history: HistoryStore, tmp_path: Path, name: str) -> None:
    conversation = await begin(history, connection_id="", model="", title="T")
    asked = question(conversation.id, "Ask")
    old, new = answer(conversation.id, "Old words", asked), answer(conversation.id, "New words", asked)
    await history.append(asked, old)
    await history.append(new)
    await made(history, name, tmp_path / "x")
    text = (tmp_path / "x").read_text(encoding="utf-8")
    assert "New words" in text
    assert "Old words" not in text


async def test_a_file_for_each(history: HistoryStore, tmp_path: Path) -> None:
    for title in ("a/b: c?", "A/B: C?", "CON", "", "." * 300, "木" * 200):
        await stored(history, title)
    folder = tmp_path / "out"
    report = await made(history, "md", folder, together=False)
    names = [path.name for path in report.files]
    assert len(names) == len(set(map(str.casefold, names))) == 6
    assert {"a b c.md", "A B C (2).md", "_CON.md", "Untitled.md", "Untitled (2).md"} < set(names)
    assert sorted(names) == sorted(path.name for path in folder.iterdir())
    again = await made(history, "md", folder, together=False)
    assert not set(again.files) & set(report.files)
    assert len(list(folder.iterdir())) == 12


def test_names_of_files() -> None:
    assert file_name("x" * 500) == "x" * 120
    assert file_name("NUL.txt") == "_NUL.txt"
    assert file_name("a\tb\n../c") == "a b .. c"


async def test_several_in_one_file_and_progress(history: HistoryStore, tmp_path: Path) -> None:
    ids = [await stored(history, f"Loaf {number}", count=60 // (number + 1)) for number in range(3)]
    heard: list[Progress] = []
    wish = ExportWish(export_format("html"), tmp_path / "x.html", (ids[2], ids[0]))
    report = await export(history, wish, progress=heard.append)
    html = (tmp_path / "x.html").read_text(encoding="utf-8")
    assert html.index("<h1>Loaf 2") < html.index("<h1>Loaf 0")
    assert "Loaf 1" not in html
    assert html.count("</html>") == 1
    assert (report.conversations, report.messages) == (2, 160)
    fractions = [one.fraction for one in heard]
    assert fractions == sorted(fractions)
    assert (fractions[-1], heard[-1].conversations) == (1, 2)
    assert len(fractions) > 4


@pytest.mark.parametrize("together", [True, False])
@pytest.mark.parametrize("name", ["md", "html", "json"])
async def test_a_cancelled_export_leaves_nothing(
    history: HistoryStore, tmp_path: Path, name: str, together: bool
) -> None:
    for number in range(5):
        await stored(history, f"Loaf {number}", count=10)
    target = tmp_path / "out" / "x"
    target.parent.mkdir()
    if together:
        target.write_text("as it was")

    def stop(progress: Progress) -> None:
        if progress.conversations == 2:
            running.cancel()

    wish = ExportWish(export_format(name), target, None, together)
    running = asyncio.ensure_future(export(history, wish, progress=stop))
    with pytest.raises(asyncio.CancelledError):
        await running
    assert [path.name for path in target.parent.iterdir()] == (["x"] if together else [])
    assert not together or target.read_text() == "as it was"


async def test_what_cannot_be_exported_is_said(history: HistoryStore, tmp_path: Path) -> None:
    with pytest.raises(ExportFailed, match="no conversations"):
        await made(history, "md", tmp_path / "x.md")
    await stored(history)
    with pytest.raises(ConversationNotFound):
        await made(history, "md", tmp_path / "x.md", "nowhere")
    with pytest.raises(ExportFailed, match="cannot make PDFs"):
        await made(history, "pdf", tmp_path / "x.pdf")
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StorageError) as caught:
        await made(history, "md", tmp_path / "file" / "x.md")
    assert caught.value.hint
    with pytest.raises(StorageError):
        await made(history, "md", tmp_path)  # a folder is in the way
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "home"]


async def test_deleted_conversations_only_when_they_are_asked_for(history: HistoryStore, tmp_path: Path) -> None:
    gone, _ = await stored(history, "Gone"), await stored(history, "Here")
    await history.delete(gone)
    await made(history, "json", tmp_path / "x.json")
    assert '"Gone"' not in (tmp_path / "x.json").read_text(encoding="utf-8")
    await export(history, ExportWish(export_format("json"), tmp_path / "x.json", with_deleted=True))
    assert '"Gone"' in (tmp_path / "x.json").read_text(encoding="utf-8")


def test_formats_have_names_of_their_own() -> None:
    assert [one.name for one in FORMATS] == ["md", "html", "pdf", "json"]
    assert len({one.suffix for one in FORMATS}) == len(FORMATS)
