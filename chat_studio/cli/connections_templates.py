"""`chat-studio connections templates`: what a connection can be made from."""

from __future__ import annotations

from typing import Any

import click

from chat_studio.cli import output
from chat_studio.cli.connections_show import as_json, write_table
from chat_studio.connections.templates import badges, dollars, search, templates
from chat_studio.providers.values import Template
from chat_studio.usage.prices import Comparison, Prices


@click.command("templates")
@click.argument("query", nargs=-1, metavar="[QUERY…]")
@as_json
def templates_command(query: tuple[str, ...], as_json: bool) -> None:
    """List the models that `add --template ID` knows, or those that hold every word of QUERY.

    A word may be a part of a name or a kind, or a feature: vision, tools, free, local, 128k.
    """
    prices = Prices.load()
    found = search(templates(), " ".join(query))
    if not found:
        output.notice("No template has all of these words.")
    if as_json:
        for template in found:
            output.write_json(_object(template, prices.comparison(template)))
    elif found:
        write_table([_row(template, prices.comparison(template)) for template in found])


def _row(template: Template, comparison: Comparison | None) -> tuple[str, ...]:
    remarks = list(badges(template))
    if comparison and comparison.differs:
        table = comparison.in_table
        price = f"{dollars(table.input)} / {dollars(table.output)}"
        remarks.append(f"listed {comparison.listed_on}; {price}, checked {table.checked}")
    if template.needs:
        remarks.append(template.needs)
    return template.id, template.name, template.provider, ", ".join(remarks)


def _object(template: Template, comparison: Comparison | None) -> dict[str, Any]:
    known = {name: value for name, value in template.model_dump(mode="json").items() if value not in (None, "")}
    if comparison:
        price = comparison.in_table.model_dump(mode="json", include={"input", "output", "cached", "above", "checked"})
        known["table_price"] = {name: value for name, value in price.items() if value is not None}
    return known | {"badges": list(badges(template))}
