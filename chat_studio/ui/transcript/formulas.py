"""Formulas, drawn by ziamath from LaTeX: in a thread, once each, and never longer than can be waited for."""

from __future__ import annotations

import asyncio
import re
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from weakref import WeakMethod

from PySide6.QtCore import QByteArray, QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from chat_studio.ui.aio import loop_runs, spawn

EM = 16.0
"""Pixels of the size that formulas are drawn for; they are scaled from it."""
MOST_COST = 3000
"""Characters, each counted twice for every level that it is nested: some 0.3 s. ziamath takes a time that doubles with
every level, so a deep formula of a hundred characters would take minutes."""
MOST_DRAWN, MOST_PIXMAPS = 500, 200
BATCH = 8
_NESTING = re.compile(r"(\{|\\left\b|\\begin\b)|(\}|\\right\b|\\end\b)")
_DEFINES = re.compile(r"\\(?:(?:re|provide)?newcommand|[egx]?def|let|DeclareMathOperator|require|input|include)\b")
_SIGN = re.compile(
    r"(<mo(?: [^>]*)?>(?!&#x0002[19];|&#x0005D;|&#x0007[CD];)[^<]*</mo>)<mo>(&#x02212;|&#x0002B;|&#x000B1;)</mo>"
)
"""A plus or minus behind an operator that closes nothing: the sign of what follows, without space around it."""
_VIEW_BOX = re.compile(r'viewBox="(\S+) (\S+) (\S+) (\S+)"')


@dataclass(frozen=True)
class Formula:
    """LaTeX without its dollars; `display` for one that stands by itself."""

    latex: str
    display: bool = False


@dataclass(frozen=True)
class Drawing:
    """An SVG in black, and its measures in pixels for a font of EM pixels. `descent` is what lies below the line."""

    svg: bytes
    width: float
    height: float
    descent: float


class Formulas:
    """Draws what is asked for, and keeps the newest."""

    def __init__(self) -> None:
        self._drawn: OrderedDict[Formula, Drawing | None] = OrderedDict()
        self._waiting: dict[Formula, list[WeakMethod[Callable[[], None]]]] = {}
        self._pixmaps: OrderedDict[tuple[Formula, int, int, str], QPixmap] = OrderedDict()
        self._task: asyncio.Task[None] | None = None

    def drawing(self, formula: Formula, told: Callable[[], None] | None = None) -> Drawing | None:
        """None if the formula cannot be drawn, or not yet: then the bound method `told` is called when it is.

        Where no event loop runs, as in a script that renders a page, it is drawn at once.
        """
        if formula in self._drawn:
            self._drawn.move_to_end(formula)
            return self._drawn[formula]
        if not may_be_drawn(formula.latex):
            return None
        if told is None or not loop_runs():
            return self._keep(formula, draw(formula))
        self._waiting.setdefault(formula, []).append(WeakMethod(told))
        if self._task is None or self._task.done():
            self._task = spawn(self._draw_waiting(), name="formulas")
        return None

    def known(self, formula: Formula) -> Drawing | None:
        """The drawing, if there is one already."""
        return self._drawn.get(formula)

    def pixmap(self, formula: Formula, drawing: Drawing, scale: float, ratio: float, color: QColor) -> QPixmap:
        """The drawing in a colour; `scale` is logical pixels for each of its own, `ratio` the screen's."""
        width, height = max(1, round(drawing.width * scale * ratio)), max(1, round(drawing.height * scale * ratio))
        key = (formula, width, height, color.name())
        if key not in self._pixmaps:
            self._pixmaps[key] = _pixmap(drawing, width, height, color)
            if len(self._pixmaps) > MOST_PIXMAPS:
                self._pixmaps.popitem(last=False)
        self._pixmaps.move_to_end(key)
        return self._pixmaps[key]

    async def _draw_waiting(self) -> None:
        while self._waiting:
            batch = list(self._waiting)[:BATCH]
            drawn = await asyncio.to_thread(_draw_all, batch)
            told: dict[Callable[[], None], None] = {}
            for formula, drawing in zip(batch, drawn, strict=True):
                self._keep(formula, drawing)
                alive = (reference() for reference in self._waiting.pop(formula))
                told.update({method: None for method in alive if method is not None})
            for method in told:
                method()

    def _keep(self, formula: Formula, drawing: Drawing | None) -> Drawing | None:
        self._drawn[formula] = drawing
        if len(self._drawn) > MOST_DRAWN:
            self._drawn.popitem(last=False)
        return drawing


def may_be_drawn(latex: str) -> bool:
    """Whether drawing can be waited for, and has a meaning: nothing is defined, nothing nested without end."""
    if not latex.strip() or len(latex) > MOST_COST or _DEFINES.search(latex):
        return False
    cost, depth, at = 0, 0, 0
    for found in _NESTING.finditer(latex):
        cost += (found.start() - at) << depth
        at = found.start()
        depth = min(max(depth + (1 if found[1] else -1), 0), 20)
    return cost + ((len(latex) - at) << depth) <= MOST_COST


def draw(formula: Formula) -> Drawing | None:
    """Runs in a thread. None for what ziamath does not understand."""
    from ziamath.config import config
    from ziamath.tex import tex2mml
    from ziamath.zmath import Math

    config.svg2 = False  # Qt reads SVG 1.2 Tiny
    try:
        mathml = tex2mml(formula.latex, inline=not formula.display)
        if "\\" in mathml:
            return None  # a command that it does not know comes out as its name
        mathml = _SIGN.sub(r'\1<mo form="prefix">\2</mo>', mathml)
        svg = Math(mathml, size=EM).svg()
    except Exception:  # noqa: BLE001 - a parser of somebody else's text: whatever it stumbles over, the source is shown
        return None
    box = _VIEW_BOX.search(svg)
    if box is None:
        return None
    _, top, width, height = map(float, box.groups())
    return Drawing(svg.encode(), width, height, top + height) if width > 0 < height else None


def _draw_all(formulas: list[Formula]) -> list[Drawing | None]:
    return [draw(formula) for formula in formulas]


def _pixmap(drawing: Drawing, width: int, height: int, color: QColor) -> QPixmap:
    image = QImage(width, height, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    painter = QPainter(image)
    QSvgRenderer(QByteArray(drawing.svg)).render(painter, QRectF(0, 0, width, height))
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
    painter.fillRect(image.rect(), color)
    painter.end()
    return QPixmap.fromImage(image)
