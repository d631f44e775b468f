"""The templates: figures as listed, found by words, and made into connections."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from chat_studio.connections.model import Connection
from chat_studio.connections.templates import badges, fields_of, find, is_local, search, templates
from chat_studio.errors import ConfigurationError
from chat_studio.providers import registry
from chat_studio.providers.values import Template
from chat_studio.resources import resource

KINDS = {
    *("demo", "openai", "azure", "openrouter", "huggingface", "gemini", "mistral", "xai", "cohere", "anthropic"),
    *("ollama", "vllm", "runpod", "llamacpp", "lmstudio", "jan", "gpt4all", "localai", "cortex", "local", "custom"),
}
VISION, TOOLS = "vision", "tools"
LISTED = {
    ("openai", "gpt-4o-mini"): (128_000, 16_384, 0.15, 0.60),
    ("openai", "gpt-4-turbo-preview"): (128_000, 4_096, 10, 30),
    ("openai", "gpt-3.5-turbo"): (16_385, 4_096, 0.50, 1.50),
    ("openai", "gpt-5-chat"): (256_000, 32_768, 15, 45),
    ("openai", "gpt-5-pro"): (256_000, 65_536, 30, 90),
    ("anthropic", "claude-3-5-sonnet-20241022"): (200_000, 8_192, 3, 15),
    ("anthropic", "claude-3-opus-20240229"): (200_000, 4_096, 15, 75),
    ("anthropic", "claude-3-haiku-20240307"): (200_000, 4_096, 0.25, 1.25),
    ("anthropic", "claude-sonnet-4.5"): (300_000, 16_384, 5, 25),
    ("anthropic", "claude-haiku-4.5"): (300_000, 8_192, 0.80, 4),
    ("huggingface", "Qwen/Qwen2.5-0.5B"): (32_768, None, None, None),
    ("huggingface", "mistralai/Mistral-7B-Instruct-v0.3"): (32_768, None, None, None),
    ("huggingface", "meta-llama/Meta-Llama-3.1-8B-Instruct"): (131_072, None, None, None),
    ("huggingface", "HuggingFaceH4/zephyr-7b-beta"): (32_768, None, None, None),
    ("huggingface", "gpt2"): (1_024, None, None, None),
    ("ollama", "llama3.1:8b"): (131_072, None, None, None),
    ("ollama", "mistral:7b"): (32_768, None, None, None),
    ("ollama", "phi3:mini"): (131_072, None, None, None),
    ("vllm", "custom-model"): (None, None, None, None),
    ("vllm", "mistralai/Mistral-7B-Instruct-v0.2"): (32_768, None, None, None),
    ("runpod", "your-model-name"): (None, None, None, None),
    ("runpod", "Qwen/Qwen2.5-7B-Instruct"): (32_768, None, None, None),
    ("runpod", "meta-llama/Llama-3.1-8B-Instruct"): (131_072, None, None, None),
    ("runpod", "your-username/your-finetuned-model"): (None, None, None, None),
    ("local", "local-vllm-huggingface"): (None, None, None, None),
    ("local", "local-vllm-checkpoint"): (None, None, None, None),
    ("local", "local-ollama-checkpoint"): (None, None, None, None),
}
"""Context, longest answer, price in and out. Azure's two have one model name and stand apart."""


@pytest.fixture(scope="module")
def everything() -> tuple[Template, ...]:
    return templates()


@pytest.fixture(scope="module")
def listed(everything: tuple[Template, ...]) -> list[Template]:
    return everything[:29]


def test_all_that_were_listed_have_their_figures(listed: list[Template]):
    figures = {
        (template.provider, template.model_id): (
            template.context_length,
            template.max_output_tokens,
            template.price_input,
            template.price_output,
        )
        for template in listed
        if template.provider != "azure"
    }
    assert figures == LISTED
    azure = [(template.name, template.model_id) for template in listed if template.provider == "azure"]
    assert azure == [
        ("GPT-4o on Azure", "your-deployment-name"),
        ("GPT-3.5 Turbo on Azure", "your-deployment-name"),
    ]
    assert {template.listed for template in listed} == {"2026-11-20"}


def test_their_keys_and_needs(listed: list[Template]):
    mini = find(listed, "openai-gpt-4o-mini")
    assert (mini.auth, mini.vision, mini.functions, mini.streaming) == ("bearer", True, True, True)
    assert find(listed, "huggingface-gpt2").auth == "optional"
    for template in listed:
        assert bool(template.needs) == (template.provider == "local")
        assert (template.auth == "none") == (template.provider in ("local", "ollama"))
        assert bool(template.key_placeholder) == (template.auth != "none")


def test_every_template_is_sound(everything: tuple[Template, ...]):
    ids = [template.id for template in everything]
    assert len(ids) == len(set(ids))
    assert {template.provider for template in everything} <= KINDS
    assert {template.auth for template in everything} <= {"none", "optional", "bearer", "api-key", "x-api-key"}
    names = [(template.provider, template.name) for template in everything]
    assert len(names) == len(set(names))


