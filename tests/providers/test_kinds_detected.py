"""Servers that people run themselves, found out from their address alone: whole servers, over sockets."""

from __future__ import annotations

import pytest
from servers import Answer, Script, html, json_reply, recorded, reply, serve
from wire.recorded import FOLDER

from chat_studio.connections.detect import detect


def plain(text: str, status: int = 200) -> Answer:
    return reply(text, "text/plain", status)


NOTHING = json_reply({"object": "list", "data": []})
PAGE = html("<!DOCTYPE html><title>API Docs</title>")
LM_STUDIO = json_reply({"error": "Unexpected endpoint or method. (GET /)"})
LLAMA_SERVER, VLLM, VLLM_TOOLS = (FOLDER / name for name in ("llama-server", "vllm", "vllm-tools"))

SERVERS: dict[str, tuple[Script, str, str]] = {
    "LM Studio": (
        {"/v1/models": json_reply({"data": [{"id": "q", "owned_by": "organization_owner"}]}), "*": LM_STUDIO},
        "lmstudio",
        "",
    ),
    "LM Studio without a model": ({"/v1/models": NOTHING, "*": LM_STUDIO}, "lmstudio", ""),
    "LocalAI, which answers as Ollama, too": (
        {
            "/v1/models": json_reply({"object": "list", "data": [{"id": "gpt-4", "object": "model"}]}),
            "/.well-known/localai.json": json_reply({"version": "v3.9.0", "endpoints": {}, "capabilities": {}}),
            "/": plain("Ollama is running"),
            "/api/version": json_reply({"version": "0.9.0"}),
            "/version": json_reply({"version": "v3.9.0 (f7b2d5e)"}),
        },
        "localai",
        "v3.9.0 (f7b2d5e)",
    ),
    "Ollama": (
        {"/": plain("Ollama is running"), "/api/version": json_reply({"version": "0.12.3"}), "/v1/models": NOTHING},
        "ollama",
        "0.12.3",
    ),
    "Jan without a running model": ({"/v1/models": NOTHING, "/": PAGE, "*": plain("Not Found", 404)}, "jan", ""),
    "Jan without its key": ({"/": PAGE, "*": plain("Invalid or missing authorization token", 401)}, "jan", ""),
    "Cortex": (
        {"/v1/models": json_reply({"object": "list", "data": [], "result": "OK"}), "/healthz": plain("ok")},
        "cortex",
        "",
    ),
    "llama.cpp": (
        {
            "/v1/models": recorded(LLAMA_SERVER / "get_v1_models.http"),
            "/props": recorded(LLAMA_SERVER / "get_props.http"),
            "*": recorded(LLAMA_SERVER / "get_root.http"),
        },
        "llamacpp",
        "b1-0c1e570",
    ),
    "llama.cpp while it loads": (
        json_reply({"error": {"code": 503, "message": "Loading model", "type": "unavailable_error"}}, 503),
        "llamacpp",
        "",
    ),
    "vLLM": (
        {
            "/v1/models": recorded(VLLM / "get_v1_models.http"),
            "/version": recorded(VLLM / "get_version.http"),
            "/health": recorded(VLLM / "get_health.http"),
            "*": recorded(VLLM / "get_root.http"),
        },
        "vllm",
        "0.32.0",
    ),
    "vLLM without its key": (
        {"/v1/models": recorded(VLLM_TOOLS / "get_models_no_key.http"), "*": recorded(VLLM_TOOLS / "get_root.http")},
        "vllm",
        "",
    ),
}


@pytest.mark.parametrize("name", SERVERS)
async def test_found_out_from_the_address(name: str) -> None:
    script, kind, version = SERVERS[name]
    async with serve(script) as server:
        found = await detect(server.url)
    assert (found.kind, found.version) == (kind, version)
    assert found.base_url == (server.url if kind == "ollama" else f"{server.url}/v1")
