"""What becomes a link, what stays text, and what a footnote shows."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtWidgets import QToolTip
from pytestqt.qtbot import QtBot

from chat_studio.ui.transcript.boxes import Box
from chat_studio.ui.transcript.flow import MarkdownFlow
from chat_studio.ui.transcript.notes import MISSING
from chat_studio.ui.transcript.style import TextStyle
from chat_studio.ui.transcript.surface import FlowSurface

WIDTH = 600
NOTED = (
    "Words[^1] and more[^why], missing[^3].\n\n[^1]: The *first* note,\n  on two lines.\n[^why]: The other one.\n\nEnd."
)


def flow_of(style: TextStyle, source: str) -> MarkdownFlow:
    flow = MarkdownFlow(style, WIDTH)
    flow.realise(0, 1e9)
    flow.append(source)
    flow.finish()
    flow.realise(0, 1e9)
    return flow


def links(box: Box) -> list[str]:
    """The targets in a box, in order."""
    found: list[str] = []
    block = box.document.firstBlock()
    while block.isValid():
        fragments = block.begin()
        while not fragments.atEnd():
            target = fragments.fragment().charFormat().anchorHref()
            if target and target not in found:
                found.append(target)
            fragments += 1
        block = block.next()
    return found


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("see https://e.com/a?b=c#d.", "https://e.com/a?b=c#d"),
        ("(http://e.com)", "http://e.com"),
        ("www.e.com/x", "http://www.e.com/x"),
        ("me@e.com", "mailto:me@e.com"),
        ("[a](https://e.com)", "https://e.com"),
        ("<https://e.com>", "https://e.com"),
        ("[mail](mailto:me@e.com)", "mailto:me@e.com"),
        ("**https://e.com/bold**", "https://e.com/bold"),
    ],
)
def test_links(style: TextStyle, source: str, target: str) -> None:
    assert links(flow_of(style, source).box(0)) == [target]


@pytest.mark.parametrize(
    "source",
    [
        "[a](javascript:alert(1))",
        "[a](JaVaScRiPt:alert(1))",
        "[a](file:///etc/passwd)",
        "[a](data:text/html,x)",
        "[a](data:image/png;base64,AAAA)",
        "[a](vbscript:x)",
        "<javascript:alert(1)>",
        "[a](relative/path.md)",
        "[a](#part)",
        "`https://e.com`",
        "file.py and e.com",
        "ssh://e.com",
        "a[0] and b[1][2]",
    ],
)
def test_no_links(style: TextStyle, source: str) -> None:
    box = flow_of(style, source).box(0)
    assert links(box) == []
    assert box.text().strip()


def test_notes_are_small_and_referred_to(style: TextStyle) -> None:
    flow = flow_of(style, NOTED)
    assert links(flow.box(0)) == ["note:1", "note:why", "note:3"]
    text = flow.text(flow.ends())
    assert "Words1 and morewhy, missing3." in text
    assert "[^" not in text
    note = next(box for box in flow._boxes if "other one" in box.text())
    sizes = {
        fragment.charFormat().font().pixelSize()
        for fragment in [note.document.firstBlock().begin().fragment(), note.document.lastBlock().begin().fragment()]
    }
    assert sizes == {style.font.pixelSize() - 2}
    assert note.text().split("\n")[-1] == "why The other one."


def test_a_reference_tells_its_note(style: TextStyle, qtbot: QtBot) -> None:
    surface = FlowSurface(flow_of(style, NOTED))
    qtbot.addWidget(surface)
    surface.show()
    box = surface.flow.box(0)
    found = {}
    for x in range(0, 400, 1):
        point = QPointF(x, 8)
        found.setdefault(box.link_at(point), point)
    tips = {link: surface._pointer.tip_at(point) for link, point in found.items()}
    assert tips["note:1"] == "The *first* note, on two lines."
    assert tips["note:why"] == "The other one."
    assert tips["note:3"] == MISSING
    followed: list[str] = []
    surface.link_activated.connect(followed.append)
    qtbot.mouseClick(surface, Qt.MouseButton.LeftButton, pos=found["note:why"].toPoint() + QPoint(1, 0))
    assert QToolTip.text() == "The other one."
    assert followed == []
    QToolTip.hideText()
