"""Texts to settings and back."""

from __future__ import annotations

import pytest

from chat_studio.chat.settings_draft import SettingsDraft
from chat_studio.parameters import NOTHING_SET, ConversationSettings, Parameters

FULL = ConversationSettings(
    system="Be brief.",
    parameters=Parameters(
        temperature=0.25,
        top_p=0.9,
        max_tokens=4000,
        seed=7,
        stop=("END", "\n\n"),
        reasoning_effort="low",
        json_schema={"type": "object", "properties": {"é": {"type": "string"}}},
        extra={"top_k": 3, "nested": {"a": [1, None]}},
    ),
)


@pytest.mark.parametrize("settings", [NOTHING_SET, FULL])
def test_there_and_back(settings: ConversationSettings) -> None:
    draft = SettingsDraft.of(settings)
    assert (draft.settings, draft.problems) == (settings, {})


@pytest.mark.parametrize("temperature", [0.0, 1.0, 0.1234567, 1e-07])
def test_numbers_lose_no_digit(temperature: float) -> None:
    settings = ConversationSettings(parameters=Parameters(temperature=temperature))
    assert SettingsDraft.of(settings).settings == settings


def test_what_is_blank_is_not_set() -> None:
    assert SettingsDraft(temperature="  ", stop="\n \n", extra=" ").settings == NOTHING_SET


def test_a_character_may_be_written_as_a_pair() -> None:
    settings = SettingsDraft(extra=r'{"a": "\ud83d\ude00"}').settings
    assert settings.parameters.extra == {"a": "😀"}


def test_a_comma_is_a_point_too() -> None:
    assert SettingsDraft(temperature="0,7").settings.parameters.temperature == 0.7


@pytest.mark.parametrize(
    ("field", "text", "reason"),
    [
        ("temperature", "hot", "must be a number from 0 to 2"),
        ("temperature", "2.1", "must be a number from 0 to 2"),
        ("temperature", "nan", "must be a number from 0 to 2"),
        ("top_p", "-0.1", "must be a number from 0 to 1"),
        ("max_tokens", "0", "must be a whole number of at least 1"),
        ("max_tokens", "1.5", "must be a whole number of at least 1"),
        ("max_tokens", "9" * 5000, "must be a whole number of at least 1"),
        ("seed", "x", "must be a whole number"),
        ("json_schema", "{", "line 1, column 2: expecting property name enclosed in double quotes"),
        ("json_schema", "[]", 'must be a JSON object, like {"top_p": 0.9}'),
        ("extra", '{"a": NaN}', "NaN is not JSON"),
        ("extra", '{"a": "\\ud83d"}', "has half of a character: \\ud800 to \\udfff stand in pairs"),
    ],
)
def test_what_is_wrong_is_said_and_counts_as_blank(field: str, text: str, reason: str) -> None:
    draft = SettingsDraft(**{field: text, "system": "kept"})
    assert draft.problems == {field: reason}
    assert draft.settings == ConversationSettings(system="kept")
