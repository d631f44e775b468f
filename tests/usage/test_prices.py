"""What a model costs, and where that is known from."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from chat_studio.connections.model import Connection
from chat_studio.connections.recognition import owns
from chat_studio.connections.templates import templates
from chat_studio.providers import registry
from chat_studio.providers.values import Price, Template
from chat_studio.resources import resource
from chat_studio.usage.prices import Prices


@pytest.fixture(scope="module")
def prices() -> Prices:
    return Prices.load()


def connection(**fields: object) -> Connection:
    return Connection.model_validate({"id": "c", "name": "C", "provider": "openai", **fields})


@pytest.mark.parametrize(
    ("kind", "model", "figures"),
    [
        ("openai", "gpt-4o", (2.5, 1.25, 10)),
        ("openai", "gpt-4o-2024-08-06", (2.5, 1.25, 10)),
        ("openai", "gpt-4o-2024-05-13", (5, None, 15)),
        ("openai", "gpt-3.5-turbo-0125", (0.5, None, 1.5)),
        ("openai", "gpt-3.5-turbo-1106", (1, None, 2)),
        ("openai", "gpt-5-chat-latest", (1.25, 0.125, 10)),
        ("anthropic", "claude-opus-4-20250514", (15, 1.5, 75)),
        ("anthropic", "claude-3-opus-20240229", (15, 1.5, 75)),
        ("openai", "gpt-4o-mini", (0.15, 0.075, 0.6)),
        ("openai", "GPT-4o-mini-2024-07-18", (0.15, 0.075, 0.6)),
        ("openai", "gpt-5-nano-2025-08-07", (0.05, 0.005, 0.4)),
        ("openai", "gpt-5.5-pro", (30, None, 180)),
        ("anthropic", "claude-haiku-4-5-20251001", (1, 0.1, 5)),
        ("anthropic", "claude-haiku-4.5", (1, 0.1, 5)),
        ("anthropic", "claude-opus-4-5-latest", (5, 0.5, 25)),
        ("gemini", "models/gemini-2.5-flash-002", (0.3, 0.03, 2.5)),
        ("xai", "grok-4.3", (1.25, 0.2, 2.5)),
        ("mistral", "devstral-2512", (0.4, 0.04, 2)),
        ("cohere", "command-r7b", (0.0375, None, 0.15)),
    ],
)
def test_a_listed_price_is_found_by_the_model_or_a_version_of_it(
    prices: Prices, kind: str, model: str, figures: tuple[float | None, ...]
):
    found = prices.of(kind, model)
    assert found is not None
    assert (found.input, found.cached, found.output) == figures
    assert found.source.startswith("https://")


@pytest.mark.parametrize(
    ("kind", "model", "base_url"),
    [
        ("openai", "gpt-4o-audio-preview", ""),
        ("openai", "gpt-4-vision-preview", ""),
        ("openai", "ft:gpt-4o-mini:mine::1", ""),
        ("openai", "", ""),
        ("openai", "gpt-4o", "https://gateway.example/v1"),
        ("anthropic", "claude-opus-5", "http://localhost:8000"),
        ("openrouter", "openai/gpt-4o", ""),
        ("azure", "gpt-4o", ""),
        ("ollama", "llama3.1:8b", ""),
        ("vllm", "gpt-4o", ""),
        ("custom", "deepseek-v4-pro", ""),
        ("custom", "deepseek-v4-pro", "http://localhost:8000"),
        ("mistral", "mistral-large-latest", ""),
    ],
)
def test_what_nobody_listed_is_unknown_and_not_free(prices: Prices, kind: str, model: str, base_url: str):
    assert prices.of(kind, model, base_url) is None


def test_a_service_is_told_by_its_host(prices: Prices):
    for address in ("https://api.deepseek.com/v1", "api.deepseek.com"):
        found = prices.of("custom", "deepseek-v4-flash", address)
        assert found is not None
        assert found.input == 0.14
    assert prices.of("openai", "gpt-4o", "https://api.openai.com/v1")


def test_a_large_prompt_costs_more(prices: Prices):
    found = prices.of("openai", "gpt-5.6-sol")
    assert found is not None
    assert found.at(272_000) == Price(5, 30, 0.5)
    assert found.at(272_001) == Price(10, 45, 1)


def test_what_the_connection_states_counts_most(prices: Prices):
    told = Price(7, 8, 0.7)

    def figures(told: Price | None = None, model: str = "gpt-5.4", **fields: object) -> object:
        found = prices.price_for(connection(**fields), "openai", model, told)
        return found and (found.at(1), found.at(300_000))

    assert figures() == (Price(2.5, 15, 0.25), Price(5, 22.5, 0.5))
    assert figures(told) == (Price(7, 8, 0.7),) * 2
    assert figures(Price()) == figures()
    assert figures(price_output=1) == (Price(2.5, 1, 0.25), Price(5, 1, 0.5))
    assert figures(price_input=2.5, price_output=15) == figures()
    assert figures(price_input=0, price_output=0) == (Price(0, 0, None),) * 2
    assert figures(told, price_input=3) == (Price(3, 8, None),) * 2
    assert figures(model="unknown") is None
    assert figures(model="unknown", price_input=3) == (Price(3, None, None),) * 2
    assert figures(base_url="http://localhost:8000") is None
    stated = prices.price_for(connection(price_input=1), "openai", "gpt-5.4")
    assert stated is not None
    assert (stated.source, stated.checked) == ("the connection", "")


def test_a_template_keeps_its_listed_price_beside_that_of_the_table(prices: Prices):
    def comparison(template_id: str) -> object:
        found = prices.comparison(next(template for template in templates() if template.id == template_id))
        return found and (found.listed, found.listed_on, found.in_table.at(1), found.differs)

    assert comparison("anthropic-claude-haiku-4.5") == (Price(0.8, 4), "2026-11-20", Price(1, 5, 0.1), True)
    assert comparison("openai-gpt-4o-mini") == (Price(0.15, 0.6), "2026-11-20", Price(0.15, 0.6, 0.075), False)
    assert comparison("openai-gpt-5-pro") == (Price(30, 90), "2026-11-20", Price(15, 120), True)
    assert comparison("ollama-mistral-7b") is None
    assert prices.comparison(Template(id="x", name="X", provider="openai", model_id="gpt-4o")) is None


def test_every_listed_template_of_a_service_has_a_price_in_the_table(prices: Prices):
    priced = [template for template in templates() if template.price_input]
    assert [template.id for template in priced if prices.comparison(template) is None] == []
    listed = [template for template in priced if template.listed == "2026-11-20"]
    differing = {one.model_id for one in listed if (found := prices.comparison(one)) and found.differs}
    assert differing == {"gpt-5-chat", "gpt-5-pro", "claude-sonnet-4.5", "claude-haiku-4.5"}


def test_the_table_is_sound(prices: Prices):
    assert resource("prices.json").is_file()
    for service in prices.services:
        kind = registry.provider_class(service.kind)
        assert all(owns(kind, host) for host in service.hosts) == service.is_default
        names = [name for price in service.models for name in (price.id, *price.aliases)]
        assert len(names) == len(set(names))
        assert service.models
        for price in service.models:
            assert price.input is not None
            assert price.output is not None
            assert re.fullmatch(r"20\d\d(-\d\d(-\d\d)?)?", price.checked)
            assert price.id == price.id.lower()
    written = json.loads(resource("prices.json").read_text(encoding="utf-8"))["services"]
    assert sum(len(service["models"]) for service in written) == sum(len(s.models) for s in prices.services)


@pytest.mark.expects_log("A price was left out")
def test_one_broken_entry_does_not_cost_the_others(tmp_path: Path):
    good = {"id": "a", "input": 1, "output": 2, "checked": "2026-01-01"}
    service = {"name": "S", "kind": "openai", "hosts": ["h"], "source": "s", "models": [{"id": "b", "input": -1}, good]}
    path = tmp_path / "prices.json"
    path.write_text(json.dumps({"services": [service]}))
    assert [price.id for service in Prices.load(path).services for price in service.models] == ["a"]
