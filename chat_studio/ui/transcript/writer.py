"""Writes parsed Markdown into a QTextDocument."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextLength,
    QTextList,
    QTextListFormat,
    QTextTable,
    QTextTableFormat,
)

from chat_studio.ui.transcript.bidi import visible
from chat_studio.ui.transcript.formulas import Formula
from chat_studio.ui.transcript.highlight import coloured
from chat_studio.ui.transcript.inline_objects import OBJECT, InlineObjects, formula_format, picture_format
from chat_studio.ui.transcript.notes import NOTE
from chat_studio.ui.transcript.parser import LINE_SEPARATOR, is_link
from chat_studio.ui.transcript.style import TextStyle

if TYPE_CHECKING:
    from markdown_it.token import Token

LIST_INDENT = 24
MOST_LEXED = 3000
"""Characters of code inside a list or a quote that are coloured: it is written again for every word that comes."""
DEEPEST_INDENT = 12
"""Levels of lists that are told apart by their indent; the text needs room too."""
BULLETS = (QTextListFormat.Style.ListDisc, QTextListFormat.Style.ListCircle, QTextListFormat.Style.ListSquare)
ALIGNMENTS = {"text-align:right": Qt.AlignmentFlag.AlignRight, "text-align:center": Qt.AlignmentFlag.AlignHCenter}


class DocumentWriter:
    """Writes one block's tokens. One writer serves one document once.

    A formula or a picture is one character, OBJECT; `told` hears that one of them looks different now.
    """

    def __init__(self, document: QTextDocument, style: TextStyle, told: Callable[[], None]) -> None:
        self._document = document
        self._told = told
        self._cursor = QTextCursor(document)
        self._style = style
        self._formats = [self._base_format()]
        self._lists: list[QTextListFormat | QTextList] = []  # a format until the first item makes the list
        self._fresh = True  # the cursor stands in an empty paragraph that may be used
        self._item_starts = False
        self._quotes = 0
        self._tight = False
        self._after_check_box = False

    def write(self, tokens: list[Token]) -> None:
        self._cursor.beginEditBlock()
        position = 0
        while position < len(tokens):
            position = self._write(tokens, position)
        self._cursor.endEditBlock()

    def append_rows(self, table: QTextTable, tokens: list[Token]) -> None:
        """Appends the rows of a table's tokens, without its titles, to a table that stands in the document."""
        self._cursor.beginEditBlock()
        first = table.rows()
        rows = _rows(tokens)
        table.appendRows(len(rows))
        for row, start in enumerate(rows, first):
            self._row(table, row, tokens, start)
        self._cursor.endEditBlock()

    def _write(self, tokens: list[Token], position: int) -> int:
        token = tokens[position]
        if token.type == "table_open":
            end = _closing(tokens, position)
            self._table(tokens[position:end])
            return end + 1
        handler = getattr(self, f"_on_{token.type}", None)
        if handler is not None:
            handler(token)
        return position + 1

    # -- blocks ------------------------------------------------------------------------------------------

    def _on_paragraph_open(self, token: Token) -> None:
        self._tight = token.hidden
        self._paragraph(below=0)

    def _on_heading_open(self, token: Token) -> None:
        self._paragraph()
        self._push(self._style.heading(int(token.tag[1])))

    def _on_heading_close(self, _: Token) -> None:
        self._formats.pop()

    def _on_bullet_list_open(self, _: Token) -> None:
        self._list(BULLETS[min(len(self._lists), len(BULLETS) - 1)])

    def _on_ordered_list_open(self, token: Token) -> None:
        self._list(QTextListFormat.Style.ListDecimal, int(token.attrs.get("start", 1)))

    def _on_bullet_list_close(self, _: Token) -> None:
        self._lists.pop()

    _on_ordered_list_close = _on_bullet_list_close

    def _on_list_item_open(self, _: Token) -> None:
        self._item_starts = True

    def _on_blockquote_open(self, _: Token) -> None:
        self._quotes += 1
        self._push_color(self._style.theme.muted)

    def _on_blockquote_close(self, _: Token) -> None:
        self._quotes -= 1
        self._formats.pop()

    def _on_fence(self, token: Token) -> None:
        """Code inside a list or a quote; at top level it has a box of its own."""
        self._paragraph(below=4)
        ground = self._cursor.blockFormat()
        ground.setBackground(QColor(self._style.theme.code))
        self._cursor.setBlockFormat(ground)
        code = token.content.rstrip("\n")
        form = self._style.code()
        form.setForeground(self._style.color)
        language = token.info.strip().partition(" ")[0] if len(code) <= MOST_LEXED else ""
        for text, role in coloured(language, code):
            if role:
                form.setForeground(QColor(getattr(self._style.theme, role)))
            else:
                form.setForeground(self._style.color)
            self._cursor.insertText(visible(text).replace("\n", LINE_SEPARATOR), form)

    _on_code_block = _on_fence

    def _on_math_block(self, token: Token) -> None:
        self._paragraph()
        form = self._natural_height()
        form.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._cursor.setBlockFormat(form)
        self._formula(token, display=True)

    _on_math_single = _on_math_block

    def _on_note_open(self, token: Token) -> None:
        self._paragraph(below=0)
        self._push(self._style.note())
        self._cursor.insertText(token.info, self._merged(self._style.note_mark()))
        self._text(" ")

    def _on_note_close(self, _: Token) -> None:
        self._formats.pop()

    def _on_inline(self, token: Token) -> None:
        if token.children and all(child.type in ("image", "softbreak") for child in token.children):
            self._cursor.setBlockFormat(self._natural_height())
        for child in token.children or ():
            self._inline(child)

    def _paragraph(self, *, below: float = 0) -> None:
        form = self._style.block(above=0 if self._fresh else (2 if self._tight else 8), below=below)
        form.setLeftMargin(16 * self._quotes)
        if self._lists and not self._item_starts:
            form.setIndent(min(len(self._lists), DEEPEST_INDENT))
        if self._fresh:
            self._cursor.setBlockFormat(form)
        else:
            self._cursor.insertBlock(form, self._formats[-1])
        if self._item_starts:
            self._begin_item()
        self._fresh = False
        self._cursor.setBlockCharFormat(self._formats[-1])

    def _natural_height(self) -> QTextBlockFormat:
        """The paragraph's format with lines as high as what stands in them: the look's distance is for text."""
        form = self._cursor.blockFormat()
        form.setLineHeight(0, QTextBlockFormat.LineHeightTypes.SingleHeight.value)
        return form

    def _begin_item(self) -> None:
        self._item_starts = False
        current = self._lists[-1]
        if isinstance(current, QTextList):
            current.add(self._cursor.block())
        else:
            self._lists[-1] = self._cursor.createList(current)

    def _list(self, style: QTextListFormat.Style, start: int = 1) -> None:
        form = QTextListFormat()
        form.setStyle(style)
        form.setStart(start)
        form.setIndent(min(len(self._lists) + 1, DEEPEST_INDENT))
        self._lists.append(form)

    def _table(self, tokens: list[Token]) -> None:
        rows = _rows(tokens)
        if not rows:
            return
        end = _closing(tokens, rows[0])
        columns = sum(token.type in ("th_open", "td_open") for token in tokens[rows[0] : end])
        table = self._cursor.insertTable(len(rows), columns, self._table_format())
        for row, start in enumerate(rows):
            self._row(table, row, tokens, start)
        self._cursor.movePosition(QTextCursor.MoveOperation.End)
        self._fresh = True

    def _row(self, table: QTextTable, row: int, tokens: list[Token], start: int) -> None:
        cells = [i for i in range(start, _closing(tokens, start)) if tokens[i].type in ("th_open", "td_open")]
        for column, cell in enumerate(cells[: table.columns()]):
            self._cell(table, row, column, tokens[cell], tokens[cell + 1])

    def _cell(self, table: QTextTable, row: int, column: int, opening: Token, inline: Token) -> None:
        self._cursor = table.cellAt(row, column).firstCursorPosition()
        form = self._style.block()
        form.setAlignment(ALIGNMENTS.get(str(opening.attrs.get("style", "")), Qt.AlignmentFlag.AlignLeft))
        self._cursor.setBlockFormat(form)
        self._push(_bold(self._style.theme.muted) if opening.type == "th_open" else QTextCharFormat())
        self._on_inline(inline)
        self._formats.pop()
        cell = table.cellAt(row, column)
        cell_format = cell.format().toTableCellFormat()
        cell_format.setBottomBorder(1)
        cell_format.setBottomBorderStyle(QTextTableFormat.BorderStyle.BorderStyle_Solid)
        cell_format.setBottomBorderBrush(QColor(self._style.theme.line))
        left, right = cell_padding(column)
        cell_format.setPadding(5)
        cell_format.setLeftPadding(left)
        cell_format.setRightPadding(right)
        cell.setFormat(cell_format)
        if row + 1 == table.rows() and column + 1 == table.columns():
            self._cursor = table.lastCursorPosition()

    def _table_format(self) -> QTextTableFormat:
        form = QTextTableFormat()
        form.setBorder(0)
        form.setCellSpacing(0)
        form.setBorderCollapse(True)
        form.setHeaderRowCount(1)
        form.setWidth(QTextLength(QTextLength.Type.VariableLength, 0))
        return form

    # -- inline ------------------------------------------------------------------------------------------

    def _inline(self, token: Token) -> None:
        handler = _INLINE.get(token.type)
        if handler is not None:
            handler(self, token)
        elif token.content:
            self._text(token.content)

    def _text(self, text: str) -> None:
        if self._after_check_box:
            text = text.removeprefix(" ")
            self._after_check_box = False
        self._cursor.insertText(text, self._formats[-1])

    def _code(self, token: Token) -> None:
        self._cursor.insertText(visible(token.content), self._merged(self._style.code()))

    def _math(self, token: Token) -> None:
        self._formula(token, display=False)

    def _math_pending(self, token: Token) -> None:
        self._cursor.insertText(token.content.replace("\n", LINE_SEPARATOR), self._merged(self._style.math()))

    def _formula(self, token: Token, *, display: bool) -> None:
        formula = Formula(token.content.strip(), display or token.type == "math_inline_double")
        self._object(formula_format(self._style, self._formats[-1], formula, self._told))

    def _object(self, form: QTextCharFormat) -> None:
        if self._document.findChild(InlineObjects) is None:
            InlineObjects(self._document, self._style, self._told)
        self._cursor.insertText(OBJECT, form)

    def _note_ref(self, token: Token) -> None:
        mark = self._merged(self._style.note_mark())
        mark.setAnchor(True)
        mark.setAnchorHref(NOTE + token.content)
        self._cursor.insertText(token.content, mark)

    def _link(self, token: Token) -> None:
        target = str(token.attrs.get("href", ""))
        self._push(self._style.link(target) if is_link(target) else QTextCharFormat())

    def _image(self, token: Token) -> None:
        """A data URI is shown; of anything else nothing is fetched before the user asks for it."""
        target = str(token.attrs.get("src", ""))
        self._object(picture_format(self._style, self._formats[-1], target, token.content))

    def _html(self, token: Token) -> None:
        """Only the task list's check box comes as HTML; the parser gives all other HTML as text."""
        checked = 'checked="checked"' in token.content
        form = self._cursor.blockFormat()
        marker = QTextBlockFormat.MarkerType.Checked if checked else QTextBlockFormat.MarkerType.Unchecked
        form.setMarker(marker)
        self._cursor.setBlockFormat(form)
        self._after_check_box = True

    def _push(self, form: QTextCharFormat) -> None:
        self._formats.append(self._merged(form))

    def _push_color(self, color: str) -> None:
        form = QTextCharFormat()
        form.setForeground(QColor(color))
        self._push(form)

    def _pop(self, _: Token) -> None:
        self._formats.pop()

    def _merged(self, form: QTextCharFormat) -> QTextCharFormat:
        merged = QTextCharFormat(self._formats[-1])
        merged.merge(form)
        return merged

    def _base_format(self) -> QTextCharFormat:
        form = QTextCharFormat()
        form.setForeground(self._style.color)
        return form


