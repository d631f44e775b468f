"""Pages as PDF files, by Qt's documents, in a process of its own: see `pdf_process`."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from PySide6.QtCore import QMarginsF, QRectF, QSizeF, Qt, QUrl
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QColor,
    QFont,
    QGuiApplication,
    QPageLayout,
    QPageSize,
    QPainter,
    QPalette,
    QPdfWriter,
    QPixmap,
    QTextCursor,
    QTextDocument,
    QTextFragment,
)

from chat_studio.exchange.page import BREAK, PART

MARGIN = 18.0
"""Millimetres on all sides."""
FOOTER = 32.0
"""What the page's number takes at the bottom, in points of the layout."""
DOTS = 96
"""Points of the layout in an inch."""
RESOLUTION = 600
"""Points of the PDF in an inch."""
NUMBER = QColor("#6a6d73")
BODY = "<body>\n"
PIECE = 200_000
"""Characters of HTML that are laid out at once, but at least one message."""


def serve(wishes: TextIO, answers: TextIO) -> int:
    """Makes what each line wishes, and answers each with a line: {} or {"error": …}. Returns the exit code."""
    application = QGuiApplication([])
    application.setApplicationName("Chat Studio")
    for line in wishes:
        wish = json.loads(line)
        answer = {}
        try:
            make(Path(wish["page"]), Path(wish["pdf"]))
        except (OSError, ValueError, MemoryError) as error:
            answer = {"error": str(error) or type(error).__name__}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()
    return 0


def make(page: Path, pdf: Path) -> None:
    """Writes the PDF of an HTML file: A4, pages with numbers. Raises OSError."""
    writer = QPdfWriter(str(pdf))
    writer.setPageLayout(_page_layout())
    writer.setResolution(RESOLUTION)
    writer.setCreator("Chat Studio")
    scale = RESOLUTION / DOTS
    size = QSizeF(writer.width() / scale, writer.height() / scale - FOOTER)
    painter = QPainter()
    printed = 0
    for html in _pieces(page.read_text(encoding="utf-8")):
        document = _document(html, size)
        if not painter.isActive():
            writer.setTitle(document.metaInformation(QTextDocument.MetaInformation.DocumentTitle))
            if not painter.begin(writer):
                raise OSError(f"{pdf} cannot be written")
            painter.scale(scale, scale)
        for number in range(document.pageCount()):
            if printed:
                writer.newPage()
            printed += 1
            _paint(painter, document, number, printed, size)
    painter.end()


def _pieces(html: str) -> Iterator[str]:
    """A page in pieces, cut between messages, each a page of HTML of its own: a document takes a hundred times the
    memory of its source. A piece begins on a new sheet, which happens once in some twenty."""
    opening, body, rest = html.partition(BODY)
    if not body:
        yield html
        return
    pieces: list[str] = []
    length = 0
    for part in rest.split(PART):
        if pieces and length + len(part) > PIECE:
            yield opening + body + "".join(pieces)
            pieces, length = [], 0
        pieces.append(part if pieces else part.removeprefix(BREAK))
        length += len(part)
    yield opening + body + "".join(pieces)


def _page_layout() -> QPageLayout:
    margins = QMarginsF(MARGIN, MARGIN, MARGIN, MARGIN)
    size = QPageSize(QPageSize.PageSizeId.A4)
    return QPageLayout(size, QPageLayout.Orientation.Portrait, margins, QPageLayout.Unit.Millimeter)


def _document(html: str, size: QSizeF) -> QTextDocument:
    document = QTextDocument()
    document.setUndoRedoEnabled(False)
    document.setUseDesignMetrics(True)  # not rounded to the dots of a screen
    document.setDocumentMargin(0)
    document.setHtml(html)
    _fit_images(document, size)
    document.setPageSize(size)
    return document


def _fit_images(document: QTextDocument, size: QSizeF) -> None:
    """Images that are larger than a page get its size."""
    found = [fragment for fragment in _fragments(document) if fragment.charFormat().isImageFormat()]
    for fragment in found:
        form = fragment.charFormat().toImageFormat()
        image = document.resource(QTextDocument.ResourceType.ImageResource, QUrl(form.name()))
        if not isinstance(image, QPixmap) or image.isNull():
            continue
        factor = min(1.0, size.width() / image.width(), 0.9 * size.height() / image.height())
        form.setWidth(image.width() * factor)
        form.setHeight(image.height() * factor)
        cursor = QTextCursor(document)
        cursor.setPosition(fragment.position())
        cursor.setPosition(fragment.position() + fragment.length(), QTextCursor.MoveMode.KeepAnchor)
        cursor.setCharFormat(form)


def _fragments(document: QTextDocument) -> list[QTextFragment]:
    found = []
    block = document.begin()
    while block.isValid():
        fragments = block.begin()
        while not fragments.atEnd():
            found.append(fragments.fragment())
            fragments += 1
        block = block.next()
    return found


def _paint(painter: QPainter, document: QTextDocument, number: int, printed: int, size: QSizeF) -> None:
    """Paints a page of the document, and below it which page of all it is."""
    painter.save()
    painter.translate(0, -number * size.height())
    context = QAbstractTextDocumentLayout.PaintContext()
    context.clip = QRectF(0, number * size.height(), size.width(), size.height())
    context.palette.setColor(QPalette.ColorRole.Text, QColor("black"))
    painter.setClipRect(context.clip)
    document.documentLayout().draw(painter, context)
    painter.restore()
    font = QFont(document.defaultFont())
    font.setPixelSize(11)
    painter.setFont(font)
    painter.setPen(NUMBER)
    place = QRectF(0, size.height(), size.width(), math.floor(FOOTER))
    painter.drawText(place, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom, str(printed))
