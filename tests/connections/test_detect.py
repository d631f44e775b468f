from __future__ import annotations

from typing import Any

import pytest
from servers import STALL, Answer, Pause, Server, chunked, free_port, html, json_reply, raw, redirect, reply, serve

from chat_studio.connections import detect as detecting
from chat_studio.connections.detect import Detected, Recognised, detect, recognise
from chat_studio.connections.model import Connection
from chat_studio.connections.recognition import by_host, by_model, by_port, host_of, owns
from chat_studio.errors import ConfigurationError, ConnectionRefused, Stalled, WrongAddress
from chat_studio.providers.registry import provider_class

Script = dict[str, Answer]
KEY = "sk-detect-0123456789"


def models(*items: dict[str, Any], **others: Any) -> Answer:
    return json_reply({"object": "list", "data": list(items), **others})


VLLM = models({"id": "m", "object": "model", "owned_by": "vllm", "max_model_len": 4096, "permission": []})
OLLAMA = models({"id": "llama3.2:latest", "object": "model", "owned_by": "library"})
PLAIN = models({"id": "m", "object": "model", "owned_by": "me"})
NO_MODELS = models()

SERVERS: dict[str, tuple[Script, str]] = {
    "vLLM": ({"/v1/models": VLLM}, "vllm"),
    "vLLM behind a gateway that renames its owner": (
        {"/v1/models": models({"id": "m", "owned_by": "us", "max_model_len": 8, "permission": []})},
        "vllm",
    ),
    "Ollama with models": ({"/v1/models": OLLAMA}, "ollama"),
    "Ollama without models": (
        {"/v1/models": json_reply({"object": "list", "data": None}), "/": reply("Ollama is running", "text/plain")},
        "ollama",
    ),
    "old Ollama": ({"/api/version": json_reply({"version": "0.1.14"})}, "ollama"),
    "LocalAI, which claims to be an old Ollama": (
        {"/v1/models": PLAIN, "/api/version": json_reply({"version": "0.9.0"})},
        "custom",
    ),
    "Anthropic-compatible": (
        {"/v1/models": json_reply({"type": "error"}, 401, **{"anthropic-organization-id": "x"})},
        "anthropic",
    ),
    "OpenAI-compatible": ({"/v1/models": PLAIN}, "custom"),
    "nothing loaded": ({"/v1/models": NO_MODELS}, "custom"),
    "wants a key": ({"/v1/models": json_reply({"error": "Unauthorized"}, 401)}, "custom"),
    "LM Studio, which answers 200 to anything": (
        {path: json_reply({"error": f"Unexpected endpoint or method. (GET {path})"}) for path in ("/", "/api/version")}
        | {"/v1/models": PLAIN},
        "custom",
    ),
    "a web page": ({"/v1/models": html("<h1>Hello</h1>"), "/": html("<title>Home</title>")}, "custom"),
    "hostile JSON": ({"/v1/models": reply("[" * 100_000, "application/json")}, "custom"),
    "not found at all": ({}, "custom"),
}


@pytest.mark.parametrize(("script", "kind"), SERVERS.values(), ids=SERVERS.keys())
async def test_servers_are_told_by_what_they_answer(script: Script, kind: str):
    async with serve(script) as server:
        found = await recognise(Connection(id="a", name="A", base_url=server.url), "")
    assert found.kind == kind
    assert found.why


async def test_a_models_name_counts_when_the_answers_tell_nothing():
    async with serve({}) as server:
        found = await recognise(Connection(id="a", name="A", base_url=server.url, model="claude-opus-5"), "")
    assert found == Recognised("anthropic", "The model “claude-opus-5” is Anthropic's.")


async def test_a_models_name_does_not_outweigh_the_answers():
    async with serve({"/v1/models": PLAIN}) as server:
        found = await recognise(Connection(id="a", name="A", base_url=server.url, model="claude-opus-5"), "")
    assert found.kind == "custom"


async def test_the_connections_own_word_is_not_doubted():
    found = await recognise(Connection(id="a", name="A", provider="ollama", base_url="http://localhost:1"), "")
    assert found.kind == "ollama"


def carriers(server: Server) -> list[str]:
    return [request.path for request in server.requests if KEY in str(request.headers)]


async def test_only_the_first_question_carries_the_key():
    async with serve({}) as server:
        await recognise(Connection(id="a", name="A", base_url=f"{server.url}/proxy/v1/chat/completions"), KEY)
        assert [request.path for request in server.requests] == [
            "/proxy/v1/models",
            "/proxy/",
            "/proxy/api/version",
            "/proxy/props",
            "/proxy/version",
        ]
        assert carriers(server) == ["/proxy/v1/models"]
        assert all(request.method == "GET" for request in server.requests)


async def test_a_key_does_not_follow_a_redirect():
    async with (
        serve({"/v1/models": PLAIN}) as other,
        serve({"/v1/models": redirect(f"{other.url}/v1/models")}) as server,
    ):
        with pytest.raises(WrongAddress, match="redirects to"):
            await recognise(Connection(id="a", name="A", base_url=server.url), KEY)
        assert other.requests == []


