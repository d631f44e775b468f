"""A connection while it is edited: the texts of a form, what is wrong with each, and the connection they make."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from pydantic import JsonValue, ValidationError

from chat_studio.connections import draft_notes
from chat_studio.connections.model import Connection
from chat_studio.connections.option_fields import Given, OptionField, fields_of, given_of, values_of
from chat_studio.connections.texts import free_id, parse_addresses, parse_headers, reason, text_of
from chat_studio.parameters import json_object
from chat_studio.providers import registry
from chat_studio.providers.base import Provider

TEXTS = (
    "id",
    "name",
    "provider",
    "base_url",
    "urls",
    "model",
    "api_key_env_var",
    "timeout",
    "connect_timeout",
    "short_timeout",
    "max_tokens",
    "temperature",
    "context_length",
    "price_input",
    "price_output",
    "headers",
    "default_parameters",
    "ca_file",
    "proxy",
)
SWITCHES = ("is_local", "enabled", "verify_cert")


@dataclass(frozen=True)
class Draft:
    """The texts of one connection's form, named as the fields they fill. A blank text leaves the default.

    `saved` is the stored connection that is edited, None for a new one; `taken` the ids of all others. `api_key` is
    the stored reference, never shown; `new_key` a key that was typed and not stored yet. `options` holds the fields
    that only some kinds have, by their names: those of its kind are written, the others stay as they are.
    """

    saved: Connection | None = None
    taken: frozenset[str] = field(default=frozenset(), compare=False)
    id: str = ""
    name: str = ""
    provider: str = ""
    base_url: str = ""
    urls: str = ""
    model: str = ""
    api_key: str | None = field(default=None, repr=False)
    new_key: str = field(default="", repr=False)
    key_example: str = field(default="", compare=False)
    """What a key of this service looks like."""
    api_key_env_var: str = ""
    timeout: str = ""
    connect_timeout: str = ""
    short_timeout: str = ""
    max_tokens: str = ""
    temperature: str = ""
    context_length: str = ""
    price_input: str = ""
    price_output: str = ""
    headers: str = field(default="", repr=False)
    default_parameters: str = ""
    ca_file: str = ""
    proxy: str = field(default="", repr=False)
    is_local: bool = False
    enabled: bool = True
    verify_cert: bool = True
    options: Mapping[str, Given] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, saved: Connection, taken: frozenset[str] = frozenset()) -> Draft:
        """The form of a stored connection, as the file has it."""
        return replace(cls(saved=saved, taken=taken), **_contents(saved))

    @classmethod
    def of_new(cls, fields: Mapping[str, Any], taken: frozenset[str] = frozenset()) -> Draft:
        """The form of a connection that is not stored yet, filled in with the fields of an entry that are known."""
        known: dict[str, Any] = {name: text_of(name, fields[name]) for name in TEXTS if name in fields}
        known |= {name: fields[name] for name in (*SWITCHES, "api_key", "key_example") if name in fields}
        others = {name: value for name, value in fields.items() if name not in Connection.model_fields}
        return cls(taken=taken, options=given_of(others), **known)

    @property
    def differs(self) -> bool:
        """Whether there is something to save. A new connection always differs."""
        return self.saved is None or self != Draft.of(self.saved)

    @property
    def final_id(self) -> str:
        """The id it will be saved under: the one typed, else one made of the name."""
        return self.id.strip() or free_id(self.name, self.taken)

    @property
    def connection(self) -> Connection | None:
        """The connection that the texts make, with the unknown keys of the stored one; None while a text is wrong."""
        return self._checked[0]

    @property
    def problems(self) -> Mapping[str, str]:
        """Field → why it cannot be saved like this, as the end of a sentence: “must be above 0”."""
        return self._checked[1]

    @cached_property
    def warnings(self) -> Mapping[str, str]:
        """Field → what is unwise, though it can be saved, as a sentence."""
        return draft_notes.warnings_of(self)

    @cached_property
    def hints(self) -> Mapping[str, str]:
        """Field → what is understood by itself, as a sentence."""
        return draft_notes.hints_of(self)

    @cached_property
    def kind(self) -> type[Provider] | None:
        """The kind that is chosen, or that the texts tell without asking anyone; None while nobody knows."""
        return draft_notes.kind_of(self)

    @cached_property
    def own_fields(self) -> tuple[OptionField, ...]:
        """The fields that only its kind has."""
        return fields_of(self.kind) if self.kind else ()

    def with_option(self, name: str, value: Given) -> Mapping[str, Given]:
        """The `options` after an edit of one of them. Back to the default leaves nothing where nothing was."""
        before = given_of((self.saved and self.saved.model_extra) or {})
        unset = {"", *(option.shown("") for option in self.own_fields if option.name == name)}
        others = {key: given for key, given in self.options.items() if key != name}
        return others if name not in before and value in unset else {**self.options, name: value}

    def edits_on(self, base: Draft, onto: Draft) -> Draft:
        """`onto` with what was edited between `base` and this draft: for a stored connection that changed meanwhile."""
        edited = {name: getattr(self, name) for name in _EDITABLE if getattr(self, name) != getattr(base, name)}
        options = {name: given for name, given in self.options.items() if given != base.options.get(name)}
        return replace(onto, **edited, options={**onto.options, **options})

    @cached_property
    def _checked(self) -> tuple[Connection | None, Mapping[str, str]]:
        values, problems = self._values()
        if self.final_id in self.taken:
            problems["id"] = "is taken by another connection"
        if self._lacks_an_address():
            problems["base_url"] = "must be given, unless the kind has an address of its own"
        own, wrong = self._own_fields()
        try:
            connection = Connection.model_validate(self._unknown | own | values)
        except ValidationError as error:
            for details in error.errors():
                problems.setdefault(str((*details["loc"], "base_url")[0]), reason(details))
            return None, problems | wrong
        problems |= wrong
        return (None if problems else connection), problems

    @property
    def _unknown(self) -> dict[str, Any]:
        """What the entry holds that no field of `Connection` is for; of a new one, all that is not its kind's."""
        if self.saved is not None:
            return dict(self.saved.model_extra or {})
        return {} if self.kind else dict(self.options)

    def _own_fields(self) -> tuple[dict[str, JsonValue], dict[str, str]]:
        """What the fields that only its kind has say, and what is wrong with them."""
        return values_of(self.kind, self.options, self._unknown) if self.kind else ({}, {})

    def _values(self) -> tuple[dict[str, object], dict[str, str]]:
        """What the texts say, and why some say nothing. A blank one says nothing: that is the default."""
        values: dict[str, object] = {}
        problems: dict[str, str] = {}
        for name in (*TEXTS, *SWITCHES, "api_key"):
            given = self.final_id if name == "id" else getattr(self, name)
            try:
                value = _PARSERS.get(name, _stripped)(given)
            except ValueError as error:
                problems[name] = str(error)
                continue
            if value not in ("", None) or Connection.model_fields[name].is_required():
                values[name] = value
        return values, problems

    def _lacks_an_address(self) -> bool:
        if self.base_url.strip() or self.urls.strip():
            return False
        if self.provider and self.provider not in registry.kinds():
            return False
        return self.kind is None or (self.kind.needs_address and not self.kind.default_base_url)


_EDITABLE = (*TEXTS, *SWITCHES, "api_key", "new_key")
_PARSERS: Mapping[str, Callable[[str], object]] = {
    "headers": parse_headers,
    "default_parameters": json_object,
    "urls": parse_addresses,
}


def _stripped(given: object) -> object:
    return given.strip() if isinstance(given, str) else given


def _contents(saved: Connection) -> dict[str, Any]:
    """The contents of a draft that shows `saved`: what the file leaves to the default stays blank."""
    texts = {name: text_of(name, getattr(saved, name)) for name in TEXTS if name in saved.model_fields_set}
    switches = {name: getattr(saved, name) for name in SWITCHES}
    return {**texts, **switches, "api_key": saved.api_key, "options": given_of(saved.model_extra or {})}
