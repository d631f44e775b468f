"""The settings of a conversation while they are edited: the texts of a form, and what is wrong with each."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import JsonValue

from chat_studio.parameters import ConversationSettings, Parameters, json_object

EFFORTS = ("none", "minimal", "low", "medium", "high", "xhigh")
"""Reasoning efforts that services know; which of them a model takes differs, and others may come."""


@dataclass(frozen=True)
class SettingsDraft:
    """The texts of the form, named as the fields they fill. A blank text leaves the connection's default."""

    system: str = ""
    temperature: str = ""
    top_p: str = ""
    max_tokens: str = ""
    seed: str = ""
    stop: str = ""
    reasoning_effort: str = ""
    json_schema: str = ""
    extra: str = ""

    @classmethod
    def of(cls, settings: ConversationSettings) -> SettingsDraft:
        """The form of settings that hold."""
        known = settings.parameters
        return cls(
            system=settings.system,
            temperature=_plain(known.temperature),
            top_p=_plain(known.top_p),
            max_tokens=_plain(known.max_tokens),
            seed=_plain(known.seed),
            stop="\n".join(map(_stop_text, known.stop)),
            reasoning_effort=known.reasoning_effort,
            json_schema=_json_text(known.json_schema),
            extra=_json_text(known.extra),
        )

    @property
    def problems(self) -> dict[str, str]:
        """Why a text is not accepted, by the name of its field."""
        return {name: found for name, found in self._read().items() if isinstance(found, _Problem)}

    @property
    def settings(self) -> ConversationSettings:
        """What the texts mean; a text that is wrong counts as blank."""
        read = {name: value for name, value in self._read().items() if not isinstance(value, _Problem | None)}
        return ConversationSettings(system=self.system.strip(), parameters=Parameters(**read))

    def _read(self) -> dict[str, Any]:
        return {name: _value(reader, getattr(self, name)) for name, reader in _READERS.items()}


class _Problem(str):
    """A sentence in the place of a value."""

    __slots__ = ()


def _value(reader: Callable[[str], Any], text: str) -> Any:
    try:
        return reader(text) if text.strip() else None
    except ValueError as error:
        return _Problem(error)


def _number(low: float, high: float) -> Callable[[str], float]:
    def read(text: str) -> float:
        reason = f"must be a number from {low:g} to {high:g}"
        try:
            value = float(text.strip().replace(",", "."))
        except ValueError:
            raise ValueError(reason) from None
        if not low <= value <= high:
            raise ValueError(reason)
        return value

    return read


def _whole(low: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        reason = f"must be a whole number of at least {low}" if low > 0 else "must be a whole number"
        digits = text.strip()
        if not digits.removeprefix("-").isdecimal() or len(digits) > 18 or int(digits) < low:
            raise ValueError(reason)
        return int(digits)

    return read


def _stops(text: str) -> tuple[str, ...]:
    """One sequence a line; `\\n` and `\\t` are what they stand for."""
    return tuple(line.replace("\\n", "\n").replace("\\t", "\t") for line in text.splitlines() if line.strip())


def _stop_text(sequence: str) -> str:
    return sequence.replace("\n", "\\n").replace("\t", "\\t")


_READERS: Mapping[str, Callable[[str], Any]] = {
    "temperature": _number(0, 2),
    "top_p": _number(0, 1),
    "max_tokens": _whole(1),
    "seed": _whole(-(10**18)),  # some servers take -1 for “random”
    "stop": _stops,
    "reasoning_effort": str.strip,
    "json_schema": json_object,
    "extra": json_object,
}


def _plain(value: float | None) -> str:
    return "" if value is None else str(value).removesuffix(".0")


def _json_text(value: Mapping[str, JsonValue] | None) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) if value else ""