async def test_a_later_question_may_fail():
    script = {"/v1/models": PLAIN, "/": raw(b"nonsense\r\n\r\n"), "/api/version": redirect("http://127.0.0.1:1/")}
    async with serve(script) as server:
        found = await recognise(Connection(id="a", name="A", base_url=server.url), "")
        assert len(server.requests) == 5
    assert found.kind == "custom"


async def test_a_server_that_says_nothing_is_not_asked_again(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(detecting, "PROBE_TIMEOUT", 0.05)
    async with serve((STALL,)) as server:
        with pytest.raises(Stalled) as caught:
            await recognise(Connection(id="a", name="A", base_url=server.url), "")
        assert len(server.requests) == 1
    assert caught.value.connection == "A"


async def test_a_server_that_trickles_is_given_up(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(detecting, "PROBE_TIMEOUT", 0.05)
    drops = [step for _ in range(200) for step in (b" ", Pause(0.02))]
    async with serve(chunked(*drops)) as server:
        with pytest.raises(Stalled, match=r"did not finish|sent nothing"):
            await recognise(Connection(id="a", name="A", base_url=server.url), "")


async def test_nothing_listens():
    with pytest.raises(ConnectionRefused) as caught:
        await recognise(Connection(id="a", name="A", base_url=f"http://127.0.0.1:{free_port()}"), "")
    assert caught.value.connection == "A"


async def test_a_usual_port_brings_its_kinds_advice(monkeypatch: pytest.MonkeyPatch):
    port = free_port()
    ollama = provider_class("ollama")
    monkeypatch.setattr(ollama, "recognition", type(ollama.recognition)(ports=(port,)))
    with pytest.raises(ConnectionRefused) as caught:
        await recognise(Connection(id="a", name="A", base_url=f"http://127.0.0.1:{port}"), "")
    assert "ollama serve" in caught.value.hint or "Ollama app" in caught.value.hint


async def test_detect_tells_version_and_models():
    script = {"/v1/models": VLLM, "/version": json_reply({"version": "0.9.1"})}
    async with serve(script) as server:
        found = await detect(server.url.removeprefix("http://"), KEY)
    assert (found.kind, found.label, found.version) == ("vllm", "vLLM", "0.9.1")
    assert found.base_url == f"{server.url}/v1"
    assert [(model.id, model.context_length) for model in found.models] == [("m", 4096)]


async def test_detect_survives_a_server_that_tells_nothing_more():
    async with serve({"/v1/models": json_reply({"error": "Unauthorized"}, 401)}) as server:
        found = await detect(server.url)
    assert (found.kind, found.version, found.models) == ("custom", "", ())
    assert "wants a key" in found.why


@pytest.mark.parametrize(
    ("url", "kind", "base_url"),
    [
        ("https://api.openai.com", "openai", "https://api.openai.com/v1"),
        ("api.openai.com/v1/chat/completions", "openai", "https://api.openai.com/v1"),
        ("https://api.anthropic.com/v1/messages", "anthropic", "https://api.anthropic.com"),
        ("https://ollama.com", "ollama", "https://ollama.com"),
    ],
)
async def test_cloud_hosts_are_known_without_a_request(url: str, kind: str, base_url: str):
    found = await detect(url, KEY)
    assert found == Detected(kind, provider_class(kind).label, base_url, found.why)


@pytest.mark.parametrize("url", ["ftp://host", "http://", "http://host:99999", "two words", ""])
async def test_what_is_no_address_says_so(url: str):
    with pytest.raises(ConfigurationError, match="is not an address"):
        await detect(url)


@pytest.mark.parametrize(
    ("url", "host"),
    [("localhost:8000", "localhost"), ("HTTPS://Host/x", "host"), ("[::1]:80", "::1"), ("", ""), ("/path", "")],
)
def test_hosts(url: str, host: str):
    assert host_of(url) == host


def test_recognition_by_texts():
    openai = provider_class("openai")
    assert by_host("https://api.openai.com/v1") is openai
    assert by_host("https://api.openai.com.evil.example") is None
    assert by_host("https://evil-api.openai.com") is None
    assert owns(openai, "https://api.openai.com")
    assert not owns(openai, "https://evil.example/api.openai.com")
    assert by_port("http://x:11434") is provider_class("ollama")
    assert by_port("http://x") is None
    assert by_model("claude-x") is provider_class("anthropic")
    assert by_model("") is None


def test_a_suffix_recognises_every_host_below_it(monkeypatch: pytest.MonkeyPatch):
    vllm = provider_class("vllm")
    monkeypatch.setattr(vllm, "recognition", type(vllm.recognition)(hosts=("*.cloud.example",)))
    assert by_host("https://mine.cloud.example/v1") is vllm
    assert by_host("https://cloud.example") is None
    assert by_host("https://minecloud.example") is None
