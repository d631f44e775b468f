"""Formulas and pictures within a line of text: each is one character of its document, whatever it is shown as.

A formula that is not drawn, or not yet, is painted as its source in the same place.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import lru_cache

from PySide6.QtCore import QPointF, QRect, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QPainter,
    QPen,
    QPyTextObject,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextDocumentFragment,
    QTextFormat,
)

from chat_studio.ui.transcript.formulas import EM, Drawing, Formula
from chat_studio.ui.transcript.pictures import NoPicture, Picture
from chat_studio.ui.transcript.style import TextStyle

OBJECT = "\ufffc"
"""The character that stands for an object, as Qt writes it."""
_USER = QTextFormat.Property.UserProperty.value
SOURCE, DISPLAY, SIZE, TITLE = _USER + 1, _USER + 2, _USER + 3, _USER + 4
"""Properties of its format: LaTeX or the address; whether it stands by itself; the text's pixels; alternative text."""
ASCENT, DESCENT = _USER + 5, _USER + 6
"""Of a formula: how far the text around it reaches above the line, and the object below it."""
FORMULA = QTextFormat.ObjectTypes.UserObject.value + 1
PICTURE = FORMULA + 1
ENLARGED = 1.08
"""STIX looks smaller than the text's fonts at the same size."""
TALLEST = 480.0
"""Pixels of a picture's height."""
CHIP_PADDING = 10.0
WIDEST_WORDS = 560.0
"""Pixels of the source of a formula in one line, and of words in the place of a picture."""


def formula_format(
    style: TextStyle, around: QTextCharFormat, formula: Formula, told: Callable[[], None]
) -> QTextCharFormat:
    form = QTextCharFormat(around)
    pixels = around.intProperty(QTextFormat.Property.FontPixelSize) or style.font.pixelSize()
    form.setObjectType(FORMULA)
    form.setProperty(SOURCE, formula.latex)
    form.setProperty(DISPLAY, formula.display)
    form.setProperty(SIZE, pixels)
    drawing = style.drawn.formulas.drawing(formula, told)
    descent = drawing.descent * _scale(pixels) if drawing is not None else 0.0
    text = _text_metrics(style, pixels)
    _hang(form, max(descent, text.descent()))
    form.setProperty(ASCENT, text.ascent())
    form.setProperty(DESCENT, QFontMetricsF(form.font()).descent())
    return form


def picture_format(style: TextStyle, around: QTextCharFormat, url: str, title: str) -> QTextCharFormat:
    form = QTextCharFormat(around)
    form.setObjectType(PICTURE)
    form.setProperty(SOURCE, url)
    form.setProperty(TITLE, title)
    form.setProperty(SIZE, style.font.pixelSize())
    form.setVerticalAlignment(QTextCharFormat.VerticalAlignment.AlignMiddle)
    return form


def source_text(selection: QTextCursor) -> str:
    """What is selected, as plain text: of a formula its LaTeX, of a picture its description."""
    text = selection.selection().toPlainText()
    if OBJECT not in text:
        return text
    sources = iter(_sources(selection.selection()))
    return "".join(next(sources, "") if character == OBJECT else character for character in text)


def _sources(fragment: QTextDocumentFragment) -> Iterator[str]:
    document = QTextDocument()
    QTextCursor(document).insertFragment(fragment)
    at = document.find(OBJECT)
    while not at.isNull():
        form = at.charFormat()
        is_picture = form.objectType() == PICTURE
        yield (is_picture and form.stringProperty(TITLE)) or form.stringProperty(SOURCE)
        at = document.find(OBJECT, at)


class InlineObjects(QPyTextObject):
    """Measures and paints the objects of one document. `told` hears that one looks different now."""

    def __init__(self, document: QTextDocument, style: TextStyle, told: Callable[[], None]) -> None:
        super().__init__(document)
        self._style = style
        self._told = told
        for kind in (FORMULA, PICTURE):
            document.documentLayout().registerHandler(kind, self)

    def intrinsicSize(self, doc: QTextDocument, posInDocument: int, format: QTextFormat) -> QSizeF:  # noqa: A002, N803
        del posInDocument
        if format.objectType() == PICTURE:
            shown = self._style.drawn.pictures.look(format.stringProperty(SOURCE), self._told)
            if isinstance(shown, Picture):
                return shown.fitted(doc.textWidth() if doc.textWidth() > 0 else TALLEST, TALLEST)
            return _chip_size(self._style, shown, format.stringProperty(TITLE))
        drawing = self._style.drawn.formulas.drawing(formula_of(format), self._told)
        if drawing is None:
            return _source_size(self._style, format)
        pixels = format.intProperty(SIZE)
        above = (drawing.height - drawing.descent) * _scale(pixels)
        height = max(above, format.doubleProperty(ASCENT)) + format.doubleProperty(DESCENT)
        return QSizeF(drawing.width * _scale(pixels), height)

    def drawObject(
        self,
        painter: QPainter,
        rect: QRectF | QRect,
        doc: QTextDocument,
        posInDocument: int,  # noqa: N803 - Qt's names
        format: QTextFormat,  # noqa: A002
    ) -> None:
        del doc, posInDocument
        rect = QRectF(rect)
        if format.objectType() == PICTURE:
            shown = self._style.drawn.pictures.look(format.stringProperty(SOURCE), self._told)
            if isinstance(shown, Picture):
                shown.paint(painter, rect)
            else:
                _paint_chip(painter, rect, self._style, shown, format.stringProperty(TITLE))
            return
        drawing = self._style.drawn.formulas.drawing(formula_of(format), self._told)
        color = format.foreground().color()
        if drawing is None:
            _paint_source(painter, rect, self._style, format)
        else:
            self._paint_formula(painter, rect, format, drawing, color)

    def _paint_formula(
        self, painter: QPainter, rect: QRectF, form: QTextFormat, drawing: Drawing, color: QColor
    ) -> None:
        scale = _scale(form.intProperty(SIZE))
        ratio = painter.device().devicePixelRatioF()
        pixmap = self._style.drawn.formulas.pixmap(formula_of(form), drawing, scale, ratio, color)
        top = rect.bottom() - form.doubleProperty(DESCENT) + (drawing.descent - drawing.height) * scale
        place = QPointF(rect.left(), round(top * ratio) / ratio)
        painter.drawPixmap(QRectF(place, QSizeF(pixmap.size()) / ratio), pixmap, QRectF(pixmap.rect()))


