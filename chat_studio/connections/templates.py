"""Templates: models, and ways to run one, that a connection can be made from."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import JsonValue, ValidationError

from chat_studio.connections.entries import reasons
from chat_studio.errors import ConfigurationError
from chat_studio.providers import registry
from chat_studio.providers.values import Template
from chat_studio.resources import resource

log = logging.getLogger(__name__)

_THIS_COMPUTER = frozenset({"localhost", "127.0.0.1", "::1"})


def templates(path: Path | None = None) -> tuple[Template, ...]:
    """Those of `resources/model_templates.json` (or `path`), then what the kinds themselves add to them.

    Reads a file and imports every kind: call it in a thread. An entry that cannot be read is left out, and logged.
    """
    file = path or resource("model_templates.json")
    found = [template for raw in json.loads(file.read_text(encoding="utf-8")) if (template := _template(raw))]
    ids = {template.id for template in found}
    models = {(template.provider, template.model_id) for template in found}
    for kind in registry.kinds():
        own = registry.provider_class(kind).templates
        found += [
            template
            for template in own
            if template.id not in ids and (template.provider, template.model_id) not in models
        ]
    return tuple(found)


def find(among: Iterable[Template], template_id: str) -> Template:
    """The template of this id. Raises ConfigurationError if there is none."""
    for template in among:
        if template.id == template_id.strip():
            return template
    raise ConfigurationError(
        f"There is no template “{template_id}”.", hint="`chat-studio connections templates` lists them."
    )


def search(among: Iterable[Template], query: str) -> tuple[Template, ...]:
    """Those that hold every word of the query, in their own order.

    A word may stand in the name, model, kind or id, or be a feature: “vision”, “tools”, “free”, “local”, “128k”.
    """
    words = query.lower().split()
    return tuple(template for template in among if all(word in _words(template) for word in words))


def badges(template: Template) -> tuple[str, ...]:
    """What to tell of it at a glance: “128K context”, “16K out”, “vision”, “tools”, “$0.15 / $0.60”, “local”."""
    texts = (
        f"{_short(template.context_length)} context" if template.context_length else "",
        f"{_short(template.max_output_tokens)} out" if template.max_output_tokens else "",
        "vision" if template.vision else "",
        "tools" if template.functions else "",
        _price(template),
        "local" if is_local(template) else "",
    )
    return tuple(text for text in texts if text)


def is_local(template: Template) -> bool:
    """Whether it runs on this computer."""
    return urlsplit(template.base_url).hostname in _THIS_COMPUTER


def fields_of(template: Template) -> dict[str, JsonValue]:
    """The fields of a connection's entry that the template knows: all but its id and its key.

    A limit of the answer is what the model can write at most; the listed price becomes the connection's own.
    """
    parameters: dict[str, JsonValue] = {}
    if template.top_p is not None:
        parameters["top_p"] = template.top_p
    if not template.streaming:
        parameters["stream"] = False
    fields: dict[str, JsonValue] = {
        "name": template.name,
        "provider": template.provider,
        "base_url": template.base_url,
        "model": template.model_id,
        "temperature": template.temperature,
        "max_tokens": template.max_output_tokens,
        "default_parameters": parameters,
        "context_length": template.context_length,
        "price_input": template.price_input,
        "price_output": template.price_output,
        "is_local": is_local(template) or None,
    }
    return {name: value for name, value in fields.items() if value not in (None, "", {})}


def _template(raw: Any) -> Template | None:
    try:
        return Template.model_validate(raw)
    except ValidationError as error:
        name = raw.get("id") if isinstance(raw, dict) else raw
        log.warning("The template “%s” was left out: %s", name, reasons(error))
        return None


def _words(template: Template) -> str:
    """What a search looks at."""
    kind = template.provider
    texts = [template.id, template.name, template.model_id, kind, template.needs, *badges(template)]
    if kind in registry.kinds():
        texts.append(registry.provider_class(kind).label)
    if template.functions:
        texts.append("functions")
    if is_local(template):
        texts.append("free")
    if template.context_length and template.context_length % 1024 == 0:
        texts.append(f"{template.context_length // 1024}k")
    return "\n".join(texts).lower()


def _short(tokens: int) -> str:
    """128000 → 128K, 1050000 → 1.05M, as vendors say it; what is left over is cut."""
    return f"{tokens // 10_000 / 100:g}M" if tokens >= 1_000_000 else f"{tokens // 1000}K"


def _price(template: Template) -> str:
    if template.price_input is None or template.price_output is None:
        return ""
    if template.price_input == template.price_output == 0:
        return "free"
    return f"{dollars(template.price_input)} / {dollars(template.price_output)}"


def dollars(amount: float | None) -> str:
    """A price as it is written: $10, $0.80, $0.0375; “?” for one that is unknown."""
    if amount is None:
        return "?"
    cents = f"{amount:.2f}"
    if amount == int(amount):
        return f"${int(amount)}"
    return f"${cents}" if float(cents) == amount else f"${amount:g}"
