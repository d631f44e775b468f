"""The fonts and colours a transcript is drawn with, made once for each theme and font size."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtGui import QColor, QFont, QFontMetricsF, QTextBlockFormat, QTextCharFormat

from chat_studio.ui.theme import Theme

LINE_HEIGHT = 1.5
"""Distance of base lines, in font sizes (the look's measure)."""
HEADING_SCALE = {1: 20 / 14, 2: 18 / 14, 3: 16 / 14}


@dataclass(frozen=True)
class TextStyle:
    """What text in one role looks like: an answer's body, or muted reasoning."""

    theme: Theme
    font: QFont
    mono: QFont
    color: QColor

    @classmethod
    def of(cls, theme: Theme, font: QFont, mono: QFont) -> TextStyle:
        return cls(theme, font, mono, QColor(theme.text))

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
        form = QTextCharFormat()
        form.setFontFamilies(self.mono.families() or [self.mono.family()])
        form.setProperty(QTextCharFormat.Property.FontPixelSize, self.mono.pixelSize())
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

    def math(self) -> QTextCharFormat:
        form = self.code()
        form.clearBackground()
        form.setFontItalic(True)
        return form