def picture_at(document: QTextDocument, point: QPointF) -> str:
    """The address of the picture at a point of the document; "" for none."""
    form = document.documentLayout().formatAt(point)
    return form.stringProperty(SOURCE) if form.objectType() == PICTURE else ""


def pictures_in(document: QTextDocument) -> list[str]:
    """The addresses of all pictures of the document."""
    if document.findChild(InlineObjects) is None:
        return []
    urls = []
    at = document.find(OBJECT)
    while not at.isNull():
        if at.charFormat().objectType() == PICTURE:
            urls.append(at.charFormat().stringProperty(SOURCE))
        at = document.find(OBJECT, at)
    return urls


def formula_of(form: QTextFormat) -> Formula:
    return Formula(form.stringProperty(SOURCE), bool(form.property(DISPLAY)))


def object_width(form: QTextCharFormat, style: TextStyle) -> float:
    """How wide an object is in a line that is not broken."""
    if form.objectType() == PICTURE:
        shown = style.drawn.pictures.look(form.stringProperty(SOURCE))
        if isinstance(shown, Picture):
            return shown.fitted(TALLEST, TALLEST).width()
        return _chip_size(style, shown, form.stringProperty(TITLE)).width()
    drawing = style.drawn.formulas.known(formula_of(form))
    return drawing.width * _scale(form.intProperty(SIZE)) if drawing else _source_size(style, form).width()


def _scale(pixels: int) -> float:
    return ENLARGED * pixels / EM


def _hang(form: QTextCharFormat, descent: float) -> None:
    """Lets an object reach `descent` pixels below the line: Qt gives it as much as its format's font has."""
    form.setVerticalAlignment(QTextCharFormat.VerticalAlignment.AlignBaseline)
    form.setFontFamilies(QFont().families())
    form.setProperty(QTextFormat.Property.FontPixelSize, _pixels_for(round(descent, 1)))


def _text_metrics(style: TextStyle, pixels: int) -> QFontMetricsF:
    """Of the text around: a line with a low formula is as high as others."""
    font = QFont(style.font)
    font.setPixelSize(pixels)
    return QFontMetricsF(font)


@lru_cache(maxsize=256)
def _pixels_for(descent: float) -> int:
    font = QFont()
    font.setPixelSize(100)
    return max(1, math.ceil(100 * descent / QFontMetricsF(font).descent()))


# -- the source of a formula -----------------------------------------------------------------------------


def _source_font(style: TextStyle, pixels: int) -> QFont:
    font = QFont(style.mono)
    font.setPixelSize(max(pixels - 2, 8))
    font.setItalic(True)
    return font


def _source_metrics(style: TextStyle, pixels: int) -> QFontMetricsF:
    return QFontMetricsF(_source_font(style, pixels))


def _source_size(style: TextStyle, form: QTextFormat) -> QSizeF:
    metrics = _source_metrics(style, form.intProperty(SIZE))
    room = QRectF(0, 0, WIDEST_WORDS, 1e6)
    used = metrics.boundingRect(room, _WRAPPED.value, form.stringProperty(SOURCE))
    return QSizeF(math.ceil(used.width()) + 2, used.height())


def _paint_source(painter: QPainter, rect: QRectF, style: TextStyle, form: QTextFormat) -> None:
    painter.save()
    painter.setFont(_source_font(style, form.intProperty(SIZE)))
    painter.setPen(form.foreground().color())
    painter.drawText(rect, _WRAPPED, form.stringProperty(SOURCE))
    painter.restore()


_WRAPPED = Qt.TextFlag.TextWrapAnywhere


# -- words in a picture's place --------------------------------------------------------------------------


def _chip_font(style: TextStyle) -> QFont:
    font = QFont(style.font)
    font.setPixelSize(max(style.font.pixelSize() - 1, 9))
    return font


def _chip_words(shown: NoPicture, title: str) -> str:
    return f"{title}: {shown.words}" if title else shown.words


def _chip_size(style: TextStyle, shown: NoPicture, title: str) -> QSizeF:
    metrics = QFontMetricsF(_chip_font(style))
    width = metrics.horizontalAdvance(_chip_words(shown, title)) + 2 * CHIP_PADDING
    return QSizeF(min(math.ceil(width), WIDEST_WORDS), math.ceil(metrics.height() + CHIP_PADDING))


def _paint_chip(painter: QPainter, rect: QRectF, style: TextStyle, shown: NoPicture, title: str) -> None:
    font = _chip_font(style)
    painter.save()
    painter.setPen(QPen(QColor(style.theme.line), 1))
    painter.setBrush(QColor(style.theme.code))
    painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
    painter.setFont(font)
    painter.setPen(QColor(style.theme.accent if shown.can_load else style.theme.muted))
    room = rect.adjusted(CHIP_PADDING, 0, -CHIP_PADDING, 0)
    words = QFontMetricsF(font).elidedText(_chip_words(shown, title), Qt.TextElideMode.ElideMiddle, room.width())
    painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, words)
    painter.restore()
