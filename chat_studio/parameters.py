"""What the user may set for the answers of a conversation."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import NoReturn

from pydantic import Field, JsonValue

from chat_studio.messages import Value


class Parameters(Value):
    """Parameters of a request; None (or nothing) leaves one to the connection, then to the server."""

    temperature: float | None = None
    top_p: float | None = None
    max_tokens: int | None = None
    seed: int | None = None
    stop: tuple[str, ...] = ()
    reasoning_effort: str = ""
    json_schema: Mapping[str, JsonValue] | None = None
    extra: Mapping[str, JsonValue] = Field(default_factory=dict)


PLAIN = Parameters()
"""Nothing set."""


class ConversationSettings(Value):
    """What holds for all questions of a conversation: the system prompt, and the parameters."""

    system: str = ""
    parameters: Parameters = PLAIN

    @property
    def is_plain(self) -> bool:
        """Whether nothing is set."""
        return self == NOTHING_SET


NOTHING_SET = ConversationSettings()


def json_object(text: str) -> dict[str, JsonValue]:
    """The object that a JSON text spells, {} for a blank one. Raises ValueError with the line and column of a fault."""
    if not text.strip():
        return {}
    try:
        value = json.loads(text, parse_constant=_not_json)
    except json.JSONDecodeError as error:
        said = error.msg[:1].lower() + error.msg[1:]
        raise ValueError(f"line {error.lineno}, column {error.colno}: {said}") from error
    except RecursionError as error:
        raise ValueError("is nested too deeply") from error
    if "\\u" in text and any("\ud800" <= sign <= "\udfff" for sign in json.dumps(value, ensure_ascii=False)):
        raise ValueError("has half of a character: \\ud800 to \\udfff stand in pairs")  # neither stored nor sent
    if not isinstance(value, dict):
        raise ValueError('must be a JSON object, like {"top_p": 0.9}')  # noqa: TRY004 - a fault of the text
    return value


def _not_json(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")
