"""JSON of any length, cut into its conversations: the same elements wherever the pieces are cut."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_studio.exchange import elements
from chat_studio.exchange.elements import Element, Splitter

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda children: st.lists(children) | st.dictionaries(st.text(), children),
    max_leaves=12,
)


def split(text: str, *sizes: int) -> list[Element]:
    splitter, found, position = Splitter(), [], 0
    while position < len(text):
        size = sizes[len(found) % len(sizes)] if sizes else len(text)
        found += splitter.feed(text[position : position + size])
        position += size
    return found + list(splitter.close())


@given(st.lists(anything), st.lists(st.integers(1, 9), min_size=1), st.sampled_from([None, 2]))
def test_a_list_wherever_it_is_cut(values: list[Any], sizes: list[int], indent: int | None) -> None:
    for ascii_only in (True, False):
        found = split(json.dumps(values, indent=indent, ensure_ascii=ascii_only), *sizes)
        assert [json.loads(element.text) for element in found] == values
        assert {element.kind for element in found} <= {"conversation"}


@given(st.lists(anything), anything, st.lists(st.integers(1, 9), min_size=1))
def test_an_object_with_a_list_of_conversations(values: list[Any], other: object, sizes: list[int]) -> None:
    whole = {"before": other, "conversations": values, "after": other}
    found = split(json.dumps(whole, ensure_ascii=False), *sizes)
    assert [json.loads(one.text) for one in found if one.kind == "conversation"] == values
    members = [json.loads(f"{{{one.text}}}") for one in found if one.kind == "member"]
    assert members == [{"before": other}, {"after": other}]


@pytest.mark.parametrize("cut", range(1, 26))
def test_a_file_that_ends_too_soon(cut: int) -> None:
    text = '[{"a": "x]"}, {"b": [1]}, 7]'
    found = split(text[: len(text) - cut])
    assert found[-1] == Element("missing")
    for element in found[:-1]:
        json.loads(element.text)


@pytest.mark.parametrize(
    "text", ["[]", "{}", "[ , ]", '{"conversations": []}', '{"conversations": [ ] , }', "[] tail ]["]
)
def test_nothing_in_it(text: str) -> None:
    for size in (1, 2, 100):
        assert split(text, size) == []


def test_what_is_too_deep_or_too_long_costs_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    deep = "[" * 300 + "]" * 300
    assert [one.kind for one in split(f"[1, {deep}, 2]", 7)] == ["conversation", "too deep", "conversation"]
    monkeypatch.setattr(elements, "LONGEST", 50)
    long = json.dumps("x" * 100)
    assert [one.kind for one in split(f"[1, {long}, [{long}], 2]", 7)] == [
        "conversation",
        *["too long"] * 2,
        "conversation",
    ]
