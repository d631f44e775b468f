"""What the gallery offers: a blank form, every kind of service and server, and every template."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from chat_studio.providers import registry
from chat_studio.ui.connections.rows import host_of

if TYPE_CHECKING:
    from chat_studio.providers.base import Provider
    from chat_studio.providers.values import Template
    from chat_studio.usage.prices import Comparison, Prices

SERVICES = "Services"
SERVERS = "Programs and servers of your own"
_WITHOUT_KEY = ("none", "optional")


@dataclass(frozen=True)
class Choice:
    """One row; `group` is the title above it and its neighbours.

    `fields` are what the form begins with; `needs` says what has to exist first, "" if nothing.

    `price` is the listed one as a text, `price_now` the current one where it is another.
    """

    group: str
    title: str
    subtitle: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    badges: tuple[str, ...] = ()
    price: str = ""
    price_now: str = ""
    detail: str = ""
    wants_key: bool = False
    needs: str = ""
    template: Template | None = None

    @property
    def spoken(self) -> str:
        """The row in words, for those who cannot see it."""
        now = f"now {self.price_now}" if self.price_now else ""
        return ", ".join(filter(None, (self.title, self.subtitle, *self.badges, self.price, now, self.needs)))

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
    price, now = _price(template), ""
    if comparison is not None and comparison.differs:
        current = {"price_input": comparison.current.input, "price_output": comparison.current.output}
        now = _price(template.model_copy(update=current))
    return Choice(
        label,
        template.name,
        template.model_id,
        fields_of(template),
        tuple(badge for badge in badges(template) if badge != price),
        price,
        now,
        _detail(template, price, now, comparison),
        template.auth not in _WITHOUT_KEY,
        template.needs,
        template,
    )


def _detail(template: Template, price: str, now: str, comparison: Comparison | None) -> str:
    lines = [f"{template.name}: {template.model_id}"]
    if price:
        lines.append(f"As listed{_on('on', template.listed)}: {price} for a million tokens, in and out")
    if now and comparison:
        lines.append(f"Current, by the price table{_on('checked', comparison.current.checked)}: {now}")
    return "\n".join([*lines, *([template.needs] if template.needs else [])])


def _on(verb: str, date: str) -> str:
    return f" ({verb} {date})" if date else ""


def _price(template: Template) -> str:
    """“$0.15 / $0.60”, for a million tokens in and out, or “free”; "" where it is unknown."""
    from chat_studio.connections.templates import badges

    return next((badge for badge in badges(template) if "$" in badge or badge == "free"), "")
