"""Formulas are drawn where they can be, in bounded time, and are their source everywhere else."""

from __future__ import annotations

import asyncio

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from chat_studio.ui.transcript.boxes import Box, Range
from chat_studio.ui.transcript.flow import MarkdownFlow
from chat_studio.ui.transcript.formulas import Formula, Formulas, draw, may_be_drawn
from chat_studio.ui.transcript.inline_objects import OBJECT
from chat_studio.ui.transcript.style import TextStyle

WIDTH = 600


def flow_of(style: TextStyle, source: str) -> MarkdownFlow:
    flow = MarkdownFlow(style, WIDTH)
    flow.append(source)
    flow.finish()
    return flow


def painted(box: Box, ratio: float = 1.0) -> QImage:
    image = QImage(int(WIDTH * ratio), int((box.height + 1) * ratio), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    image.fill(QColor("white"))
    painter = QPainter(image)
    box.paint(painter, QRectF(0, 0, WIDTH, box.height), None)
    painter.end()
    return image


def ink(image: QImage, color: QColor) -> int:
    """Pixels of exactly this colour."""
    pixels = (image.pixelColor(x, y) for y in range(image.height()) for x in range(image.width()))
    return sum(pixel.rgb() == color.rgb() for pixel in pixels)


@pytest.mark.parametrize("source", ["a $x^2$ b", r"a \(x^2\) b", "$$\nx^2\n$$", r"\[ x^2 \]", "a $$x^2$$ b"])
def test_each_way_to_write_one(style: TextStyle, source: str) -> None:
    box = flow_of(style, source).box(0)
    assert box.document.toPlainText().count(OBJECT) == 1
    assert "x^2" in box.text()
    assert "$" not in box.text()


@pytest.mark.parametrize("source", ["from $5 and $10", "US$ 5 or $ 6 $", "echo $HOME and $PATH", r"\$x$ and", "`$x$`"])
def test_money_and_shells_are_none(style: TextStyle, source: str) -> None:
    assert OBJECT not in flow_of(style, source).box(0).document.toPlainText()


def test_one_that_cannot_be_drawn_is_its_source(style: TextStyle) -> None:
    box = flow_of(style, r"$\nosuchcommand{x}$").box(0)
    assert draw(Formula(r"\nosuchcommand{x}")) is None
    assert ink(painted(box), style.color) > 0
    assert box.text() == r"\nosuchcommand{x}"


@pytest.mark.parametrize("latex", [r"\frac{1", "x^{y^", "", "}", "\\", "_" * 50, r"\begin{matrix}", "&", "\x00", "😀"])
def test_nothing_written_raises(latex: str) -> None:
    draw(Formula(latex))


@pytest.mark.parametrize(
    "latex",
    [
        r"\left(" * 14 + "x" + r"\right)" * 14,
        "{" * 40 + "}" * 40,
        "x" * 10_000,
        r"\newcommand{\a}{\a\a}\a",
        r"\def\a{x}",
    ],
)
def test_what_would_take_long_is_not_tried(latex: str) -> None:
    assert not may_be_drawn(latex)
    assert Formulas().drawing(Formula(latex)) is None


@pytest.mark.parametrize(
    "latex", ["x", r"\frac{-b \pm \sqrt{b^2 - 4ac}}{2a}", r"\begin{pmatrix} a & b \\ c & d \end{pmatrix}"]
)
def test_usual_ones_are_drawn(latex: str) -> None:
    drawing = draw(Formula(latex, display=True))
    assert drawing is not None
    assert drawing.width > 0
    assert drawing.height > drawing.descent


def test_a_sign_stands_close_to_its_number() -> None:
    apart, close = draw(Formula("1-1")), draw(Formula("=-1"))
    assert apart is not None
    assert close is not None
    minus_one = draw(Formula("-1"))
    equals = draw(Formula("="))
    assert minus_one is not None
    assert equals is not None
    assert close.width < apart.width + equals.width


def test_it_has_the_colour_of_the_text_and_is_sharp(style: TextStyle) -> None:
    box = flow_of(style, r"$\blacksquare\blacksquare$").box(0)
    assert ink(painted(box), style.color) > 20
    assert ink(painted(box, 2.0), style.color) > 60


def test_it_stands_on_the_line(style: TextStyle) -> None:
    """The lowest ink of an x is that of the words beside it."""
    words, formula = (painted(flow_of(style, source).box(0)) for source in ("xxx", "$xxx$"))
    assert abs(_lowest(words) - _lowest(formula)) <= 1


def _lowest(image: QImage) -> int:
    rows = (y for y in reversed(range(image.height())) for x in range(100) if image.pixelColor(x, y).lightness() < 128)
    return next(rows)


def test_a_wide_one_scrolls(style: TextStyle) -> None:
    box = flow_of(style, "$$\n" + " + ".join(f"x_{{{n}}}" for n in range(60)) + "\n$$").box(0)
    assert box.sideways is not None
    assert box.sideways.farthest > 0
    assert box.hit(box.origin + (QRectF(0, 0, 5, 5)).center()) == 0


def test_copying_gives_the_source(style: TextStyle) -> None:
    box = flow_of(style, r"so $x$ and \(\alpha\) are").box(0)
    assert box.text() == r"so x and \alpha are"
    assert box.text(Range(3, 4)) == "x"


async def test_in_a_window_the_source_is_shown_until_it_is_drawn(style: TextStyle) -> None:
    flow = MarkdownFlow(style, WIDTH)
    changed = asyncio.Event()
    flow.changed = lambda _: changed.set()
    flow.append(r"so $\frac{a}{b}$ is")
    flow.finish()
    formula = Formula(r"\frac{a}{b}")
    assert style.drawn.formulas.known(formula) is None
    before = flow.height
    await asyncio.wait_for(changed.wait(), 30)
    assert style.drawn.formulas.known(formula) is not None
    assert flow.height >= before
    assert flow.box(0).text() == r"so \frac{a}{b} is"


async def test_a_box_that_is_gone_is_not_told(style: TextStyle) -> None:
    MarkdownFlow(style, WIDTH).append("so $gone$ is ")
    formulas = style.drawn.formulas
    assert formulas._task is not None
    await asyncio.wait_for(formulas._task, 30)
    assert formulas.known(Formula("gone")) is not None


def test_what_is_kept_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chat_studio.ui.transcript.formulas.MOST_DRAWN", 3)
    formulas = Formulas()
    for letter in "abcdef":
        formulas.drawing(Formula(letter))
    assert formulas.known(Formula("a")) is None
    assert formulas.known(Formula("f")) is not None
