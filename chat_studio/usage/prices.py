"""What models cost: the prices that the connection states, that the server tells, or that the program's table lists."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from chat_studio.providers.values import Price, Template
from chat_studio.resources import resource

log = logging.getLogger(__name__)

DATED = re.compile(r"-(?:\d{4}-\d{2}-\d{2}|\d{8}|\d{3,4}|latest)")
"""What vendors append to a model's name for one of its versions: `-2024-08-06`, `-20250929`, `-0613`, `-002`."""


class Tier(BaseModel):
    """What a request costs whose prompt has more than `prompt_tokens`; US dollars for a million tokens."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    prompt_tokens: int = Field(gt=0)
    input: float | None = Field(ge=0)
    output: float | None = Field(ge=0)
    cached: float | None = Field(default=None, ge=0)


class ListedPrice(BaseModel):
    """The price of a model in US dollars for a million tokens; None is unknown, which is not free.

    `cached` is for prompt tokens that the server had in its cache. `checked` is when the price was last compared with
    its source, an ISO date or the beginning of one, "" for what the user or the server says.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    aliases: tuple[str, ...] = ()
    input: float | None = Field(ge=0)
    output: float | None = Field(ge=0)
    cached: float | None = Field(default=None, ge=0)
    above: Tier | None = None
    checked: str = ""
    source: str = ""

    def at(self, prompt_tokens: int) -> Price:
        """What a request with a prompt of this size costs: the higher tier counts for all its tokens."""
        tier = self.above if self.above and prompt_tokens > self.above.prompt_tokens else self
        return Price(input=tier.input, output=tier.output, cached=tier.cached)


class Service(BaseModel):
    """Somebody's service: where it is, and what its models cost there.

    `hosts` are the only hosts whose prices these are. `is_default`: a connection of the kind without an address of its
    own reaches this service.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    kind: str
    hosts: tuple[str, ...]
    is_default: bool = True
    source: str
    models: tuple[ListedPrice, ...]

    def is_at(self, base_url: str) -> bool:
        if not base_url:
            return self.is_default
        return urlsplit(base_url if "://" in base_url else f"//{base_url}").hostname in self.hosts


class Stated(Protocol):
    """What a connection says of prices, None where it says nothing, and where it leads."""

    @property
    def base_url(self) -> str: ...
    @property
    def price_input(self) -> float | None: ...
    @property
    def price_output(self) -> float | None: ...


@dataclass(frozen=True)
class Comparison:
    """A template's price as it was listed on a day, beside the vendor's as it was on the day of its last check.

    Neither day need be the later one.
    """

    listed: Price
    listed_on: str
    in_table: ListedPrice

    @property
    def differs(self) -> bool:
        return (self.listed.input, self.listed.output) != (self.in_table.input, self.in_table.output)


class Prices:
    """The table of `resources/prices.json`. Its prices are those of the services named there, and of nobody else."""

    def __init__(self, services: Iterable[Service]) -> None:
        self.services = tuple(services)

    @classmethod
    def load(cls, path: Path | None = None) -> Self:
        """Reads the table: call it in a thread. An entry that cannot be read is left out, and logged."""
        with (path or resource("prices.json")).open(encoding="utf-8") as file:
            table = json.load(file)
        return cls(_service(raw) for raw in table["services"])

    def of(self, kind: str, model: str, base_url: str = "") -> ListedPrice | None:
        """The listed price of a model at a service of this kind; None if it is unknown, which is not free.

        The exact name counts first, then the longest one that `model` is a dated version of. A gateway's name for
        another vendor's model (`openai/gpt-4o`) finds nothing: gateways have prices of their own.
        """
        listed = {
            name: price
            for service in self.services
            if service.kind == kind and service.is_at(base_url)
            for price in service.models
            for name in (price.id, *price.aliases)
        }
        wanted = model.strip().lower().removeprefix("models/")  # as Gemini's list of models names them
        if wanted in listed:
            return listed[wanted]
        versions = [name for name in listed if wanted.startswith(name) and DATED.fullmatch(wanted[len(name) :])]
        return listed[max(versions, key=len)] if versions else None

    def price_for(self, connection: Stated, kind: str, model: str, told: Price | None = None) -> ListedPrice | None:
        """What this connection's model costs, None if nobody knows.

        What the connection states counts over what the server told (`told`), and that over the table; input and output
        each on their own. Where another input price is stated, that of cached tokens is unknown. Stating what is known
        anyway changes nothing: large prompts and cached tokens keep their prices.
        """
        known = _of_server(model, told) or self.of(kind, model, connection.base_url)
        stated = {
            name: value
            for name, value in (("input", connection.price_input), ("output", connection.price_output))
            if value is not None and (known is None or value != getattr(known, name))
        }
        if not stated:
            return known
        known = known or ListedPrice(id=model, input=None, output=None)
        changes: dict[str, Any] = stated | ({"cached": None} if "input" in stated else {})
        tier = known.above.model_copy(update=changes) if known.above else None
        return known.model_copy(update={**changes, "above": tier, "checked": "", "source": "the connection"})

    def comparison(self, template: Template) -> Comparison | None:
        """A template's listed price beside that of the table; None if one of them is unknown."""
        in_table = self.of(template.provider, template.model_id, template.base_url)
        if in_table is None or template.price_input is None or template.price_output is None:
            return None
        return Comparison(Price(template.price_input, template.price_output), template.listed, in_table)


def _service(raw: Mapping[str, Any]) -> Service:
    models = (_listed(entry, raw["source"]) for entry in raw["models"])
    return Service.model_validate({**raw, "models": tuple(price for price in models if price is not None)})


def _listed(entry: Mapping[str, Any], source: str) -> ListedPrice | None:
    try:
        return ListedPrice.model_validate({"source": source, **entry})
    except ValidationError as error:
        log.warning("A price was left out: %s", error)
        return None


def _of_server(model: str, told: Price | None) -> ListedPrice | None:
    if told is None or (told.input is None and told.output is None):
        return None
    return ListedPrice(id=model, input=told.input, output=told.output, cached=told.cached, source="the server")
