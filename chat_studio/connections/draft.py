"""A connection while it is edited: the texts of a form, what is wrong with each, and the connection they make."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from pydantic import ValidationError

from chat_studio.connections.model import Connection
from chat_studio.connections.texts import free_id, parse_headers, parse_parameters, reason, text_of
from chat_studio.providers import registry

TEXTS = (
    "id",
    "name",
    "provider",
    "base_url",
    "model",
    "api_key_env_var",
    "timeout",
    "connect_timeout",
    "max_tokens",
    "temperature",
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
    the stored reference, never shown; `new_key` a key that was typed and not stored yet.
    """

    saved: Connection | None = None
    taken: frozenset[str] = field(default=frozenset(), compare=False)
    id: str = ""
    name: str = ""
    provider: str = ""
    base_url: str = ""
    model: str = ""
    api_key: str | None = field(default=None, repr=False)
    new_key: str = field(default="", repr=False)
    api_key_env_var: str = ""
    timeout: str = ""
    connect_timeout: str = ""
    max_tokens: str = ""
    temperature: str = ""
    headers: str = field(default="", repr=False)
    default_parameters: str = ""
    ca_file: str = ""
    proxy: str = field(default="", repr=False)
    is_local: bool = False
    enabled: bool = True
    verify_cert: bool = True

    @classmethod
    def of(cls, saved: Connection, taken: frozenset[str] = frozenset()) -> Draft:
        """The form of a stored connection, as the file has it."""
        return replace(cls(saved=saved, taken=taken), **_contents(saved))

    @classmethod
    def of_new(cls, fields: Mapping[str, Any], taken: frozenset[str] = frozenset()) -> Draft:
        """The form of a connection that is not stored yet, filled in with the fields of an entry that are known."""
        known: dict[str, Any] = {name: text_of(name, fields[name]) for name in TEXTS if name in fields}
        known |= {name: fields[name] for name in (*SWITCHES, "api_key") if name in fields}
        return cls(taken=taken, **known)

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
        found = {}
        if not self.verify_cert:
            found["verify_cert"] = "Not verified: anyone on the way can read and change what is sent, the key included."
        if self.connection is not None and self.connection.is_placeholder:
            found["base_url"] = "This is the example’s address: put your server’s name in its place."
        if self.provider and self.provider not in registry.kinds():
            found["provider"] = f"This version has no provider “{self.provider}”."
        return found

    def edits_on(self, base: Draft, onto: Draft) -> Draft:
        """`onto` with what was edited between `base` and this draft: for a stored connection that changed meanwhile."""
        edited = {name: getattr(self, name) for name in _EDITABLE if getattr(self, name) != getattr(base, name)}
        return replace(onto, **edited)

    @cached_property
    def _checked(self) -> tuple[Connection | None, Mapping[str, str]]:
        values, problems = self._values()
        if self.final_id in self.taken:
            problems["id"] = "is taken by another connection"
        if self._lacks_an_address():
            problems["base_url"] = "must be given, unless the kind has an address of its own"
        extra = (self.saved.model_extra or {}) if self.saved else {}
        try:
            connection = Connection.model_validate(extra | values)
        except ValidationError as error:
            for details in error.errors():
                problems.setdefault(str((*details["loc"], "base_url")[0]), reason(details))
            return None, problems
        return (None if problems else connection), problems

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
        if self.base_url.strip():
            return False
        if self.provider not in registry.kinds():
            return not self.provider
        kind = registry.provider_class(self.provider)
        return kind.needs_address and not kind.default_base_url


_EDITABLE = (*TEXTS, *SWITCHES, "api_key", "new_key")
_PARSERS: Mapping[str, Callable[[str], object]] = {"headers": parse_headers, "default_parameters": parse_parameters}


def _stripped(given: object) -> object:
    return given.strip() if isinstance(given, str) else given


def _contents(saved: Connection) -> dict[str, Any]:
    """The contents of a draft that shows `saved`: what the file leaves to the default stays blank."""
    texts = {name: text_of(name, getattr(saved, name)) for name in TEXTS if name in saved.model_fields_set}
    switches = {name: getattr(saved, name) for name in SWITCHES}
    return {**texts, **switches, "api_key": saved.api_key}
