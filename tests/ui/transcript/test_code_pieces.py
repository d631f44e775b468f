"""Commands in advice are told from the words around them."""

from __future__ import annotations

import pytest

from chat_studio.ui.widgets.code_pieces import as_rich_text, code_pieces


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("Run `a b`, or `c`.", [("Run ", False), ("a b", True), (", or ", False), ("c", True), (".", False)]),
        ("`a`", [("a", True)]),
        ("one ` alone", [("one ` alone", False)]),
        ("`a` and ` alone", [("a", True), (" and ` alone", False)]),
        ("", []),
    ],
)
def test_pieces(text: str, pieces: list[tuple[str, bool]]) -> None:
    assert list(code_pieces(text)) == pieces


def test_rich_text_holds_no_markup_of_the_servers() -> None:
    shown = as_rich_text("<b>x</b> `<i>`\nnext", ["Mono"])
    assert "<b>" not in shown
    assert "&lt;i&gt;</span><br>next" in shown
