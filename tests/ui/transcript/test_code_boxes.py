"""Code: its buttons, its colours, its long lines, and what hides in it."""

from __future__ import annotations

import asyncio

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from chat_studio.ui.transcript.bidi import SIGN
from chat_studio.ui.transcript.code_box import CodeBox
from chat_studio.ui.transcript.flow import MarkdownFlow
from chat_studio.ui.transcript.highlight import lexed
from chat_studio.ui.transcript.splitter import LONGEST_LINE, MOST_LINES
from chat_studio.ui.transcript.style import TextStyle
from chat_studio.ui.transcript.surface import FlowSurface

WIDTH = 600
LANGUAGES = """
python py js javascript ts typescript tsx jsx sh bash zsh shell console yml yaml c++ cpp c h cs csharp rs rust go kt
kotlin java swift sql postgres json json5 jsonc html xml css scss diff patch dockerfile toml ini ps1 powershell vue
svelte php rb lua r julia scala haskell hcl terraform nginx graphql proto makefile cmake tex Python JSON
"""
LONG = "x = " + " + ".join(f"name_{n}" for n in range(60))


def flow_of(style: TextStyle, source: str) -> MarkdownFlow:
    flow = MarkdownFlow(style, WIDTH)
    flow.realise(0, 1e9)
    flow.append(source)
    flow.finish()
    flow.realise(0, 1e9)
    return flow


def codes(flow: MarkdownFlow) -> list[CodeBox]:
    return [box for box in flow._boxes if isinstance(box, CodeBox)]


def press(surface: FlowSurface, label: str, qtbot: QtBot) -> None:
    """Clicks a button in the first box's header."""
    box = codes(surface.flow)[0]
    middle = next(rect.center() for words, rect, _ in box._buttons() if words == label)
    qtbot.mouseMove(surface, middle.toPoint())
    qtbot.mouseClick(surface, Qt.MouseButton.LeftButton, pos=middle.toPoint())


@pytest.fixture
def surface(style: TextStyle, qtbot: QtBot) -> FlowSurface:
    made = FlowSurface(flow_of(style, f"```py\n{LONG}\n{LONG}\n```\n"))
    qtbot.addWidget(made)
    made.show()
    return made


def test_copying_says_so_for_a_moment(surface: FlowSurface, qtbot: QtBot) -> None:
    press(surface, "Copy", qtbot)
    assert QGuiApplication.clipboard().text() == f"{LONG}\n{LONG}"
    labels = [words for words, _, _ in codes(surface.flow)[0]._buttons()]
    assert "Copied" in labels
    qtbot.waitUntil(lambda: "Copy" in [words for words, _, _ in codes(surface.flow)[0]._buttons()])


def test_lines_can_be_left_whole(surface: FlowSurface, qtbot: QtBot) -> None:
    box = codes(surface.flow)[0]
    wrapped, height = box.height, surface.flow.height
    press(surface, "No wrap", qtbot)
    assert box.height < wrapped
    assert surface.flow.height < height
    assert box.sideways is not None
    assert box.sideways.farthest > 0
    press(surface, "Wrap", qtbot)
    assert box.height == wrapped
    assert box.sideways.farthest == 0


def test_a_drag_that_ends_on_a_button_presses_nothing(surface: FlowSurface, qtbot: QtBot) -> None:
    QGuiApplication.clipboard().setText("before")
    middle = next(rect.center() for words, rect, _ in codes(surface.flow)[0]._buttons() if words == "Copy").toPoint()
    qtbot.mousePress(surface, Qt.MouseButton.LeftButton, pos=QPoint(40, 60))
    qtbot.mouseMove(surface, middle)
    qtbot.mouseRelease(surface, Qt.MouseButton.LeftButton, pos=middle)
    assert QGuiApplication.clipboard().text() == "before"


def test_the_menu_has_the_same(surface: FlowSurface) -> None:
    box = codes(surface.flow)[0]
    labels = [action.label for action in surface._pointer.actions(QPoint(40, 60))]
    assert labels == ["Copy code", "Do not wrap lines"]
    assert [action.label for action in surface._pointer.actions(None)] == ["Copy code (py)", "Do not wrap lines (py)"]
    box.actions(None)[1].run(surface)
    assert [action.label for action in box.actions(None)] == ["Copy code (py)", "Wrap lines (py)"]


