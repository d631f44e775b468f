"""What the gallery offers: a blank form, every kind of service and server, and every template."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from chat_studio.providers import registry
from chat_studio.ui.connections.rows import host_of

if TYPE_CHECKING:
    from chat_studio.connections.nearby import Nearby
    from chat_studio.providers.base import Provider
    from chat_studio.providers.values import Template
    from chat_studio.usage.prices import Prices

NEARBY = "Running on this computer"
SERVICES = "Services"
SERVERS = "Programs and servers of your own"
_WITHOUT_KEY = ("none", "optional")


@dataclass(frozen=True)
class Choice:
    """One row; `group` is the title above it and its neighbours.

    `fields` are what the form begins with; `needs` says what has to exist first, "" if nothing.

    `price` is the listed one as a text, `price_checked` that of the price table where it is another: both with their
    dates then.
    """

    group: str
    title: str
    subtitle: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    badges: tuple[str, ...] = ()
    price: str = ""
    price_checked: str = ""
    detail: str = ""
    wants_key: bool = False
    needs: str = ""
    template: Template | None = None
    address: str = ""
    """What is to be looked at before there is anything to fill in."""

    @property
    def spoken(self) -> str:
        """The row in words, for those who cannot see it."""
        prices = (self.price, self.price_checked)
        return ", ".join(filter(None, (self.title, self.subtitle, *self.badges, *prices, self.needs)))

    def holds(self, query: str) -> bool:
        """Whether each word that was typed stands in a row that is no template."""
        text = f"{self.title} {self.subtitle} {self.group}".casefold()
        return all(word in text for word in query.casefold().split())


def load_choices() -> tuple[Choice, ...]:
    """All there is, in the order of the gallery. Reads files and imports every kind: for a thread."""
    from chat_studio.connections.templates import templates
    from chat_studio.usage.prices import Prices

    kinds = sorted(map(registry.provider_class, registry.kinds()), key=_rank)
    prices = Prices.load()
    by_kind: dict[str, list[Template]] = {}
    for template in templates():
        by_kind.setdefault(template.provider, []).append(template)
    return (
        Choice("", "Blank connection", "Fill in everything yourself"),
        *(_of_kind(kind) for kind in kinds),
        *(_of_template(kind.label, template, prices) for kind in kinds for template in by_kind.get(kind.kind, ())),
    )


def of_nearby(one: Nearby) -> Choice:
    """Something that listens: what it is comes out when it is asked."""
    place = one.url.partition("://")[2]
    return Choice(NEARBY, " or ".join(one.names), place, badges=("Find out",), address=one.url)


def matching(choices: Sequence[Choice], query: str) -> list[Choice]:
    """The rows that are found by what was typed, in the same order; templates as the core finds them."""
    if not query.strip():
        return list(choices)
    from chat_studio.connections.templates import search

    known = [choice.template for choice in choices if choice.template is not None]
    found = {template.id for template in search(known, query)}
    return [choice for choice in choices if (choice.template.id in found if choice.template else choice.holds(query))]


def _rank(kind: type[Provider]) -> tuple[bool, str]:
    return not kind.is_service, kind.label.casefold()


def _of_kind(kind: type[Provider]) -> Choice:
    return Choice(
        SERVICES if kind.is_service else SERVERS,
        kind.label,
        host_of(kind.default_base_url) or ("Asks for its address" if kind.needs_address else "Works without a server"),
        {"provider": kind.kind},
        badges=("API key",) if kind.needs_key else (),
        wants_key=kind.needs_key,
    )


def _of_template(label: str, template: Template, prices: Prices) -> Choice:
    from chat_studio.connections.templates import badges, fields_of

    comparison = prices.comparison(template)
    price = listed = _price(template)
    checked = ""
    if comparison is not None and comparison.differs:
        table = {"price_input": comparison.in_table.input, "price_output": comparison.in_table.output}
        checked = _on(_price(template.model_copy(update=table)), "checked", comparison.in_table.checked)
        listed = _on(price, "listed", template.listed)
    return Choice(
        label,
        template.name,
        template.model_id,
        {**fields_of(template), "key_example": template.key_placeholder},
        tuple(badge for badge in badges(template) if badge != price),
        listed,
        checked,
        _detail(template, price, checked),
        template.auth not in _WITHOUT_KEY,
        template.needs,
        template,
    )


def _detail(template: Template, price: str, checked: str) -> str:
    lines = [f"{template.name}: {template.model_id}"]
    if price:
        lines.append(f"For a million tokens, in and out: {_on(price, 'listed', template.listed)}")
    if checked:
        lines.append(f"By the price table: {checked}")
    return "\n".join([*lines, *([template.needs] if template.needs else [])])


def _on(price: str, verb: str, date: str) -> str:
    return f"{price}, {verb} {date}" if date else price


def _price(template: Template) -> str:
    """“$0.15 / $0.60”, for a million tokens in and out, or “free”; "" where it is unknown."""
    from chat_studio.connections.templates import badges

    return next((badge for badge in badges(template) if "$" in badge or badge == "free"), "")
