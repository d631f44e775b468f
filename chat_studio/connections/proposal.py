"""A connection of one kind, made of the variables that speak of it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any

from pydantic import JsonValue, ValidationError

from chat_studio.connections.model import Connection
from chat_studio.connections.recognition import FALLBACK, by_host, host_of, owns, takes_usual_key
from chat_studio.connections.secrets import FROM_ENVIRONMENT
from chat_studio.connections.texts import free_id, reason
from chat_studio.providers import registry
from chat_studio.providers.base import Provider
from chat_studio.providers.values import Variables

_YES, _NO = frozenset({"1", "true", "yes", "on"}), frozenset({"0", "false", "no", "off"})


@dataclass(frozen=True)
class Proposal:
    """A connection that could be added, its key still a reference to `variable` ("" if none holds one).

    `is_set` tells whether that variable is set, to the same key, in the environment of this process: a reference to
    one that stands in a file only would find nothing. `key` is what to move to the keychain instead. `preferred` is
    the one that `LLM_PROVIDER` names. `problems` are sentences about what could not be taken.
    """

    connection: Connection
    variable: str = ""
    is_set: bool = False
    preferred: bool = False
    key: str = field(default="", repr=False)
    problems: tuple[str, ...] = ()

    @property
    def leads_somewhere(self) -> bool:
        """Whether it names a server, itself or by its kind; one that does not is there to be told."""
        kind = kind_of(self.connection)
        return bool(self.connection.base_url or (kind and (kind.default_base_url or not kind.needs_address)))


class Candidate:
    """A connection of one kind (None: to be detected when it is used), as far as the variables tell."""

    def __init__(self, kind: type[Provider] | None, sources: Iterable[Variables], given: Mapping[str, str]) -> None:
        self._kind = kind
        self._sources = tuple(sources)
        self._given = given
        self._key_name = self._first(name for source in self._sources for name in source.key)
        self._address_name = self._first(name for source in self._sources for name in source.address)
        self._model_name = self._setting("MODEL")
        self._address, wrong = usable_address(given.get(self._address_name, ""))
        self._there = _kind_at(self._address, kind) if self._address else kind
        self._problems = [f"{self._address_name} {wrong}."] if wrong else []

    @property
    def is_there(self) -> bool:
        """Whether there is enough of it: a key, an address or a model."""
        return bool(self._key_name or self._address_name or self._model_name)

    def proposal(self, taken: Collection[str], environment: Mapping[str, str]) -> Proposal:
        fields = self._place()
        if self._model_name:
            fields["model"] = self._given[self._model_name]
        if self._key_name:
            fields["api_key"] = FROM_ENVIRONMENT + self._key_name
        name = self._there.label if self._there else host_of(fields.get("base_url", "")) or fields.get("model", "LLM")
        fields = {"id": free_id(name, taken), "name": name, **fields}
        for variable, entry_field, value in self._settings():
            self._take(fields, variable, entry_field, value)
        connection = Connection.model_validate(fields)
        self._look_for_gaps(connection)
        key = self._given.get(self._key_name, "")
        is_set = bool(key) and environment.get(self._key_name, "").strip() == key
        return Proposal(connection, self._key_name, is_set, key=key, problems=tuple(self._problems))

    def _place(self) -> dict[str, Any]:
        """Where it leads: kind, address, and what an address holds besides."""
        kind = self._there
        fields: dict[str, Any] = {"provider": kind.kind} if kind else {}
        if self._address:
            base_url = kind.normalise_url(self._address) if kind else self._address
            fields |= {"base_url": base_url} | (kind.fields_of_url(self._address) if kind else {})
        elif kind is None and not self._model_name:
            fields["provider"] = FALLBACK
        elif kind and self._key_name and (own := _cloud_of(kind)):
            fields["base_url"] = own
        address = fields.get("base_url") or (kind.default_base_url if kind else "")
        return fields | ({"is_local": True} if _is_near(host_of(address)) else {})

    def _settings(self) -> Iterator[tuple[str, str, JsonValue]]:
        """The other fields, each as its variable, the field's name and its value."""
        if name := self._setting("TEMPERATURE"):
            yield name, "temperature", self._given[name]
        if name := self._setting("MAX_TOKENS"):
            yield name, "max_tokens", self._given[name]
        if name := self._setting("STREAM"):
            streams = self._given[name].lower()
            if streams in _NO:
                yield name, "default_parameters", {"stream": False}
            elif streams not in _YES:
                self._problems.append(f"{name} must be true or false.")
        known = {*Connection.model_fields, *(self._there.Options.model_fields if self._there else ())}
        for source in self._sources:
            for entry_field, name in source.fields.items():
                if name in self._given and entry_field in known:
                    yield name, entry_field, self._given[name]

    def _take(self, fields: dict[str, Any], variable: str, name: str, value: JsonValue) -> None:
        """Adds a field, unless its value is wrong: that becomes a problem, and the rest is taken."""
        if self._there and name in self._there.Options.model_fields:
            value, problem = _option(self._there, name, value)
        else:
            problem = _fault({**fields, name: value}, name)
        if problem:
            self._problems.append(f"{variable} {problem}.")
        else:
            fields[name] = value

    def _look_for_gaps(self, connection: Connection) -> None:
        """Tells what is still missing for it to work."""
        kind = self._there
        if kind is None:
            if not connection.base_url:
                self._problems.append("No server is known for it: set LLM_PROVIDER or LLM_BASE_URL.")
            return
        address = connection.base_url or kind.default_base_url
        if not address and kind.needs_address:
            names = " or ".join(kind.variables.address) or "LLM_BASE_URL"
            self._problems.append(f"It has no address yet: set {names}.")
        if not self._key_name and kind.needs_key and takes_usual_key(kind, address):
            usual = kind.variables.usual_key
            self._problems.append(f"It has no key yet: set {usual}, or type one into the connection.")

    def _setting(self, end: str) -> str:
        return self._first(f"{source.prefix}_{end}" for source in self._sources if source.prefix)

    def _first(self, names: Iterable[str]) -> str:
        """The first of these variables that is given, "" if none is."""
        return next((name for name in names if name in self._given), "")


