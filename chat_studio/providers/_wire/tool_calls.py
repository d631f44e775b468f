"""Puts tool calls together from the deltas of OpenAI-like streams, whatever the server's way of cutting them.

Sources of the cases: vllm#44098 (id and name on each fragment), vllm#51697 (arguments sent twice), vllm#53269 (cut but
called complete), vercel/ai#14277 (index always 0), Gemini (no index; opaque keys that must be sent back).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast
from uuid import uuid4

from pydantic import JsonValue

from chat_studio.errors import BadResponse, StreamInterrupted
from chat_studio.events import ToolCallDelta
from chat_studio.messages import ToolCallPart
from chat_studio.providers._wire import json_values

_KNOWN_KEYS = frozenset({"index", "id", "type", "function"})


_BAD_CALL = "Ask again, or use a model that is better at calling tools."


@dataclass
class _Slot:
    """One call while it is written."""

    position: int
    index: int | None
    id: str = ""
    name: str = ""
    arguments: str = ""
    extra: dict[str, Any] = field(default_factory=dict)


class ToolCallAccumulator:
    """Feed it the entries of `delta.tool_calls` in their order; `finish` gives the calls."""

    def __init__(self) -> None:
        self._slots: list[_Slot] = []

    def add(self, delta: Mapping[str, Any]) -> ToolCallDelta:
        """Takes one entry; returns the piece of the call that is new."""
        function = json_values.mapping(delta.get("function"))
        index = delta.get("index")
        index = index if isinstance(index, int) and not isinstance(index, bool) else None
        call_id, name = json_values.text(delta.get("id")), json_values.text(function.get("name"))
        slot = self._slot(index, call_id, name)
        slot.id = slot.id or call_id
        slot.name = slot.name or name
        slot.extra.update((key, value) for key, value in delta.items() if key not in _KNOWN_KEYS)
        return ToolCallDelta(slot.position, slot.name, _grow(slot, function.get("arguments")))

    def attach(self, extra: Mapping[str, Any]) -> None:
        """Keeps what came beside the calls but is to be sent back with them: on the first, unless it has its own."""
        for slot in self._slots[:1]:
            slot.extra = {**extra, **slot.extra}

    def finish(self, *, cut_by_limit: bool = False) -> list[ToolCallPart]:
        """The calls, each with an id, its arguments JSON.

        Raises StreamInterrupted for arguments that were cut off (`cut_by_limit`: by the token limit), BadResponse for
        ones that are no JSON. Then none of the calls may run.
        """
        calls: list[ToolCallPart] = []
        for slot in self._slots:
            if not slot.name and not slot.arguments:
                continue  # an empty entry, as some gateways send at the end
            _check(slot, cut_by_limit)
            call_id = slot.id or f"call_{uuid4().hex[:24]}"
            replay = cast("JsonValue", slot.extra or None)
            calls.append(
                ToolCallPart(id=call_id, name=slot.name, arguments=slot.arguments.strip() or "{}", replay=replay)
            )
        return calls

    def _slot(self, index: int | None, call_id: str, name: str) -> _Slot:
        same_id = self._last(lambda slot: bool(call_id) and slot.id == call_id)
        if same_id:
            return same_id
        same_index = self._last(lambda slot: index is not None and slot.index == index)
        if same_index:
            # a new id and a name: another call under a reused index; a new id alone: minted anew for each fragment
            another = call_id and same_index.id and same_index.name and name
            return self._new(index) if another else same_index
        if index is not None or name or not self._slots:
            return self._new(index)
        return self._slots[-1]

    def _last(self, fits: Callable[[_Slot], bool]) -> _Slot | None:
        return next((slot for slot in reversed(self._slots) if fits(slot)), None)

    def _new(self, index: int | None) -> _Slot:
        slot = _Slot(len(self._slots), index)
        self._slots.append(slot)
        return slot


def _grow(slot: _Slot, arguments: object) -> str:
    """Adds what the server sent to the slot's arguments; returns what was new of it."""
    if isinstance(arguments, dict | list):
        piece = json.dumps(arguments, ensure_ascii=False)
        new = "" if slot.arguments else piece
        slot.arguments = piece
        return new
    if not isinstance(arguments, str) or not arguments:
        return ""
    if slot.arguments and arguments.rstrip().endswith("}") and arguments.lstrip().startswith("{"):
        whole = _parsed(arguments)
        if whole is not None and whole == _parsed(slot.arguments):
            return ""  # sent twice
        if whole is not None and arguments.startswith(slot.arguments):
            new = arguments[len(slot.arguments) :]
            slot.arguments = arguments  # sent cumulatively
            return new
    slot.arguments += arguments
    return arguments


def _check(slot: _Slot, cut_by_limit: bool) -> None:
    if not slot.name:
        raise BadResponse("The server sent a tool call without a name.", hint=_BAD_CALL, detail=slot.arguments)
    text = slot.arguments.strip()
    if not text:
        return
    try:
        json.loads(text)
    except RecursionError:
        raise BadResponse(
            f"The arguments of the tool call “{slot.name}” are nested too deeply.", hint=_BAD_CALL
        ) from None
    except ValueError as error:
        if not isinstance(error, json.JSONDecodeError):  # Python reads no number of more than 4300 digits
            raise BadResponse(
                f"The arguments of the tool call “{slot.name}” hold a number that is too long.", hint=_BAD_CALL
            ) from None
        cut = cut_by_limit or error.pos >= len(text) or error.msg.startswith("Unterminated string")
        if not cut:
            raise BadResponse(
                f"The arguments of the tool call “{slot.name}” are not JSON; it was not run.",
                hint=_BAD_CALL,
                detail=text,
            ) from None
        why = "at the token limit" if cut_by_limit else "before its end"
        raise StreamInterrupted(
            f"The answer stopped {why}, inside a tool call: truncated arguments of “{slot.name}”; it was not run.",
            hint="Raise max_tokens and ask again." if cut_by_limit else "Ask again; if it repeats, raise max_tokens.",
            detail=text,
        ) from None


def _parsed(text: str) -> object:
    try:
        return cast("object", json.loads(text))
    except (ValueError, RecursionError):
        return None
