from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_studio.connections.document import Document
from chat_studio.errors import FileUnusable

WHOLE = (
    '{\n  "theme": "é",\n  "connections": [\n    {"id": "a"},\n    {\n      "id": "b"\n    }\n  ],\n  "x": 1e400\n}\n'
)


def test_an_unchanged_text_is_rendered_as_it_was():
    assert Document.parse(WHOLE, "f").render() == WHOLE


def test_lines_are_where_entries_begin():
    assert [item.line for item in Document.parse(WHOLE, "f").items] == [4, 5]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("[]", '[\n  {\n    "id": "n"\n  }\n]'),
        ("{}", '{\n  "connections": [\n    {\n      "id": "n"\n    }\n  ]\n}'),
        ('{"a": 1}\n', '{"a": 1,\n  "connections": [\n    {\n      "id": "n"\n    }\n  ]\n}\n'),
        ('{"connections": null}', '{"connections": [\n    {\n      "id": "n"\n    }\n  ]}'),
        (
            '{\n\t"connections": [\n\t\t{"id":1.50}\n\t]\n}',
            '{\n\t"connections": [\n\t\t{"id":1.50},\n\t\t{\n\t\t  "id": "n"\n\t\t}\n\t]\n}',
        ),
        (
            '{"connections":[{"id":1},3]}',
            '{"connections":[\n    {"id":1},\n    3,\n    {\n      "id": "n"\n    }\n  ]}',
        ),
    ],
)
def test_a_new_entry_takes_the_files_shape(before: str, after: str):
    document = Document.parse(before, "f")
    assert document.with_items([*document.items, document.item({"id": "n"})]).render() == after


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "f is empty."),
        (" \n", "f is empty."),
        ('{"connections": [\n  {"id": "a",}\n]}', "is not valid JSON at line 2, column "),
        ('{"connections": [', "at line 1, column 1"),
        ('{"connections": []} x', "line 1, column 21"),
        ('{\n"connections": {}}', "“connections” in line 2 is not a list"),
        ('"text"', "not a JSON object"),
        ("[" * 200_000, "nested too deeply"),
        ("[" + "1" * 5000 + "]", "a number in it is too long"),
    ],
    ids=lambda text: text[:20],
)
def test_a_text_that_cannot_be_used_says_where(text: str, said: str):
    with pytest.raises(FileUnusable, match="f ") as caught:
        Document.parse(text, "f")
    assert said in caught.value.message


def test_half_a_surrogate_pair_is_spelled_escaped():
    document = Document.parse('{"connections": []}', "f")
    text = document.with_items([document.item({"note": "\ud800"})]).render()
    assert text.encode()
    assert json.loads(text)["connections"][0]["note"] == "\ud800"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(
    st.dictionaries(st.text(), json_values, max_size=3),
    st.lists(json_values, max_size=5),
    st.sampled_from([None, 0, 2]),
)
def test_any_file_keeps_every_value_through_an_insertion(
    others: dict[str, object], entries: list[object], indent: int | None
):
    root = {**others, "connections": entries, "after": [1]}
    document = Document.parse(json.dumps(root, indent=indent), "f")
    text = document.with_items([*document.items[:1], document.item({"new": 1}), *document.items[1:]]).render()
    assert json.loads(text) == {**root, "connections": [*entries[:1], {"new": 1}, *entries[1:]]}
