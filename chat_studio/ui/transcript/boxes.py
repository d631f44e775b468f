"""The boxes an answer is made of: each holds one block of Markdown and paints itself.

A box far from the viewport has an estimated height and no document, or gives its document back and keeps only its
height; the document is made when the box comes near.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QColor,
    QPainter,
    QPalette,
    QTextCursor,
    QTextDocument,
    QTextOption,
)

from chat_studio.ui.transcript.actions import Action
from chat_studio.ui.transcript.found import Found, selections
from chat_studio.ui.transcript.inline_objects import picture_at, pictures_in, source_text
from chat_studio.ui.transcript.parser import (
    appended,
    block_tokens,
    completed,
    ends_in_marker,
    is_plain,
    is_table,
    words_follow,
)
from chat_studio.ui.transcript.picture_actions import picture_actions
from chat_studio.ui.transcript.pictures import Picture
from chat_studio.ui.transcript.sideways import Sideways
from chat_studio.ui.transcript.splitter import Block, Kind
from chat_studio.ui.transcript.style import LINE_HEIGHT, TextStyle
from chat_studio.ui.transcript.writer import LIST_INDENT, DocumentWriter

if TYPE_CHECKING:
    from markdown_it.token import Token

PARAGRAPH_GAP = 12
ITEM_GAP = 4
SELECTION_OPACITY = 0.3
CHARACTER = 0.56
"""Of the font size: how wide a character is on average, for estimates."""
_GAPS = {Kind.ITEM: ITEM_GAP, Kind.LITERAL: 0}


@dataclass(frozen=True)
class Range:
    """Selected characters of one box's document, from `start` up to `end`."""

    start: int
    end: int