def kind_of(connection: Connection) -> type[Provider] | None:
    """The kind that a connection names, None if it is to be detected or does not exist."""
    return registry.provider_class(connection.provider) if connection.provider in registry.kinds() else None


def usable_address(typed: str) -> tuple[str, str]:
    """An address that can be used, "" if it cannot, and why not."""
    whole = f"127.0.0.1{typed}" if re.fullmatch(r":\d+", typed) else typed  # as OLLAMA_HOST may be
    problem = _fault({"base_url": whole}, "base_url") if whole else ""
    return ("", problem) if problem else (whole, "")


def _kind_at(address: str, kind: type[Provider] | None) -> type[Provider] | None:
    """The kind at an address that a variable of `kind` holds: people keep other servers' addresses there, too.

    None for a server of one's own where a service is expected: what it is will be asked when it is used.
    """
    other = by_host(address)
    if kind is None or other is not None:
        return other
    return None if kind.is_service and _is_near(host_of(address)) else kind


def _cloud_of(kind: type[Provider]) -> str:
    """Where a kind's key is for, if that is another place than its usual address: Ollama's cloud."""
    hosts = kind.recognition.key_hosts or kind.recognition.hosts
    own = next((host for host in hosts if "*" not in host), "")
    is_elsewhere = own and kind.default_base_url and not owns(kind, kind.default_base_url)
    return kind.normalise_url(f"https://{own}") if is_elsewhere else ""


def _is_near(host: str) -> bool:
    """Whether it is this computer or one of the local network."""
    try:
        address = ip_address(host)
    except ValueError:
        return bool(host) and ("." not in host or host.endswith((".local", ".localhost")))
    return address.is_private or address.is_loopback


def _fault(fields: Mapping[str, Any], name: str) -> str:
    """Why a field of a connection cannot have its value, as the end of a sentence; "" if it can."""
    try:
        Connection.model_validate({"id": "new", "name": "new", "provider": "any", **fields})
    except ValidationError as error:
        return next((reason(details) for details in error.errors() if (*details["loc"], "")[0] == name), "")
    return ""


def _option(kind: type[Provider], name: str, value: JsonValue) -> tuple[JsonValue, str]:
    """A field that only this kind has: its value as JSON has it, and why it cannot have it, "" if it can."""
    try:
        read = kind.Options.model_validate({name: value}).model_dump(mode="json")
    except ValidationError as error:
        return None, reason(error.errors()[0])
    return read[name], ""
