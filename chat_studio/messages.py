"""The values of a conversation: messages, their parts, usage. Frozen, and their JSON is what history stores."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, TypeAdapter


class Value(BaseModel):
    """A frozen value. Unknown keys are kept, so that a newer version's data survives an older program."""

    model_config = ConfigDict(frozen=True, extra="allow")


class Role(StrEnum):
    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"
    TOOL = "tool"


class TextPart(Value):
    type: Literal["text"] = "text"
    text: str


class ImagePart(Value):
    """An image, by its bytes (`data`, base64 without a prefix), by `url`, or by the name (`blob`) under which the
    history keeps its bytes: a stored message holds no megabytes until somebody asks for them."""

    type: Literal["image"] = "image"
    media_type: str = "image/png"
    data: str = ""
    url: str = ""
    name: str = ""
    blob: str = ""


class FilePart(Value):
    """A file's text, sent to the model as text under its name."""

    type: Literal["file"] = "file"
    name: str
    text: str
    media_type: str = "text/plain"


class ReasoningPart(Value):
    """What the model thought aloud. `replay` is opaque provider data (signatures) to be sent back unchanged."""

    type: Literal["reasoning"] = "reasoning"
    text: str = ""
    seconds: float | None = None
    replay: JsonValue = None


class ToolCallPart(Value):
    """A call the model asks for. `arguments` is JSON text as the model wrote it; `replay` is kept for the provider."""

    type: Literal["tool_call"] = "tool_call"
    id: str
    name: str
    arguments: str = "{}"
    replay: JsonValue = None


class ToolResultPart(Value):
    type: Literal["tool_result"] = "tool_result"
    call_id: str
    name: str = ""
    content: str = ""
    is_error: bool = False


class NoticePart(Value):
    """What was done to get the answer, for the user to know: a parameter left out, another server asked."""

    type: Literal["notice"] = "notice"
    text: str


Part = Annotated[
    TextPart | ImagePart | FilePart | ReasoningPart | ToolCallPart | ToolResultPart | NoticePart,
    Field(discriminator="type"),
]
Parts = TypeAdapter(tuple[Part, ...])


class Message(Value):
    role: Role
    parts: tuple[Part, ...] = ()

    @classmethod
    def of(cls, role: Role, text: str) -> Message:
        """A message of one text part."""
        return cls(role=role, parts=(TextPart(text=text),))

    @property
    def text(self) -> str:
        """All text parts, joined as they came: without reasoning, files or tool calls."""
        return "".join(part.text for part in self.parts if isinstance(part, TextPart))


class Usage(Value):
    """Tokens of one request. None means that the server did not tell. `cost` is the server's own figure in USD."""

    input_tokens: int | None = None
    output_tokens: int | None = None
    reasoning_tokens: int | None = None
    cached_tokens: int | None = None
    cache_write_tokens: int | None = None
    cost: float | None = None


class FinishReason(StrEnum):
    STOP = "stop"
    LENGTH = "length"
    TOOL_CALLS = "tool_calls"
    CONTENT_FILTER = "content_filter"
