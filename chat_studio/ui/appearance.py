"""How the program looks at the moment: theme and fonts, applied to the whole application."""

from __future__ import annotations

import sys
from typing import Literal

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

from chat_studio.ui.theme import Theme, TypeScale, load_theme, stylesheet

ThemeChoice = Literal["system", "light", "dark"]

DEFAULT_FONT_SIZE = 14
FONT_SIZES = range(11, 25)

_BODY_FAMILIES = ("Inter", "Cantarell", "Noto Sans", "DejaVu Sans")
_MONO_FAMILIES = (
    "JetBrains Mono",
    "SF Mono",
    "Menlo",
    "Cascadia Mono",
    "Consolas",
    "Noto Sans Mono",
    "DejaVu Sans Mono",
)
_SCHEMES = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark, "system": Qt.ColorScheme.Unknown}


class Appearance(QObject):
    """The theme and the fonts in use. With the choice “system” it follows the desktop's colour scheme live.

    Widgets that paint by themselves read `theme` and the fonts when they paint, and repaint on `changed`.
    """

    changed = Signal()
    """The theme or the font size is another one; palette, fonts and style sheet are applied already."""

    def __init__(self, app: QApplication, choice: ThemeChoice = "system", font_size: int = DEFAULT_FONT_SIZE) -> None:
        super().__init__(app)
        self._app = app
        self._choice: ThemeChoice = choice
        self.font_size = font_size
        """The body's, in pixels."""
        self._body_families = _body_families()
        self._mono_families = _installed(_MONO_FAMILIES) or _fixed_family()
        app.setStyle("Fusion")
        app.styleHints().setColorScheme(_SCHEMES[choice])
        self.theme: Theme = self._current_theme()
        self._apply()
        app.styleHints().colorSchemeChanged.connect(self._follow_system)

    @property
    def choice(self) -> ThemeChoice:
        return self._choice

    @property
    def scale(self) -> TypeScale:
        return TypeScale(self.font_size)

    def choose(self, choice: ThemeChoice, font_size: int) -> None:
        """Changes theme and font size at once."""
        if (choice, font_size) == (self._choice, self.font_size):
            return
        self._choice, self.font_size = choice, font_size
        self._app.styleHints().setColorScheme(_SCHEMES[choice])
        self._refresh()

    def body_font(self) -> QFont:
        return self._font(self._body_families, self.scale.body)

    def control_font(self) -> QFont:
        """Lists, buttons and fields."""
        return self._font(self._body_families, self.scale.control)

    def small_font(self) -> QFont:
        """What is secondary: figures under an answer, hints."""
        return self._font(self._body_families, self.scale.small)

    def tiny_font(self) -> QFont:
        """Titles of groups."""
        return self._font(self._body_families, self.scale.tiny)

    def mono_font(self) -> QFont:
        font = self._font(self._mono_families, self.scale.small)
        font.setStyleHint(QFont.StyleHint.Monospace)
        font.setFixedPitch(True)
        font.setFeature(QFont.Tag("calt"), 0)  # code shows its characters: no ligature makes one sign of “->” or “!=”
        return font

    def _font(self, families: list[str], pixels: int) -> QFont:
        font = QFont(families)
        font.setPixelSize(pixels)
        font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
        return font

    def _current_theme(self) -> Theme:
        if self._choice != "system":
            return load_theme(self._choice)
        return load_theme("dark" if self._app.styleHints().colorScheme() == Qt.ColorScheme.Dark else "light")

    def _follow_system(self) -> None:
        if self._current_theme() != self.theme:
            self._refresh()

    def _refresh(self) -> None:
        self.theme = self._current_theme()
        self._apply()
        self.changed.emit()

    def _apply(self) -> None:
        self._app.setPalette(_palette(self.theme))
        self._app.setFont(self.control_font())
        self._app.setStyleSheet(stylesheet(self.theme, self.font_size))


def _palette(theme: Theme) -> QPalette:
    palette = QPalette()
    roles = {
        QPalette.ColorRole.Window: theme.bg,
        QPalette.ColorRole.Base: theme.bg,
        QPalette.ColorRole.AlternateBase: theme.panel,
        QPalette.ColorRole.Button: theme.bg,
        QPalette.ColorRole.ToolTipBase: theme.bg,
        QPalette.ColorRole.WindowText: theme.text,
        QPalette.ColorRole.Text: theme.text,
        QPalette.ColorRole.ButtonText: theme.text,
        QPalette.ColorRole.ToolTipText: theme.text,
        QPalette.ColorRole.BrightText: theme.danger,
        QPalette.ColorRole.PlaceholderText: theme.faint,
        QPalette.ColorRole.Highlight: theme.accent,
        QPalette.ColorRole.HighlightedText: theme.on_accent,
        QPalette.ColorRole.Link: theme.accent,
        QPalette.ColorRole.LinkVisited: theme.accent,
        QPalette.ColorRole.Accent: theme.accent,
        QPalette.ColorRole.Light: theme.panel,
        QPalette.ColorRole.Midlight: theme.panel,
        QPalette.ColorRole.Mid: theme.line,
        QPalette.ColorRole.Dark: theme.line,
        QPalette.ColorRole.Shadow: theme.line,
    }
    for role, color in roles.items():
        palette.setColor(role, QColor(color))
    for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(theme.faint))
    return palette


def _body_families() -> list[str]:
    """The desktop's own font where there is one by design; elsewhere the first good one that is installed."""
    system = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont).families()
    if sys.platform in ("win32", "darwin"):
        return list(system)
    return [*_installed(_BODY_FAMILIES)[:1], *system]


def _installed(families: tuple[str, ...]) -> list[str]:
    return [family for family in families if QFontDatabase.hasFamily(family)]


def _fixed_family() -> list[str]:
    return list(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont).families())
