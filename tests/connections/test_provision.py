from __future__ import annotations

import pytest
from servers import json_reply, serve

from chat_studio.connections.model import Connection
from chat_studio.connections.provision import provider_of
from chat_studio.connections.secrets import Secrets
from chat_studio.errors import ConfigurationError, KeyUnavailable

VLLM = {"data": [{"id": "m", "owned_by": "vllm", "max_model_len": 9, "permission": []}]}


async def test_a_draft_is_asked_with_its_typed_key(secrets: Secrets):
    async with serve({"/v1/models": json_reply(VLLM)}) as server:
        draft = Connection(id="new", name="New", base_url=server.url, api_key="keychain:not-stored")
        provider = await provider_of(draft, secrets, typed_key="sk-typed")
        assert [model.id for model in await provider.list_models()] == ["m"]
        await provider.aclose()
        assert [request.headers["authorization"] for request in server.requests] == ["Bearer sk-typed"] * 2
    assert provider.kind == "vllm"


@pytest.mark.parametrize(
    ("model", "kind", "base_url"),
    [
        ("claude-opus-5", "anthropic", "https://api.anthropic.com"),
        ("gpt-5.1", "openai", "https://api.openai.com/v1"),
        ("llama3.2:3b", "ollama", "http://localhost:11434"),
    ],
)
async def test_a_models_name_alone_makes_a_provider(secrets: Secrets, model: str, kind: str, base_url: str):
    provider = await provider_of(Connection(id="a", name="A", model=model), secrets, typed_key="typed-key")
    assert (provider.kind, provider.endpoint.base_url, provider.endpoint.model) == (kind, base_url, model)
    await provider.aclose()


async def test_a_models_name_alone_does_not_bring_a_key(secrets: Secrets):
    with pytest.raises(KeyUnavailable, match="Anthropic wants a key"):
        await provider_of(Connection(id="a", name="A", model="claude-opus-5"), secrets)


async def test_a_models_name_that_tells_nothing(secrets: Secrets):
    with pytest.raises(ConfigurationError, match="tells nothing of its service"):
        await provider_of(Connection(id="a", name="A", model="mine"), secrets)
