"""What conversations can be exported as. A new format is a writer and an entry here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from chat_studio import __version__
from chat_studio.exchange.document import Document
from chat_studio.exchange.markdown import Markdown
from chat_studio.exchange.page import Page
from chat_studio.history.records import Folder, MessageRecord
from chat_studio.history.rows import now
from chat_studio.history.whole import Whole


class Writer(Protocol):
    """Gives the text of one file piece by piece, so that no file is ever whole in memory."""

    def beginning(self, title: str, folders: Sequence[Folder]) -> str: ...

    def opening(self, whole: Whole, *, first: bool) -> str:
        """The beginning of a conversation; `first` of the file."""

    def message(self, record: MessageRecord, deleted_at: datetime | None, *, first: bool) -> str:
        """A message, its images with their bytes; `first` of its conversation."""

    def closing(self) -> str:
        """The end of a conversation."""

    def end(self) -> str: ...


class PdfWriter(Protocol):
    """Makes PDFs. It comes from outside: the core knows no Qt."""

    async def write(self, page: Path, pdf: Path) -> None:
        """Makes a PDF of an HTML file that needs nothing else. Raises ExportFailed. May be cancelled."""

    async def aclose(self) -> None: ...


@dataclass(frozen=True)
class ExportFormat:
    """`is_lossless` formats get all branches and what was deleted, the others the branch that is shown. `is_pdf` ones
    write pages that a PdfWriter makes PDFs of."""

    name: str
    label: str
    suffix: str
    writer: Callable[[], Writer]
    is_lossless: bool = False
    is_pdf: bool = False


FORMATS = (
    ExportFormat("md", "Markdown", ".md", Markdown),
    ExportFormat("html", "Web page", ".html", Page),
    ExportFormat("pdf", "PDF", ".pdf", lambda: Page(on_paper=True), is_pdf=True),
    ExportFormat("json", "JSON (everything)", ".json", lambda: Document(__version__, now()), is_lossless=True),
)


def export_format(name: str) -> ExportFormat:
    """The format of a name. Raises KeyError."""
    return {one.name: one for one in FORMATS}[name]
