"""The options of a request's parameters."""

from __future__ import annotations

from typing import Any

import click
import pytest
from click.testing import CliRunner

from chat_studio.cli.parameters import parameter_options, settings_of
from chat_studio.parameters import NOTHING_SET, ConversationSettings, Parameters


def settings(*arguments: str) -> ConversationSettings:
    found: list[ConversationSettings] = []

    @click.command()
    @parameter_options
    def command(**given: Any) -> None:
        found.append(settings_of(given))
        assert given == {}

    done = CliRunner().invoke(command, arguments, standalone_mode=False)
    if done.exception is not None:
        raise done.exception
    return found[0]


def test_nothing_is_set_by_itself() -> None:
    assert settings() == NOTHING_SET


def test_all_of_them() -> None:
    arguments = ("-s", "Short.", "--temperature", "0.2", "--top-p", "0.9", "--max-tokens", "9", "--seed", "1")
    more = ("--stop", "END", "--stop", "###", "--reasoning-effort", "low", "--json-schema", "{}", "--extra", '{"a": 1}')
    parameters = Parameters(
        temperature=0.2,
        top_p=0.9,
        max_tokens=9,
        seed=1,
        stop=("END", "###"),
        reasoning_effort="low",
        json_schema={},
        extra={"a": 1},
    )
    assert settings(*arguments, *more) == ConversationSettings(system="Short.", parameters=parameters)


@pytest.mark.parametrize("name", ["--temperature", "--top-p", "--max-tokens", "--seed", "--json-schema", "--extra"])
def test_what_is_wrong_names_its_option(name: str) -> None:
    with pytest.raises(click.UsageError, match=name):
        settings(name, "nonsense")
