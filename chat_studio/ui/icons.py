"""Our icons: outlines on a grid of 16 pixels, drawn in the colour of the text beside them."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from chat_studio.resources import resource

GRID = 16
_RATIOS = (1.0, 1.5, 2.0, 3.0)


@cache
def pixmap(name: str, color: str, size: int = GRID, ratio: float = 1.0) -> QPixmap:
    """The icon `resources/icons/<name>.svg` in `color` (`#RRGGBB`); `size` in logical pixels, `ratio` of the screen."""
    image = QPixmap(QSize(round(size * ratio), round(size * ratio)))
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _renderer(name, color).render(painter, QRectF(image.rect()))
    painter.end()
    image.setDevicePixelRatio(ratio)
    return image


@cache
def icon(name: str, color: str, size: int = GRID) -> QIcon:
    """The same as an icon for menus and buttons, sharp on screens of any density."""
    result = QIcon()
    for ratio in _RATIOS:
        result.addPixmap(pixmap(name, color, size, ratio))
    return result


@cache
def _renderer(name: str, color: str) -> QSvgRenderer:
    drawing = resource(f"icons/{name}.svg").read_text(encoding="utf-8").replace("currentColor", color)
    return QSvgRenderer(QByteArray(drawing.encode()))