@pytest.mark.parametrize("came_slowly", [False, True])
def test_long_code_is_one_for_the_user(style: TextStyle, came_slowly: bool) -> None:
    code = "\n".join(f"line_{n} = {n}" for n in range(2 * MOST_LINES + 7))
    source = f"```python\n{code}\n```\n\nafter"
    flow = flow_of(style, source)
    if came_slowly:
        flow = MarkdownFlow(style, WIDTH)
        flow.realise(0, 1e9)
        for at in range(0, len(source), 7):
            flow.append(source[at : at + 7])
        flow.finish()
        flow.realise(0, 1e9)
    boxes = codes(flow)
    assert len(boxes) == 3
    assert [bool(box._buttons()) for box in boxes] == [True, False, False]
    assert boxes[1].actions(None) == []
    assert boxes[0]._frame.code() == code
    assert flow.height == flow_of(style, source).height
    boxes[0].actions(None)[0].run(FlowSurface(flow))
    assert QGuiApplication.clipboard().text() == code


@pytest.mark.parametrize("lines", [MOST_LINES - 1, MOST_LINES, MOST_LINES + 1, 2 * MOST_LINES])
def test_code_that_ends_where_a_box_does(style: TextStyle, lines: int) -> None:
    code = "\n".join(f"{n}" for n in range(lines))
    flow = flow_of(style, f"```\n{code}\n```\nafter")
    assert codes(flow)[0]._frame.code() == code
    assert all(box.block.source for box in codes(flow))
    assert flow.box(flow.ends()[1].box).text() == "after"


def test_an_endless_line(style: TextStyle) -> None:
    line = "x" * (3 * LONGEST_LINE + 5)
    flow = flow_of(style, f"```json\n{line}\nnext\n```\n")
    assert codes(flow)[0]._frame.code() == f"{line}\nnext"
    assert max(len(box.block.source) for box in codes(flow)) <= LONGEST_LINE + len("\nnext")


def test_a_text_that_began_in_the_box_above_is_coloured_as_one(style: TextStyle) -> None:
    lines = ["x = 1"] * (MOST_LINES - 2) + ['text = """', "inside", "def inside", '"""', "y = 2"]
    flow = flow_of(style, "```python\n" + "\n".join(lines) + "\n```\n")
    below = codes(flow)[1].document
    number = below.toPlainText().split("\n").index("def inside")
    formats = below.findBlockByNumber(number).layout().formats()
    assert {each.format.foreground().color().name().upper() for each in formats} == {style.theme.string.upper()}


async def test_large_code_is_lexed_beside_the_loop(style: TextStyle) -> None:
    flow = MarkdownFlow(style, WIDTH)
    flow.realise(0, 1e9)
    changed = asyncio.Event()
    flow.changed = lambda _: changed.set()
    function = "def function(name):\n    return name + 'a text that makes the line longer' + name\n"
    flow.append(f"```python\n{function * 90}```\n")
    flow.finish()
    flow.realise(0, 1e9)
    first = codes(flow)[0].document.firstBlock()
    await asyncio.wait_for(changed.wait(), 30)
    assert first.layout().formats()


def test_characters_that_turn_directions_are_seen_and_copied(style: TextStyle) -> None:
    code = "access = 'user\u202e \u2066// admin\u2069 \u2066'"
    flow = flow_of(style, f"```js\n{code}\n```\n\nand `a\u202eb` too")
    assert codes(flow)[0].document.toPlainText().count(SIGN) == 4
    assert codes(flow)[0]._frame.code() == code
    assert SIGN in flow.box(1).document.toPlainText()


@pytest.mark.parametrize(
    "language",
    LANGUAGES.split(),
)
def test_the_usual_languages_are_known(language: str) -> None:
    assert lexed(language, 'x = "text" # 1\n')


@pytest.mark.parametrize("language", ["", "nosuchlanguage", "text", "{.python}", "a" * 500])
def test_others_stay_plain(style: TextStyle, language: str) -> None:
    box = flow_of(style, f"```{language}\nwords  here\n```\n").box(0)
    assert box.document.toPlainText() == "words  here"


def test_inline_code_has_no_ligatures(style: TextStyle) -> None:
    block = flow_of(style, "`a != b`").box(0).document.firstBlock()
    font = block.begin().fragment().charFormat().font()
    assert [font.featureValue(tag) for tag in font.featureTags()] == [0]


def test_code_in_an_item_is_coloured(style: TextStyle) -> None:
    document = flow_of(style, '1. Do:\n   ```python\n   def f():\n       return "x"\n   ```\n').box(0).document
    fragments = document.lastBlock().begin()
    colours = set()
    while not fragments.atEnd():
        colours.add(fragments.fragment().charFormat().foreground().color().name().upper())
        fragments += 1
    assert {style.theme.keyword.upper(), style.theme.string.upper()} <= colours
