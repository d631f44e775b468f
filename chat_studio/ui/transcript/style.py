"""The fonts and colours a transcript is drawn with, made once for each theme and font size."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property

from PySide6.QtGui import QColor, QFont, QFontMetricsF, QTextBlockFormat, QTextCharFormat

from chat_studio.ui.theme import Theme
from chat_studio.ui.transcript.formulas import Formulas
from chat_studio.ui.transcript.pictures import Pictures

LINE_HEIGHT = 1.5
"""Distance of base lines, in font sizes (the look's measure)."""
HEADING_SCALE = {1: 20 / 14, 2: 18 / 14, 3: 16 / 14}


@dataclass(frozen=True)
class Drawn:
    """What is drawn once and shown often, whatever the theme and the size of the text."""

    formulas: Formulas = field(default_factory=Formulas)
    pictures: Pictures = field(default_factory=Pictures)


@dataclass(frozen=True)
class TextStyle:
    """What text in one role looks like: an answer's body, or muted reasoning."""

    theme: Theme
    font: QFont
    mono: QFont
    color: QColor
    drawn: Drawn = field(default_factory=Drawn, compare=False)

    @classmethod
    def of(cls, theme: Theme, font: QFont, mono: QFont, drawn: Drawn | None = None) -> TextStyle:
        """Pass `drawn` on from the style that this one takes the place of: nothing is drawn or fetched again."""
        return cls(theme, font, mono, QColor(theme.text), drawn or Drawn())

    def muted(self) -> TextStyle:
        return replace(self, color=QColor(self.theme.muted))

    def block(self, *, above: float = 0.0, below: float = 0.0) -> QTextBlockFormat:
        """A paragraph with the look's line height; margins in pixels."""
        form = QTextBlockFormat()
        natural = QFontMetricsF(self.font).height()
        percent = 100 * LINE_HEIGHT * self.font.pixelSize() / natural
        form.setLineHeight(percent, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        form.setTopMargin(above)
        form.setBottomMargin(below)
        return form

    def heading(self, level: int) -> QTextCharFormat:
        form = QTextCharFormat()
        font = QFont(self.font)
        font.setPixelSize(round(self.font.pixelSize() * HEADING_SCALE.get(level, 1.0)))
        font.setWeight(QFont.Weight.DemiBold)
        form.setFont(font)
        return form

    def code(self) -> QTextCharFormat:
        """Code within a line. The font is named by its parts, so that bold and italic around it still apply."""
        return QTextCharFormat(self._code)

    @cached_property
    def _code(self) -> QTextCharFormat:
        form = QTextCharFormat()
        font = QFont(self.mono.families() or [self.mono.family()])
        font.setPixelSize(self.mono.pixelSize())
        for feature in self.mono.featureTags():
            font.setFeature(feature, self.mono.featureValue(feature))
        form.setFont(font, QTextCharFormat.FontPropertiesInheritanceBehavior.FontPropertiesSpecifiedOnly)
        form.setBackground(QColor(self.theme.code))
        return form

    def link(self, target: str) -> QTextCharFormat:
        form = QTextCharFormat()
        form.setAnchor(True)
        form.setAnchorHref(target)
        form.setToolTip(target)
        form.setForeground(QColor(self.theme.accent))
        form.setFontUnderline(True)
        return form

    def note(self) -> QTextCharFormat:
        """The words of a footnote."""
        form = QTextCharFormat()
        form.setProperty(QTextCharFormat.Property.FontPixelSize, max(self.font.pixelSize() - 2, 9))
        form.setForeground(QColor(self.theme.muted))
        return form

    def note_mark(self) -> QTextCharFormat:
        """The label of a footnote, in the text and before the note."""
        form = QTextCharFormat()
        form.setVerticalAlignment(QTextCharFormat.VerticalAlignment.AlignSuperScript)
        form.setForeground(QColor(self.theme.accent))
        return form

    def math(self) -> QTextCharFormat:
        form = self.code()
        form.clearBackground()
        form.setFontItalic(True)
        return form
