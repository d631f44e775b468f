"""Messages and errors as values."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from chat_studio import errors
from chat_studio.errors import StudioError, error_class
from chat_studio.messages import Message, Part, Parts, ReasoningPart, Role, TextPart, ToolCallPart

texts = st.text(st.characters(exclude_categories=["Cs"]))
parts = st.one_of(
    st.builds(TextPart, text=texts),
    st.builds(ReasoningPart, text=texts, seconds=st.none() | st.floats(0, 1e6), replay=st.none() | texts),
    st.builds(ToolCallPart, id=texts, name=texts, arguments=texts, replay=st.dictionaries(texts, st.integers())),
)


@given(st.lists(parts).map(tuple))
def test_parts_come_back_from_their_json(some: tuple[Part, ...]) -> None:
    assert Parts.validate_json(Parts.dump_json(some)) == some


def test_keys_of_a_newer_version_survive() -> None:
    stored = '[{"type":"text","text":"a","citations":[{"url":"u"}]}]'
    assert Parts.dump_json(Parts.validate_json(stored)).decode() == stored


def test_a_value_does_not_change() -> None:
    with pytest.raises(ValidationError):
        TextPart(text="a").text = "b"  # type: ignore[misc]


def test_the_text_of_a_message_is_what_was_said() -> None:
    said = (
        TextPart(text="a"),
        ReasoningPart(text="not this"),
        ToolCallPart(id="1", name="nor this"),
        TextPart(text="b"),
    )
    assert Message(role=Role.ASSISTANT, parts=said).text == "ab"
    assert Message.of(Role.USER, "c").text == "c"


def all_errors() -> list[type[StudioError]]:
    found = [value for value in vars(errors).values() if isinstance(value, type) and issubclass(value, StudioError)]
    assert len(found) > 25
    return found


def test_each_error_has_its_own_kind_and_is_found_by_it() -> None:
    assert len({cls.kind for cls in all_errors()}) == len(all_errors())
    assert all(error_class(cls.kind) is cls for cls in all_errors())
    assert error_class("of a newer version") is StudioError


def test_the_tree_in_the_docstring_is_the_tree() -> None:
    assert errors.__doc__
    drawn = [line.split("── ")[1].split()[0] for line in errors.__doc__.splitlines() if "── " in line]
    assert set(drawn) | {"StudioError"} == {cls.__name__ for cls in all_errors()}


def test_an_error_names_the_first_connection_it_happened_on() -> None:
    error = errors.RateLimited("Too fast.", retry_after=2.0)
    assert error.on("A") is error
    assert error.on("B").connection == "A"
    assert str(error) == "Too fast."
