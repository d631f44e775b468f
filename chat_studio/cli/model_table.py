"""The models of a server, as a table for people and as JSON for scripts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

from chat_studio.providers.values import ModelInfo

_NOTHING = "–"


def table(models: Sequence[ModelInfo]) -> list[tuple[str, ...]]:
    """A row for each model, under one of titles unless only names are told. What no model has gets no column."""
    told = [(title, [text(model) for model in models]) for title, text in _COLUMNS]
    columns = [(title, *(cell or _NOTHING for cell in cells)) for title, cells in told if any(cells)]
    rows = list(zip(*columns, strict=True))
    return rows if len(columns) > 1 else rows[1:]


def fields(model: ModelInfo) -> dict[str, Any]:
    """What the server told of it, and nothing else."""
    told = asdict(model) | {"capabilities": sorted(model.capabilities)}
    return {name: value for name, value in told.items() if value not in (None, "", [])}


def _price(model: ModelInfo) -> str:
    """US dollars for a million tokens in and out."""
    if model.price is None or (model.price.input, model.price.output) == (None, None):
        return ""
    return " / ".join(_NOTHING if part is None else f"${part:,.6g}" for part in (model.price.input, model.price.output))


def _size(model: ModelInfo) -> str:
    if not model.size:
        return ""
    return f"{model.size / 1e9:,.1f} GB" if model.size >= 1e9 else f"{model.size / 1e6:,.0f} MB"


_COLUMNS: tuple[tuple[str, Callable[[ModelInfo], str]], ...] = (
    ("MODEL", lambda model: model.id),
    ("CONTEXT", lambda model: f"{model.context_length:,}" if model.context_length else ""),
    ("SIZE", _size),
    ("QUANTISATION", lambda model: model.quantization),
    ("LOADED", lambda model: "" if model.loaded is None else "yes" if model.loaded else "no"),
    ("CAPABILITIES", lambda model: ", ".join(sorted(model.capabilities))),
    ("PRICE/1M IN, OUT", _price),
)