def cell_padding(column: int) -> tuple[float, float]:
    """Pixels to the left and to the right of a cell's text."""
    return (0.0 if column == 0 else 8.0), 8.0


def set_column_widths(table: QTextTable, widths: list[float]) -> None:
    form = table.format()
    if widths == [length.rawValue() for length in form.columnWidthConstraints()]:
        return  # taking a format lays the table out
    form.setColumnWidthConstraints([QTextLength(QTextLength.Type.FixedLength, width) for width in widths])
    table.setFormat(form)


def _rows(tokens: list[Token]) -> list[int]:
    """Where the rows of a table begin, its titles first."""
    return [index for index, token in enumerate(tokens) if token.type == "tr_open"]


def _closing(tokens: list[Token], opening: int) -> int:
    """The index of the token that closes the one at `opening`."""
    wanted = tokens[opening].type.replace("_open", "_close")
    level = tokens[opening].level
    return next(i for i in range(opening, len(tokens)) if tokens[i].type == wanted and tokens[i].level == level)


def _bold(color: str = "") -> QTextCharFormat:
    form = QTextCharFormat()
    form.setFontWeight(QFont.Weight.DemiBold)
    if color:
        form.setForeground(QColor(color))
    return form


def _italic() -> QTextCharFormat:
    form = QTextCharFormat()
    form.setFontItalic(True)
    return form


def _struck() -> QTextCharFormat:
    form = QTextCharFormat()
    form.setFontStrikeOut(True)
    return form


_INLINE = {
    "strong_open": lambda self, _: self._push(_bold()),
    "em_open": lambda self, _: self._push(_italic()),
    "s_open": lambda self, _: self._push(_struck()),
    "link_open": DocumentWriter._link,
    "strong_close": DocumentWriter._pop,
    "em_close": DocumentWriter._pop,
    "s_close": DocumentWriter._pop,
    "link_close": DocumentWriter._pop,
    "softbreak": lambda self, _: self._text(LINE_SEPARATOR),
    "hardbreak": lambda self, _: self._text(LINE_SEPARATOR),
    "code_inline": DocumentWriter._code,
    "math_inline": DocumentWriter._math,
    "math_inline_double": DocumentWriter._math,
    "math_pending": DocumentWriter._math_pending,
    "note_ref": DocumentWriter._note_ref,
    "html_inline": DocumentWriter._html,
    "image": DocumentWriter._image,
}
