from __future__ import annotations

from servers import json_reply, serve

from chat_studio.connections.model import Connection
from chat_studio.connections.provision import provider_of
from chat_studio.connections.secrets import Secrets

VLLM = {"data": [{"id": "m", "owned_by": "vllm", "max_model_len": 9, "permission": []}]}


async def test_a_draft_is_asked_with_its_typed_key(secrets: Secrets):
    async with serve({"/v1/models": json_reply(VLLM)}) as server:
        draft = Connection(id="new", name="New", base_url=server.url, api_key="keychain:not-stored")
        provider = await provider_of(draft, secrets, typed_key="sk-typed")
        assert [model.id for model in await provider.list_models()] == ["m"]
        await provider.aclose()
        assert [request.headers["authorization"] for request in server.requests] == ["Bearer sk-typed"] * 2
    assert provider.kind == "vllm"
