"""What an answer cost: told, reckoned, free, or unknown."""

from __future__ import annotations

import pytest

from chat_studio.messages import Usage
from chat_studio.usage.costs import Cost, cost_of
from chat_studio.usage.prices import ListedPrice, Tier

PRICE = ListedPrice(id="m", input=0.5, output=1.5, cached=0.1)


def test_the_servers_own_figure_counts_over_prices() -> None:
    assert cost_of(Usage(input_tokens=1_000_000, output_tokens=1, cost=0.25), PRICE) == Cost(0.25)


def test_tokens_cost_their_prices() -> None:
    assert cost_of(Usage(input_tokens=1_000_000, output_tokens=2_000_000), PRICE) == Cost(3.5)


def test_cached_tokens_have_a_price_of_their_own() -> None:
    usage = Usage(input_tokens=1_000_000, cached_tokens=500_000, output_tokens=0)
    assert cost_of(usage, PRICE) == Cost(0.3)


def test_cached_tokens_without_a_price_make_the_cost_a_guess_that_says_so() -> None:
    usage = Usage(input_tokens=1_000_000, cached_tokens=500_000, output_tokens=0)
    cost = cost_of(usage, PRICE.model_copy(update={"cached": None}))
    assert cost == Cost(0.5, is_exact=False)
    assert str(cost) == "≈ $0.5000"


def test_large_prompts_have_their_tier() -> None:
    above = Tier(prompt_tokens=100_000, input=1.0, output=3.0)
    usage = Usage(input_tokens=1_000_000, output_tokens=0)
    assert cost_of(usage, PRICE.model_copy(update={"above": above})) == Cost(1.0)


@pytest.mark.parametrize(
    ("usage", "price"),
    [
        (Usage(input_tokens=10, output_tokens=10), None),
        (Usage(input_tokens=10), PRICE),
        (Usage(output_tokens=10), PRICE),
        (Usage(input_tokens=10, output_tokens=10), ListedPrice(id="m", input=0.5, output=None)),
        (Usage(input_tokens=10, output_tokens=10), ListedPrice(id="m", input=None, output=0.0)),
    ],
)
def test_what_nobody_knows_is_not_nothing(usage: Usage, price: ListedPrice | None) -> None:
    assert cost_of(usage, price) is None


def test_free_is_a_price_and_nothing_is_a_figure() -> None:
    free = cost_of(Usage(input_tokens=10, output_tokens=10), ListedPrice(id="m", input=0, output=0))
    assert str(free) == "free"
    assert str(cost_of(Usage(cost=0.0), None)) == "$0.00"


@pytest.mark.parametrize(
    ("dollars", "text"),
    [(0.0003, "$0.0003"), (0.00001, "<$0.0001"), (0.0421, "$0.0421"), (1.239, "$1.24"), (1234.5, "$1,234.50")],
)
def test_small_costs_keep_their_digits(dollars: float, text: str) -> None:
    assert str(Cost(dollars)) == text