def test_their_addresses_are_those_of_the_kinds(everything: tuple[Template, ...]):
    for template in everything:
        kind = registry.provider_class(template.provider)
        if kind.default_base_url and not is_local(template):
            assert kind.normalise_url(template.base_url) == kind.default_base_url, template.id


def test_no_entry_of_the_file_is_left_out(everything: tuple[Template, ...]):
    written = json.loads(resource("model_templates.json").read_text(encoding="utf-8"))
    assert [entry["id"] for entry in written] == [template.id for template in everything[: len(written)]]


def test_every_template_makes_a_connection(everything: tuple[Template, ...]):
    for template in everything:
        fields = fields_of(template)
        connection = Connection.model_validate({"id": template.id, **fields})
        assert (connection.provider, connection.model) == (template.provider, template.model_id)
        assert connection.model_extra == {}
        assert not {"id", "api_key", "api_key_env_var"} & fields.keys()


def test_the_fields_of_one(everything: tuple[Template, ...]):
    assert fields_of(find(everything, "openai-gpt-4o-mini")) == {
        "name": "GPT-4o mini",
        "provider": "openai",
        "base_url": "https://api.openai.com/v1",
        "model": "gpt-4o-mini",
        "temperature": 0.7,
        "max_tokens": 16_384,
        "default_parameters": {"top_p": 1.0},
        "context_length": 128_000,
        "price_input": 0.15,
        "price_output": 0.6,
    }
    assert fields_of(find(everything, "ollama-phi3-mini"))["is_local"] is True
    whole = Template(id="w", name="W", provider="gpt4all", model_id="m", streaming=False)
    assert fields_of(whole) == {
        "name": "W",
        "provider": "gpt4all",
        "model": "m",
        "default_parameters": {"stream": False},
    }


def test_an_address_to_fill_in_is_told_as_one(everything: tuple[Template, ...]):
    def is_placeholder(template_id: str) -> bool:
        fields = fields_of(find(everything, template_id))
        return Connection.model_validate({"id": "x", **fields}).is_placeholder

    assert is_placeholder("azure-gpt-4o")
    assert is_placeholder("runpod-qwen2.5-7b-instruct")
    assert not is_placeholder("openai-gpt-4o-mini")


def test_badges(everything: tuple[Template, ...]):
    def of(template_id: str) -> tuple[str, ...]:
        return badges(find(everything, template_id))

    assert of("openai-gpt-4o-mini") == ("128K context", "16K out", VISION, TOOLS, "$0.15 / $0.60")
    assert of("openai-gpt-5-pro") == ("256K context", "65K out", VISION, TOOLS, "$30 / $90")
    assert of("anthropic-claude-haiku-4.5") == ("300K context", "8K out", VISION, TOOLS, "$0.80 / $4")
    assert of("openai-gpt-5.6-sol") == ("1.05M context", VISION, TOOLS, "$5 / $30")
    assert of("cohere-command-r7b")[-1] == "$0.0375 / $0.15"
    assert of("ollama-llama3.1-8b") == ("131K context", TOOLS, "local")
    assert of("huggingface-gpt2") == ("1K context",)
    assert badges(Template(id="f", name="F", provider="openrouter", model_id="m", price_input=0, price_output=0)) == (
        "free",
    )


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("gpt-4o-mini", {"openai-gpt-4o-mini"}),
        ("MINI  gpt-4o", {"openai-gpt-4o-mini"}),
        ("vision haiku 4.5", {"anthropic-claude-haiku-4.5", "anthropic-claude-haiku-4-5"}),
        ("ollama tools", {"ollama-llama3.1-8b", "ollama-mistral-7b"}),
        ("phi3 128k free", {"ollama-phi3-mini"}),
        ("deepseek flash", {"deepseek-v4-flash"}),
        ("later version checkpoint vllm", {"local-vllm-checkpoint"}),
        ("gpt-4o nonsense", set()),
    ],
)
def test_search(everything: tuple[Template, ...], query: str, found: set[str]):
    kept = [template for template in everything if template.provider != "openrouter"]
    assert {template.id for template in search(kept, query)} == found


def test_an_empty_search_finds_everything_in_order(everything: tuple[Template, ...]):
    assert search(everything, " ") == everything


def test_one_that_does_not_exist(everything: tuple[Template, ...]):
    with pytest.raises(ConfigurationError, match="There is no template “gpt-9”"):
        find(everything, "gpt-9")


@pytest.mark.expects_log("The template “.*” was left out")
def test_a_broken_template_does_not_cost_the_others(tmp_path: Path):
    good = {"id": "good", "name": "G", "provider": "openai", "model_id": "m"}
    path = tmp_path / "templates.json"
    path.write_text(json.dumps([{"id": "bad"}, 7, {**good, "context_length": "long"}, good]))
    found = templates(path)
    assert found[0].id == "good"
    assert "bad" not in {template.id for template in found}