class Box:
    """One block, laid out for a width. Coordinates are the box's own, in pixels."""

    def __init__(self, block: Block, style: TextStyle, width: float, *, is_open: bool = False) -> None:
        self.block = block
        self.style = style
        self.width = width
        self.is_open = is_open
        self.height = 0.0
        self.changed: Callable[[Box], None] | None = None
        """Told when the box looks different, or has another height, by itself: a formula was drawn, an image came."""
        self.sideways: Sideways | None = None
        self.found: Found | None = None
        """What is looked for, and painted here."""
        self._document: QTextDocument | None = None

    @property
    def gap(self) -> float:
        """The distance wanted from the box above."""
        return _GAPS.get(self.block.kind, PARAGRAPH_GAP)

    @property
    def origin(self) -> QPointF:
        """Where the document stands within the box."""
        return QPointF(0, 0)

    @property
    def document(self) -> QTextDocument:
        if self._document is None:
            self._document = self._make_document()
            if self._document.textWidth() != self._text_width():
                self._document.setTextWidth(self._text_width())
            self._measure(self._document)
        return self._document

    @property
    def has_document(self) -> bool:
        return self._document is not None

    def estimate(self) -> None:
        """Takes a height without laying anything out; the box is laid out when its document is asked for."""
        size = self.style.font.pixelSize()
        across = max(int(self.width / (CHARACTER * size)), 1)
        lines = sum(1 + len(line) // across for line in self.block.source.split("\n"))
        self.height = lines * LINE_HEIGHT * size

    def postpone(self, block: Block, *, is_open: bool) -> None:
        """Replaces the content, and lays nothing out."""
        self.block, self.is_open = block, is_open
        self.release()
        self.estimate()

    def show(self, block: Block, *, is_open: bool) -> None:
        """Replaces the content."""
        self.block, self.is_open = block, is_open
        self._document = None
        _ = self.document

    def set_width(self, width: float) -> None:
        if width != self.width:
            self.width = width
            self.document.setTextWidth(self._text_width())
            self._measure(self.document)

    def release(self) -> None:
        """Gives the document back; the height stays."""
        self._document = None

    def forget(self, width: float) -> None:
        """Takes another width without laying anything out."""
        self.width = width
        self.release()
        self.estimate()

    def used_width(self) -> float:
        """The width of the longest line."""
        return self.document.idealWidth()

    def paint(self, painter: QPainter, clip: QRectF, selected: Range | None) -> None:
        """Paints what lies in `clip`."""
        document = self.document
        context = QAbstractTextDocumentLayout.PaintContext()
        context.palette.setColor(QPalette.ColorRole.Text, self.style.color)
        context.clip = clip.translated(-self.origin)
        marked = list(selections(document, self.found, self.style.theme))
        if selected is not None:
            marked.append(_selection(document, selected, self.style))
        context.selections = marked
        painter.save()
        painter.translate(self.origin)
        painter.setClipRect(context.clip)
        document.documentLayout().draw(painter, context)
        painter.restore()

    def hit(self, point: QPointF) -> int:
        """The document's character position nearest to `point`."""
        position = self.document.documentLayout().hitTest(point - self.origin, Qt.HitTestAccuracy.FuzzyHit)
        return max(position, 0)

    def link_at(self, point: QPointF) -> str:
        return self.document.documentLayout().anchorAt(point - self.origin)

    def follow(self, above: Box) -> None:
        """This box goes on with the one above it: rows of the same table, lines of the same code."""

    def action_at(self, point: QPointF) -> Action | None:
        """What a click at `point` does, besides following links."""
        del point
        return None

    def actions(self, point: QPointF | None) -> list[Action]:
        """What the context menu offers at a point of the box, or for all of it."""
        del point
        return []

    def hover(self, point: QPointF | None) -> bool:
        """The pointer is at `point`, or has left; returns whether the box must be painted again."""
        del point
        return False

    def end_of_text(self) -> QRectF:
        """An empty rectangle, as high as the last line, behind its last character."""
        document = self.document
        block = document.lastBlock()
        layout = block.layout()
        if layout.lineCount() == 0:
            return QRectF()
        line = layout.lineAt(layout.lineCount() - 1)
        top = document.documentLayout().blockBoundingRect(block).topLeft()
        x = float(line.cursorToX(block.length() - 1)[0])  # type: ignore[index]
        return QRectF(top.x() + x, top.y() + line.y(), 0, line.height()).translated(self.origin)

    def word_at(self, position: int) -> tuple[int, int]:
        cursor = QTextCursor(self.document)
        cursor.setPosition(min(position, self.end))
        cursor.select(QTextCursor.SelectionType.WordUnderCursor)
        return cursor.selectionStart(), cursor.selectionEnd()

    def text(self, selected: Range | None = None) -> str:
        """The plain text of a range, or of the whole box."""
        document = self._read()  # as long as the cursor is needed
        cursor = QTextCursor(document)
        cursor.setPosition(selected.start if selected else 0)
        cursor.setPosition(selected.end if selected else self.end, QTextCursor.MoveMode.KeepAnchor)
        return source_text(cursor)

    def find(self, needle: str) -> Iterator[Range]:
        document = self._read()
        cursor = document.find(needle)
        while not cursor.isNull():
            yield Range(cursor.selectionStart(), cursor.selectionEnd())
            cursor = document.find(needle, cursor)

    @property
    def end(self) -> int:
        return max(self._read().characterCount() - 1, 0)

    def _read(self) -> QTextDocument:
        """The document to read in: one that is not laid out and not kept, where there is none."""
        if self._document is not None:
            return self._document
        document = self._make_document()
        self._document = None
        return document

    def _make_document(self) -> QTextDocument:
        raise NotImplementedError

    def _text_width(self) -> float:
        return self.width

    def _measure(self, document: QTextDocument) -> None:
        self.height = document.size().height()


class TextBox(Box):
    """Everything but top-level code: paragraphs, headings, items, quotes, tables, formulas."""

    def append_plain(self, text: str) -> float:
        """Appends words that change nothing before them; returns the y below which the box must be painted again."""
        document, source = self.document, self.block.source
        top = self._last_line_top(document)
        cursor = QTextCursor(document)
        cursor.movePosition(QTextCursor.MoveOperation.End)
        if is_plain(source.rstrip(" ")[-1:]):
            cursor.insertText(text)
        else:
            cursor.insertText(text, cursor.blockCharFormat())  # not bold behind what is bold
        self.block = replace(self.block, source=source + text)
        self._measure(document)
        return top

    def takes(self, words: str) -> bool:
        """Whether plain words may be appended to what stands there: all of the source is shown, and stays as it is."""
        source = self.block.source
        if is_plain(source.rstrip(" ")[-1:]):
            return not ends_in_marker(source)
        return (words.startswith(" ") or source.endswith(" ")) and words_follow(source)

    @property
    def gap(self) -> float:
        if self.block.source.startswith("#"):
            return PARAGRAPH_GAP + 6
        return super().gap

    def show(self, block: Block, *, is_open: bool) -> None:
        if is_open and self.is_open and completed(block.source) == completed(self.block.source):
            self.block = block  # a marker or a table's row is still being typed
        elif not self._gains_words(block, is_open=is_open):
            super().show(block, is_open=is_open)

    def _gains_words(self, block: Block, *, is_open: bool) -> bool:
        """Appends what came, if it is words, and if those are all that changes; returns whether they are."""
        words = appended(block.source, self.block.source) if self.is_open and self.has_document else None
        stays = words is not None and (is_open or (block.source[-1:] != " " and words_follow(block.source)))
        if not words or not stays or not self.takes(words):
            return False
        self.append_plain(words)
        self.block, self.is_open = block, is_open
        return True

    def _make_document(self) -> QTextDocument:
        document = new_document()
        document.setDefaultFont(self.style.font)
        document.setTextWidth(self.width)  # before it is written: afterwards it would be laid out twice
        source = self.block.source
        self._write(document, block_tokens(self.block, is_open=self.is_open))
        if self.is_open and source.endswith(" ") and not is_table(source):
            # The parser drops spaces at the end, but the next word will be appended behind them.
            cursor = QTextCursor(document)
            cursor.movePosition(QTextCursor.MoveOperation.End)
            spaces = source[len(source.rstrip(" ")) :]
            if document.characterAt(cursor.position() - 1) != " ":  # a formula that is still open keeps them
                cursor.insertText(spaces, cursor.blockCharFormat() if words_follow(source) else cursor.charFormat())
        return document

    def _write(self, document: QTextDocument, tokens: list[Token]) -> None:
        DocumentWriter(document, self.style, self._on_object_changed).write(tokens)

    def action_at(self, point: QPointF) -> Action | None:
        """Shows a picture that was not fetched yet."""
        url = picture_at(self.document, point - self.origin)
        if not url or isinstance(self.style.drawn.pictures.look(url), Picture):
            return None
        return next(iter(self._picture_actions(url)), None)

    def actions(self, point: QPointF | None) -> list[Action]:
        if point is None:
            urls = pictures_in(self.document) if self.has_document else []
        else:
            urls = list(filter(None, [picture_at(self.document, point - self.origin)]))
        return [action for url in urls for action in self._picture_actions(url)]

    def _picture_actions(self, url: str) -> list[Action]:
        return picture_actions(self.style.drawn.pictures, url, self._on_object_changed)

    def _on_object_changed(self) -> None:
        """A formula was drawn, or a picture came."""
        if self._document is not None:
            self._document = None
            _ = self.document
            if self.changed is not None:
                self.changed(self)

    @staticmethod
    def _last_line_top(document: QTextDocument) -> float:
        block = document.lastBlock()
        layout = block.layout()
        rect = document.documentLayout().blockBoundingRect(block)
        lines = layout.lineCount()
        return rect.top() + (layout.lineAt(lines - 1).y() if lines else 0.0)

    def paint(self, painter: QPainter, clip: QRectF, selected: Range | None) -> None:
        super().paint(painter, clip, selected)
        if self.block.source.startswith(">"):
            painter.fillRect(QRectF(0, 0, 2, self.height), QColor(self.style.theme.line))


class RuleBox(Box):
    """A thematic break."""

    def paint(self, painter: QPainter, clip: QRectF, selected: Range | None) -> None:
        del clip, selected
        painter.fillRect(QRectF(0, 6, self.width, 1), QColor(self.style.theme.line))

    def _make_document(self) -> QTextDocument:
        return new_document()

    def _measure(self, document: QTextDocument) -> None:
        del document
        self.height = 13.0


class LiteralBox(Box):
    """Text as it was typed."""

    def _make_document(self) -> QTextDocument:
        document = new_document()
        document.setDefaultFont(self.style.font)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        document.setDefaultTextOption(option)
        cursor = QTextCursor(document)
        cursor.setBlockFormat(self.style.block())
        cursor.insertText(self.block.source.removesuffix("\n"))
        return document


def new_document() -> QTextDocument:
    document = QTextDocument()
    document.setUndoRedoEnabled(False)
    document.setDocumentMargin(0)
    document.setIndentWidth(LIST_INDENT)
    return document


def _selection(document: QTextDocument, selected: Range, style: TextStyle) -> QAbstractTextDocumentLayout.Selection:
    selection = QAbstractTextDocumentLayout.Selection()
    cursor = QTextCursor(document)
    cursor.setPosition(min(selected.start, document.characterCount() - 1))
    cursor.setPosition(min(selected.end, document.characterCount() - 1), QTextCursor.MoveMode.KeepAnchor)
    selection.cursor = cursor
    selection.format.setBackground(_blended(style.theme.accent, style.theme.bg))
    return selection


def _blended(color: str, ground: str) -> QColor:
    """A colour as it would look translucent. It is opaque, since Qt paints it twice behind formulas and pictures."""
    above, below, part = QColor(color), QColor(ground), SELECTION_OPACITY
    pairs = zip(above.getRgb()[:3], below.getRgb()[:3], strict=True)  # type: ignore[index]
    return QColor(*(round(part * one + (1 - part) * other) for one, other in pairs))
