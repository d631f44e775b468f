"""Whole servers, as they answer to all questions: each is told as what it is, also behind a key."""

from __future__ import annotations

from typing import Any

import pytest
from servers import Answer, html, json_reply, reply, serve

from chat_studio.connections.detect import detect
from chat_studio.connections.recognition import by_host
from chat_studio.providers.registry import provider_class

LOCKED = json_reply({"detail": "Not authenticated"}, 401)


def listed(*models: dict[str, Any], **others: Any) -> Answer:
    return json_reply({"object": "list", "data": list(models), **others})


def unexpected(path: str) -> Answer:
    return json_reply({"error": f"Unexpected endpoint or method. (GET {path})"})


OLLAMA = {
    "/v1/models": listed({"id": "llama3.2:3b", "object": "model", "created": 1, "owned_by": "library"}),
    "/": reply("Ollama is running", "text/plain"),
    "/api/version": json_reply({"version": "0.12.3"}),
    "/api/tags": json_reply({"models": [{"model": "llama3.2:3b", "name": "llama3.2:3b"}]}),
}
LOCALAI = {
    "/v1/models": listed({"id": "phi-4", "object": "model"}),
    "/": reply("Ollama is running", "text/plain"),
    "/api/version": json_reply({"version": "0.9.0"}),
    "/.well-known/localai.json": json_reply(
        {"version": "v3.5.0 (abc)", "endpoints": {}, "capabilities": {"config_metadata": True}}
    ),
    "/version": json_reply({"version": "v3.5.0 (abc)"}),
    "/readyz": reply("OK", "text/plain"),
}
LLAMACPP = {
    "/v1/models": listed({"id": "m.gguf", "object": "model", "owned_by": "llamacpp", "meta": {"n_ctx_train": 8192}}),
    "/health": json_reply({"status": "ok"}),
    "/props": json_reply({"default_generation_settings": {"n_ctx": 4096}, "build_info": "b6000-abc"}),
}
LMSTUDIO = {
    **{path: unexpected(path) for path in ("/", "/api/version", "/props", "/version", "/models", "/.well-known/x")},
    "/v1/models": listed({"id": "qwen3-4b", "object": "model", "owned_by": "organization_owner"}),
    "/api/v0/models": listed({"id": "qwen3-4b", "state": "loaded", "max_context_length": 32768, "type": "llm"}),
    "*": unexpected("/…"),
}
CORTEX = {
    "/v1/models": json_reply({"data": [{"model": "llama3.2", "id": "llama3.2"}], "object": "list", "result": "OK"}),
    "/healthz": reply("cortex-cpp is alive!!!", "text/html"),
}
GPT4ALL = {"/v1/models": listed({"id": "Llama 3", "object": "model", "owned_by": "humanity", "permission": []})}
VLLM = {
    "/v1/models": listed({"id": "m", "object": "model", "owned_by": "vllm", "max_model_len": 9, "permission": []}),
    "/version": json_reply({"version": "0.11.0"}, server="uvicorn"),
    "/health": reply("", "text/plain"),
}
COMPATIBLE = {"/v1/models": listed({"id": "m", "object": "model", "owned_by": "me"}), "/": html("<h1>UI</h1>")}

SERVERS: dict[str, dict[str, Answer]] = {
    "ollama": OLLAMA,
    "localai": LOCALAI,
    "llamacpp": LLAMACPP,
    "lmstudio": LMSTUDIO,
    "cortex": CORTEX,
    "gpt4all": GPT4ALL,
    "vllm": VLLM,
    "custom": COMPATIBLE,
}


@pytest.mark.parametrize("kind", SERVERS)
async def test_a_server_is_told_as_what_it_is(kind: str):
    async with serve(SERVERS[kind]) as server:
        found = await detect(server.url)
    assert found.kind == kind, found.why
    assert found.models, found
    assert found.base_url == provider_class(kind).normalise_url(server.url)
    assert not found.needs_key


@pytest.mark.parametrize("kind", ["ollama", "localai", "llamacpp", "cortex", "vllm"])
async def test_a_server_with_a_locked_list_is_told_by_its_other_answers(kind: str):
    async with serve(SERVERS[kind] | {"/v1/models": LOCKED}) as server:
        found = await detect(server.url)
    assert found.kind == kind, found.why
    assert found.needs_key


@pytest.mark.parametrize("kind", ["ollama", "localai", "llamacpp", "lmstudio", "vllm", "custom"])
@pytest.mark.parametrize("path", ["/v1", "/v1/v1", "/v1/chat/completions", "/v1/models"])
async def test_whatever_was_pasted_leads_to_the_base_url(kind: str, path: str):
    async with serve(SERVERS[kind]) as server:
        found = await detect(server.url + path)
    assert (found.kind, found.base_url) == (kind, provider_class(kind).normalise_url(server.url))


async def test_a_server_that_still_loads_its_model_is_known():
    loading = json_reply({"error": {"code": 503, "message": "Loading model", "type": "unavailable_error"}}, 503)
    async with serve({"*": loading}) as server:
        found = await detect(server.url)
    assert found.kind == "llamacpp"


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("https://mine.openai.azure.com/openai/deployments/d/chat/completions?api-version=2024-10-21", "azure"),
        ("https://openrouter.ai/api/v1", "openrouter"),
        ("https://router.huggingface.co/v1", "huggingface"),
        ("https://generativelanguage.googleapis.com/v1beta/openai", "gemini"),
        ("https://api.mistral.ai", "mistral"),
        ("https://codestral.mistral.ai", "mistral"),
        ("https://api.x.ai", "xai"),
        ("https://api.cohere.com", "cohere"),
        ("https://api.runpod.ai/v2/abc/openai/v1", "runpod"),
    ],
)
def test_services_are_told_by_their_hosts(url: str, kind: str):
    found = by_host(url)
    assert found is not None
    assert found.kind == kind


@pytest.mark.parametrize(
    ("url", "needs_key", "fields"),
    [
        ("https://pod-8000.proxy.runpod.net", False, {}),
        ("https://api.runpod.ai/v2/abc/openai/v1", True, {}),
        (
            "https://mine.openai.azure.com/openai/deployments/d/chat/completions?api-version=2024-10-21",
            True,
            {"deployment": "d", "model": "d", "api_version": "2024-10-21"},
        ),
    ],
)
async def test_what_the_address_of_a_service_tells(url: str, needs_key: bool, fields: dict[str, str]):
    found = await detect(url)
    assert (found.needs_key, found.fields) == (needs_key, fields)
