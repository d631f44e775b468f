"""The fields that only one kind has: as a form shows them, and as they come back into the entry."""

from __future__ import annotations

from dataclasses import replace
from enum import Enum
from typing import Any, ClassVar, Literal

import pytest
from pydantic import Field

from chat_studio.connections.draft import Draft
from chat_studio.connections.entries import merged, new_entry
from chat_studio.connections.model import Connection
from chat_studio.connections.option_fields import OptionField, fields_of, given_of, values_of
from chat_studio.providers import registry
from chat_studio.providers.demo import Demo
from chat_studio.providers.values import Options


class Mood(Enum):
    CALM = "calm"
    IN_A_HURRY = "in_a_hurry"


class OddOptions(Options):
    deployment: str = Field(title="Deployment", description="As Azure calls a model")
    version: str = Field(default="2024-10-21", title="API version")
    seconds: int | None = Field(default=None, ge=1)
    ratio: float = 0.5
    strict: bool = Field(default=True, title="Strict")
    form: Literal["auto", "chat"] = "auto"
    mood: Mood = Mood.CALM
    tags: list[str] = Field(default_factory=list)


class Odd(Demo):
    Options: ClassVar[type[Options]] = OddOptions


STORED: dict[str, Any] = {
    "id": "a",
    "name": "A",
    "provider": "demo",
    "tokens_per_second": 600,
    "deployment": "another kind's",
    "note": ["ours"],
}


def test_fields_are_derived_from_the_options_of_a_kind():
    assert fields_of(Odd) == (
        OptionField("deployment", "Deployment", "As Azure calls a model", ""),
        OptionField("version", "API version", "", "2024-10-21"),
        OptionField("seconds", "Seconds", "", ""),
        OptionField("ratio", "Ratio", "", "0.5"),
        OptionField("strict", "Strict", "", default=True, is_switch=True),
        OptionField("form", "Form", "", "auto", ("auto", "chat")),
        OptionField("mood", "Mood", "", "calm", ("calm", "in_a_hurry")),
    ), "a list is not for a line of text"


def test_all_fields_of_all_kinds_can_be_edited_and_are_no_common_ones():
    for name in registry.kinds():
        kind = registry.provider_class(name)
        assert [field.name for field in fields_of(kind)] == list(kind.Options.model_fields), name
        assert not kind.Options.model_fields.keys() & (Connection.model_fields.keys() | {"options", "new_key"}), name
        assert all(field.title for field in fields_of(kind)), name


@pytest.mark.parametrize(
    ("given", "entry", "expected"),
    [
        ({"deployment": " gpt "}, {}, {"deployment": "gpt"}),
        ({"deployment": "gpt", "version": "2024-10-21"}, {}, {"deployment": "gpt"}),
        (
            {"deployment": "gpt", "version": "2024-10-21"},
            {"version": "old"},
            {"deployment": "gpt", "version": "2024-10-21"},
        ),
        ({"deployment": "gpt", "seconds": ""}, {"seconds": 3}, {"deployment": "gpt", "seconds": None}),
        (
            {"deployment": "gpt", "seconds": "3", "ratio": "0.25"},
            {},
            {"deployment": "gpt", "seconds": 3, "ratio": 0.25},
        ),
        (
            {"deployment": "gpt", "strict": False, "mood": "in_a_hurry"},
            {},
            {"deployment": "gpt", "strict": False, "mood": "in_a_hurry"},
        ),
        ({"deployment": "gpt"}, {"tags": ["a"]}, {"deployment": "gpt"}),
    ],
)
def test_texts_become_what_stands_in_the_entry(given, entry, expected):
    assert values_of(Odd, given, entry) == (expected, {})


def test_what_is_wrong_is_said_of_each_field():
    _, problems = values_of(Odd, {"seconds": "0", "ratio": "half", "form": "poem", "mood": "angry"}, {})
    assert problems == {
        "deployment": "must be given",
        "seconds": "must be at least 1",
        "ratio": "must be a number, like 0.7",
        "form": "must be 'auto' or 'chat'",
        "mood": "must be 'calm' or 'in_a_hurry'",
    }


def test_a_draft_shows_and_writes_the_fields_of_its_kind():
    stored = Connection.model_validate(STORED)
    draft = Draft.of(stored)
    assert draft.options == {"tokens_per_second": "600", "deployment": "another kind's"}
    assert not draft.differs
    assert draft.connection == stored
    edited = replace(draft, options=draft.with_option("fail", "unauthorized"))
    assert edited.differs
    assert edited.connection is not None
    assert merged(STORED, edited.connection, stored) == {**STORED, "fail": "unauthorized"}


def test_back_to_the_default_is_no_edit():
    draft = Draft.of(Connection.model_validate(STORED))
    there = replace(draft, options=draft.with_option("fail", "unauthorized"))
    assert not replace(there, options=there.with_option("fail", "none")).differs


def test_a_cleared_field_is_cleared_in_the_file():
    stored = Connection.model_validate(STORED)
    draft = Draft.of(stored)
    cleared = replace(draft, options=draft.with_option("tokens_per_second", ""))
    assert cleared.connection is not None
    assert merged(STORED, cleared.connection, stored)["tokens_per_second"] is None


def test_fields_of_other_kinds_stay_when_the_kind_changes():
    stored = Connection.model_validate(STORED)
    changed = replace(Draft.of(stored), provider="anthropic").connection
    assert changed is not None
    assert changed.model_extra == {name: STORED[name] for name in ("tokens_per_second", "deployment", "note")}


def test_what_is_wrong_in_a_field_of_the_kind_cannot_be_saved():
    draft = Draft.of(Connection.model_validate(STORED))
    wrong = replace(draft, options=draft.with_option("tokens_per_second", "fast"))
    assert dict(wrong.problems) == {"tokens_per_second": "must be a number, like 0.7"}
    assert wrong.connection is None
    assert replace(wrong, provider="anthropic").connection is not None, "another kind does not read it"


def test_a_new_draft_takes_the_fields_of_the_kind_along():
    fields = {"name": "Demo", "provider": "demo", "tokens_per_second": 600, "fail_after": None, "deployment": "stray"}
    made = Draft.of_new(fields)
    assert made.connection is not None
    entry = new_entry(made.connection)
    assert entry["tokens_per_second"] == 600
    assert "deployment" not in entry
    assert "fail_after" not in entry
    undecided = replace(made, provider="", base_url="http://localhost:8000").connection
    assert undecided is not None
    assert (undecided.model_extra or {})["deployment"] == "stray", "while the kind is not known all is kept"


def test_a_kind_that_is_understood_by_itself_has_its_fields_too():
    draft = Draft(name="New", model="gpt-4o", options={"api": "completions", "deployment": "stray"})
    assert [field.name for field in draft.own_fields] == list(registry.provider_class("openai").Options.model_fields)
    assert draft.connection is not None
    assert draft.connection.model_extra == {"api": "completions"}


def test_edits_of_fields_move_to_a_connection_that_was_changed_meanwhile():
    base = Draft.of(Connection.model_validate(STORED))
    elsewhere = Draft.of(Connection.model_validate({**STORED, "deployment": "newer", "tokens_per_second": 5}))
    moved = replace(base, options=base.with_option("fail", "stall")).edits_on(base, elsewhere)
    assert moved.options == {"tokens_per_second": "5", "deployment": "newer", "fail": "stall"}


def test_lists_and_objects_are_not_for_a_line_of_text():
    assert given_of({"a": [1], "b": {"c": 1}, "d": None, "e": 1.0, "f": True}) == {"e": "1", "f": True}
