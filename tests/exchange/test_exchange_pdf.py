"""PDFs, by the process that makes them."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from exchange.test_exchange_export import stored

from chat_studio.errors import ExportFailed
from chat_studio.exchange.export import ExportWish, export
from chat_studio.exchange.formats import export_format
from chat_studio.history.store import HistoryStore
from chat_studio.ui.pdf_process import PdfProcess


@pytest.fixture
async def pdf() -> AsyncIterator[PdfProcess]:
    process = PdfProcess()
    yield process
    await process.aclose()


def pages(path: Path) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", path.read_bytes()))


async def test_conversations_become_pages(history: HistoryStore, tmp_path: Path, pdf: PdfProcess) -> None:
    for title, count in (("Short 木", 1), ("Long", 12)):
        await stored(history, title, count)
    folder = tmp_path / "out"
    report = await export(history, ExportWish(export_format("pdf"), folder, together=False), pdf=pdf)
    long, short = report.files
    assert (long.name, short.name) == ("Long.pdf", "Short 木.pdf")
    assert short.read_bytes().startswith(b"%PDF-")
    assert 1 <= pages(short) < pages(long)
    assert b"/MediaBox [0 0 595" in short.read_bytes()  # A4, in points
    assert b"/Subtype /Image" in short.read_bytes()
    assert [path.name for path in folder.iterdir() if path.name.startswith(".")] == []


async def test_a_long_page_is_cut_between_messages(history: HistoryStore, tmp_path: Path, pdf: PdfProcess) -> None:
    """Each piece fills its last sheet only in part, so that there are a few more sheets, and nothing is missing."""
    ids = [await stored(history, f"Long {number}", 120) for number in range(2)]
    await export(history, ExportWish(export_format("pdf"), tmp_path / "one.pdf", (ids[0],)), pdf=pdf)
    await export(history, ExportWish(export_format("pdf"), tmp_path / "two.pdf", tuple(ids)), pdf=pdf)
    one, two = pages(tmp_path / "one.pdf"), pages(tmp_path / "two.pdf")
    assert one > 40
    assert 2 * one - 3 <= two <= 2 * one + 3


async def test_cancelling_ends_the_process_and_leaves_nothing(
    history: HistoryStore, tmp_path: Path, pdf: PdfProcess
) -> None:
    await stored(history, "Long", 150)
    folder = tmp_path / "out"
    folder.mkdir()
    running = asyncio.ensure_future(export(history, ExportWish(export_format("pdf"), folder / "x.pdf"), pdf=pdf))
    while pdf.pid is None:  # noqa: ASYNC110 - no event tells of it
        await asyncio.sleep(0.01)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert list(folder.iterdir()) == []
    page = tmp_path / "page.html"
    page.write_text("<p>After</p>")
    await pdf.write(page, tmp_path / "after.pdf")
    assert pages(tmp_path / "after.pdf") == 1


async def test_what_goes_wrong_is_said(tmp_path: Path, pdf: PdfProcess) -> None:
    page = tmp_path / "page.html"
    page.write_text("<p>Hello</p>")
    for source, target in (
        (tmp_path / "nowhere.html", tmp_path / "x.pdf"),
        (page, tmp_path / "no" / "folder" / "x.pdf"),
    ):
        with pytest.raises(ExportFailed, match="could not be made") as caught:
            await pdf.write(source, target)
        assert caught.value.detail
    await pdf.write(page, tmp_path / "x.pdf")
    assert pages(tmp_path / "x.pdf") == 1
