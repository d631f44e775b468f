"""How the events of an answer are written: as the plain answer, or one JSON object a line."""

from __future__ import annotations

from typing import Protocol

from chat_studio.cli import output
from chat_studio.errors import StudioError
from chat_studio.events import (
    Event,
    Finished,
    Notice,
    ReasoningDelta,
    RefusalDelta,
    TextDelta,
    ToolCallReady,
    UsageReported,
)
from chat_studio.messages import Usage


class Writer(Protocol):
    """Writes one answer."""

    def show(self, event: Event) -> None:
        """Writes what is to be written of an event, at once."""

    def fail(self, error: StudioError) -> None:
        """The answer ended by an error, which standard error tells as well."""


class PlainWriter:
    """The answer's text and tool calls, nothing else, with a line break at the end."""

    def __init__(self) -> None:
        self._end = "\n"

    def show(self, event: Event) -> None:
        match event:
            case TextDelta(text) | RefusalDelta(text):
                self._write(text)
            case ToolCallReady(call):
                self._end_line()
                self._write(f"{call.name} {call.arguments}\n")
            case Notice(text):
                output.notice(text)
            case Finished():
                self._end_line()

    def fail(self, error: StudioError) -> None:
        del error
        self._end_line()

    def _write(self, text: str) -> None:
        if text:
            output.write(text)
            self._end = text[-1]

    def _end_line(self) -> None:
        if self._end != "\n":
            self._write("\n")


class JsonWriter:
    """One event a line. Usage comes once, as last reported, just before the end."""

    def __init__(self) -> None:
        self._usage: Usage | None = None

    def show(self, event: Event) -> None:
        match event:
            case TextDelta(text) | RefusalDelta(text):
                output.write_json({"type": "text", "text": text})
            case ReasoningDelta(text):
                self._reason(text)
            case ToolCallReady(call):
                output.write_json({"type": "tool_call", "id": call.id, "name": call.name, "arguments": call.arguments})
            case UsageReported(usage):
                self._usage = usage
            case Notice(text):
                output.notice(text)
            case Finished(reason):
                self._tell_usage()
                output.write_json({"type": "finish", "reason": reason})

    def fail(self, error: StudioError) -> None:
        self._tell_usage()
        told = {"kind": error.kind, "message": error.message, "hint": error.hint, "detail": error.detail}
        output.write_json({"type": "error", **told})

    def _reason(self, text: str) -> None:
        if text:
            output.write_json({"type": "reasoning", "text": text})

    def _tell_usage(self) -> None:
        if self._usage is not None:
            counts = self._usage.model_dump(mode="json", exclude_none=True)
            always = {"input_tokens": self._usage.input_tokens, "output_tokens": self._usage.output_tokens}
            output.write_json({"type": "usage", **always, **counts})
