"""What the texts of a connection tell of its kind, without asking anyone."""

from __future__ import annotations

import pytest

from chat_studio.connections.recognition import by_host, by_model, by_port, guess
from chat_studio.providers.registry import provider_class


@pytest.mark.parametrize(
    ("model", "kind"), [("claude-x", "anthropic"), ("gpt-5", "openai"), ("llama3.2:3b", "ollama"), ("mine", None)]
)
def test_a_models_name_alone(model: str, kind: str | None):
    found = guess(model)
    assert (found.kind if found else None) == kind


@pytest.mark.parametrize(
    ("model", "kind"),
    [
        ("claude-opus-5", "anthropic"),
        ("grok-4.5", "xai"),
        ("gpt-5.6-sol", "openai"),
        ("gemini-3.7-flash", "gemini"),
        ("llama3.1:8b", "ollama"),
        ("gpt-oss:20b", "ollama"),
        ("command-r:35b", "ollama"),
        ("hf.co/unsloth/Qwen3-8B-GGUF:Q4_K_M", "ollama"),
        ("deepseek/deepseek-r1:free", "openrouter"),
        ("mistral-large-2512", "mistral"),
        ("command-a", "cohere"),
    ],
)
def test_families_of_names(model: str, kind: str) -> None:
    assert by_model(model) is provider_class(kind)


@pytest.mark.parametrize("text", ["http://[bad", "http://h:99999", "", "://"])
def test_what_is_no_address_has_no_kind(text: str) -> None:
    assert by_host(text) is None
    assert by_port(text) is None


def test_a_pod_with_ollamas_port_is_ollama() -> None:
    host = "proxy.runpod.net"
    assert by_host(f"https://abc-11434.{host}") is provider_class("ollama")
    assert by_host(f"https://abc-8000.{host}") is provider_class("runpod")
