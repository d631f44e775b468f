"""What one answer cost."""

from __future__ import annotations

from dataclasses import dataclass

from chat_studio.messages import Usage
from chat_studio.usage.prices import ListedPrice


@dataclass(frozen=True)
class Cost:
    """US dollars. `is_free` by a price of 0; not `is_exact` where cached tokens count as others, since no price of
    theirs is known."""

    dollars: float
    is_free: bool = False
    is_exact: bool = True

    def __str__(self) -> str:
        """“$0.0042”, “$1.24”, “≈ $0.31”, “free”; “$0.00” is what a server says that took nothing."""
        if self.is_free:
            return "free"
        amount = _dollars(self.dollars)
        return amount if self.is_exact else f"≈ {amount}"


def cost_of(usage: Usage, price: ListedPrice | None) -> Cost | None:
    """The server's own figure, else by the price; None if nobody knows, which is not free."""
    if usage.cost is not None:
        return Cost(usage.cost)
    if price is None:
        return None
    now = price.at(usage.input_tokens or 0)
    if now.input == now.output == 0:
        return Cost(0.0, is_free=True)
    cached = min(usage.cached_tokens or 0, usage.input_tokens or 0)
    fresh = None if usage.input_tokens is None else usage.input_tokens - cached
    per_cached = now.input if now.cached is None else now.cached
    shares = (_share(fresh, now.input), _share(cached, per_cached), _share(usage.output_tokens, now.output))
    if None in shares:
        return None
    is_exact = not usage.cache_write_tokens and not (cached and now.cached is None)
    return Cost(sum(filter(None, shares)), is_exact=is_exact)


def _share(tokens: int | None, price: float | None) -> float | None:
    """What so many tokens cost at a price for a million; None where either is unknown and matters."""
    if tokens == 0 or price == 0:
        return 0.0
    return None if tokens is None or price is None else tokens * price / 1_000_000


def _dollars(amount: float) -> str:
    if amount == 0:
        return "$0.00"
    if amount < 0.00005:
        return "<$0.0001"
    return f"${amount:,.2f}" if amount >= 1 else f"${amount:.4f}"
