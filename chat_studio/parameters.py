"""What the user may set for the answers of a conversation."""

from __future__ import annotations

from collections.abc import Mapping

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
