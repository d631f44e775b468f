"""Trees out of what only claims to be one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from chat_studio.exchange.foreign.format import message
from chat_studio.exchange.foreign.tree import Node, grow
from chat_studio.messages import Role, TextPart

START = datetime(2025, 1, 1, tzinfo=UTC)


def node(id_: str, parent_id: str | None, minute: int | None = 0) -> Node:
    """A message of a minute, or, for None, a place without one."""
    if minute is None:
        return Node(id_, parent_id)
    return Node(id_, parent_id, message(Role.USER, [TextPart(text=id_)], START + timedelta(minutes=minute)))


def shape(nodes: list[Node], leaf: str | None = None) -> tuple[list[tuple[str, str | None]], str | None]:
    """(text, text of the parent) of each message, and the leaf's text."""
    grown = grow(nodes, leaf, "here")
    texts = {one.id: one.message.text for one in grown.messages}
    assert len(texts) == len(grown.messages)
    return [(one.message.text, texts[one.parent_id] if one.parent_id else None) for one in grown.messages], texts.get(
        grown.leaf_id or ""
    )


def test_children_before_their_parents() -> None:
    assert shape([node("c", "b", 3), node("b", "a", 2), node("a", None, 1)]) == (
        [("a", None), ("b", "a"), ("c", "b")],
        "c",
    )


def test_places_without_messages_are_bridged() -> None:
    nodes = [node("root", None, None), node("a", "root"), node("x", "a", None), node("y", "x", None), node("b", "y", 1)]
    assert shape(nodes, "b") == ([("a", None), ("b", "a")], "b")
    assert shape(nodes, "y") == ([("a", None), ("b", "a")], "a")


def test_versions_stand_in_the_order_of_their_times() -> None:
    found, leaf = shape([node("q", None), node("late", "q", 9), node("early", "q", 1)], "early")
    assert ([text for text, _ in found], leaf) == (["q", "early", "late"], "early")


def test_a_parent_that_is_not_there() -> None:
    assert shape([node("a", "gone"), node("b", "a", 1)])[0] == [("a", None), ("b", "a")]


def test_rings_are_cut() -> None:
    assert shape([node("a", "c"), node("b", "a"), node("c", "b")])[0] == [("a", None), ("b", "a"), ("c", "b")]
    assert shape([node("a", "a")])[0] == [("a", None)]
    assert shape([node("a", "x"), node("x", "y", None), node("y", "x", None)])[0] == [("a", None)]


def test_of_two_with_one_id_the_first_counts() -> None:
    twice = [node("a", None), Node("a", None, message(Role.USER, [TextPart(text="other")], START))]
    assert shape(twice)[0] == [("a", None)]


def test_a_leaf_that_is_not_there_is_the_last_message() -> None:
    assert shape([node("a", None), node("b", "a", 1)], "nowhere")[1] == "b"


def test_ids_are_the_same_each_time() -> None:
    nodes = [node("a", None)]
    assert grow(nodes, None, "here").messages[0].id == grow(nodes, None, "here").messages[0].id
    assert grow(nodes, None, "here").messages[0].id != grow(nodes, None, "there").messages[0].id


names = st.sampled_from([str(number) for number in range(9)])


@given(st.lists(st.tuples(names, st.none() | names, st.none() | st.integers(0, 5))), names)
def test_whatever_it_is_a_tree_comes_out(entries: list[tuple[str, str | None, int | None]], leaf: str) -> None:
    nodes = [node(*entry) for entry in entries]
    found, last = shape(nodes, leaf)
    first = {one.id: one for one in reversed(nodes)}
    assert sorted(text for text, _ in found) == sorted(id_ for id_, one in first.items() if one.record)
    known: set[str | None] = {None}
    for text, parent in found:
        assert parent in known
        known.add(text)
    assert last in known


def test_a_long_chain_of_hidden_places_is_walked_once() -> None:
    hidden = [node(f"h{number}", f"h{number - 1}" if number else None, None) for number in range(20_000)]
    leaves = [node(f"m{number}", "h19999", 1) for number in range(20_000)]
    assert len(grow(hidden + leaves, None, "here").messages) == 20_000
