"""The fields that only one kind has, as a form needs them: derived from the kind's `Options`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import JsonValue, ValidationError
from pydantic.fields import FieldInfo

from chat_studio.connections.texts import reason, text_of
from chat_studio.providers.base import Provider

Given = str | bool
"""What a form holds for such a field: a text, or whether a switch is on. A blank text leaves the default."""


@dataclass(frozen=True)
class OptionField:
    """One field; `choices` are the texts it can have, () for any, and `is_switch` says that it is on or off."""

    name: str
    title: str
    description: str
    default: Given
    choices: tuple[str, ...] = ()
    is_switch: bool = False

    def shown(self, given: Given) -> Given:
        """What a form shows for it: the default where nothing is given and something must be chosen."""
        return self.default if given == "" and (self.choices or self.is_switch) else given


def fields_of(kind: type[Provider]) -> tuple[OptionField, ...]:
    """The fields of a kind in the order of its `Options`; those of a type that no plain input can edit are left out."""
    found = (_field(name, info) for name, info in kind.Options.model_fields.items())
    return tuple(field for field in found if field is not None)


def given_of(entry: Mapping[str, Any]) -> dict[str, Given]:
    """What a form holds for the plain values of an entry's keys; lists and objects are left out."""
    plain = {name: value for name, value in entry.items() if isinstance(value, str | int | float | bool)}
    return {name: value if isinstance(value, bool) else text_of(name, value) for name, value in plain.items()}


def values_of(
    kind: type[Provider], given: Mapping[str, Given], entry: Mapping[str, Any]
) -> tuple[dict[str, JsonValue], dict[str, str]]:
    """What is to be written into `entry` for a kind's own fields, and why some cannot be, by field.

    A cleared field becomes null where the entry has it; a default that it does not spell is not written.
    """
    texts = {name: _stripped(given.get(name, "")) for name in kind.Options.model_fields}
    try:
        options = kind.Options.model_validate({name: text for name, text in texts.items() if text != ""})
    except ValidationError as error:
        first = next(iter(texts), "provider")
        return {}, {str((*details["loc"], first)[0]): reason(details) for details in error.errors()}
    read = options.model_dump(mode="json")
    defaults = {name: info.get_default(call_default_factory=True) for name, info in kind.Options.model_fields.items()}
    values: dict[str, JsonValue] = {}
    for name, text in texts.items():
        spelled = entry.get(name)
        if text == "":
            if isinstance(spelled, str | int | float | bool):
                values[name] = None
        elif spelled is not None or getattr(options, name) != defaults[name]:
            values[name] = read[name]
    return values, {}


def _field(name: str, info: FieldInfo) -> OptionField | None:
    kind = _plain(info.annotation)
    choices = _choices(kind)
    default = "" if info.is_required() else info.get_default(call_default_factory=True)
    default = default.value if isinstance(default, Enum) else default
    if not choices and kind not in (str, int, float, bool):
        return None
    title = info.title or name.replace("_", " ").capitalize()
    shown = default if isinstance(default, bool) else text_of(name, default)
    return OptionField(name, title, info.description or "", shown, choices, is_switch=kind is bool)


def _plain(annotation: Any) -> Any:
    """`str` of `str | None`."""
    if get_origin(annotation) in (Union, UnionType):
        others = [part for part in get_args(annotation) if part is not type(None)]
        return others[0] if len(others) == 1 else None
    return annotation


def _choices(annotation: Any) -> tuple[str, ...]:
    if get_origin(annotation) is Literal:
        values = get_args(annotation)
        return values if all(isinstance(value, str) for value in values) else ()
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return tuple(str(member.value) for member in annotation)
    return ()


def _stripped(given: Given) -> Given:
    return given.strip() if isinstance(given, str) else given
