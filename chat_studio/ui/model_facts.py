"""What a server tells of a model, as words: short ones for a row, exact ones for a tooltip."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chat_studio.providers.values import ModelInfo, Price

_SHOWN_ABILITIES = ("vision", "tools")


def in_short(model: ModelInfo) -> str:
    """What fits into a row: “loaded · 131k context · 4.7 GB · vision, tools”; "" where the server tells nothing."""
    facts = [
        "loaded" if model.loaded else "",
        f"{_tokens(model.context_length)} context" if model.context_length else "",
        _short_price(model.price) if model.price else "",
        _gigabytes(model.size) if model.size else "",
        ", ".join(ability for ability in _SHOWN_ABILITIES if ability in model.capabilities),
    ]
    return " · ".join(fact for fact in facts if fact)


def in_full(model: ModelInfo) -> str:
    """All of it, one fact a line."""
    facts = [model.name if model.name != model.id else ""]
    if model.context_length:
        facts.append(f"{model.context_length:,} tokens of context")
    if model.max_output_tokens:
        facts.append(f"at most {model.max_output_tokens:,} tokens in an answer")
    if model.price:
        facts.append(_full_price(model.price))
    if model.size:
        facts.append(_gigabytes(model.size))
    facts.append(model.quantization)
    if model.loaded is not None:
        facts.append("loaded" if model.loaded else "not loaded")
    facts.append(", ".join(sorted(model.capabilities)))
    return "\n".join(fact for fact in facts if fact)


def _tokens(count: int) -> str:
    """“8k” for 8192, “131k”, “1M”: as the makers of models write it."""
    if count >= 1_000_000:
        return f"{count // 100_000 / 10:g}M"
    return f"{count // 1000}k" if count >= 1000 else f"{count}"


def _gigabytes(size: int) -> str:
    return f"{size / 1e9:.1f} GB" if size >= 50_000_000 else f"{size / 1e6:.0f} MB"


def _short_price(price: Price) -> str:
    """“$0.15 / $0.60”, “free”, or "" where neither is known."""
    if price.input is None and price.output is None:
        return ""
    if not price.input and not price.output and price.input is not None and price.output is not None:
        return "free"
    return f"{_dollars(price.input)} / {_dollars(price.output)}"


def _full_price(price: Price) -> str:
    short = _short_price(price)
    if short in ("", "free"):
        return short
    told = f"{_dollars(price.input)} in, {_dollars(price.output)} out"
    cached = f", {_dollars(price.cached)} cached" if price.cached is not None else ""
    return f"{told}{cached}, for a million tokens"


def _dollars(amount: float | None) -> str:
    """“–” is unknown, which is not free; “$0.60”, and “$0.075” where two digits do not say it."""
    if amount is None:
        return "–"
    if 0 < amount < 0.0001:
        return "<$0.0001"
    whole, _, digits = f"{amount:,.4f}".partition(".")
    digits = digits.rstrip("0")
    return f"${whole}.{digits:0<2}" if digits else f"${whole}"
