from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from servers import STALL, Answer, Pause, chunked, free_port, html, json_reply, raw, redirect, reply, serve

from chat_studio.connections import probing, recognising
from chat_studio.connections.detect import Detected, detect
from chat_studio.connections.model import Connection
from chat_studio.connections.recognising import recognise
from chat_studio.connections.recognition import Recognised, by_host, by_model, by_port, host_of, owns
from chat_studio.errors import ConfigurationError, ConnectionRefused, Stalled, WrongAddress
from chat_studio.providers.base import Provider
from chat_studio.providers.registry import kinds, provider_class

Script = dict[str, Answer]
ExtraKind = Callable[..., type[Provider]]
KEY = "sk-detect-0123456789"


def models(*items: dict[str, Any], **others: Any) -> Answer:
    return json_reply({"object": "list", "data": list(items), **others})


VLLM = models({"id": "m", "object": "model", "owned_by": "vllm", "max_model_len": 4096, "permission": []})
OLLAMA = models({"id": "llama3.2:latest", "object": "model", "owned_by": "library"})
PLAIN = models({"id": "m", "object": "model", "owned_by": "me"})
NO_MODELS = models()
LOCKED = json_reply({"detail": "No entry"}, 401)

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
    "wants a key": ({"/v1/models": LOCKED}, "custom"),
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


async def test_every_question_goes_to_the_host_that_was_named_and_carries_the_key():
    async with serve({}) as server:
        await recognise(Connection(id="a", name="A", base_url=f"{server.url}/proxy/v1/chat/completions"), KEY)
        asked = [request.path for request in server.requests]
        assert all(request.headers["authorization"] == f"Bearer {KEY}" for request in server.requests)
        assert all(request.method == "GET" for request in server.requests)
    assert asked[:3] == ["/proxy/v1/models", "/proxy/models", "/v1/models"]
    under_proxy = [path.removeprefix("/proxy") for path in asked[3:] if path.startswith("/proxy")]
    assert [path for path in asked[3:] if not path.startswith("/proxy")] == under_proxy, "then at the root of the host"
    told = [path for path in under_proxy if path in ("/.well-known/localai.json", "/", "/api/version", "/healthz")]
    assert told == ["/.well-known/localai.json", "/", "/api/version", "/healthz"]
    assert len(set(asked)) == len(asked)


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
        assert "/version" in [request.path for request in server.requests]
    assert found.kind == "custom"


async def test_a_server_that_says_nothing_is_not_asked_again(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(probing, "PROBE_TIMEOUT", 0.05)
    async with serve((STALL,)) as server:
        with pytest.raises(Stalled) as caught:
            await recognise(Connection(id="a", name="A", base_url=server.url), "")
        assert len(server.requests) == 1
    assert caught.value.connection == "A"
    assert caught.value.hint.startswith("Is it the right port?")


async def test_a_server_that_trickles_is_given_up(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(probing, "PROBE_TIMEOUT", 0.05)
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
    async with serve({"/v1/models": LOCKED}) as server:
        found = await detect(server.url)
    assert (found.kind, found.version, found.models, found.needs_key) == ("custom", "", (), True)
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
    label, locked = provider_class(kind).label, provider_class(kind).needs_key
    assert found == Detected(kind, label, base_url, found.why, needs_key=locked)


@pytest.mark.parametrize("url", ["ftp://host", "http://", "http://host:99999", "two words", "", "KEY=sk-1"])
async def test_what_is_no_address_says_so(url: str):
    with pytest.raises(ConfigurationError, match="is not an address"):
        await detect(url)


async def test_what_is_no_address_is_told_without_a_key():
    with pytest.raises(ConfigurationError, match="is not an address") as caught:
        await detect(f"curl nowhere -H 'Authorization: Bearer {KEY}'")
    assert KEY not in f"{vars(caught.value)}"


async def test_no_name_server_is_asked_for_a_key():
    with pytest.raises(ConfigurationError, match=r"That looks like a key of OpenAI, .* not sent anywhere"):
        await detect("sk-proj-0123456789abcdefghij")


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


@pytest.mark.parametrize("typed", ["", "/v1", "/v1/", "/v1/v1", "/v1/chat/completions", "/docs", "/v1/models"])
async def test_a_wrong_path_leads_to_the_right_one(typed: str):
    async with serve({"/v1/models": PLAIN}) as server:
        found = await detect(server.url + typed)
    assert (found.kind, found.base_url) == ("custom", f"{server.url}/v1")
    assert [model.id for model in found.models] == ["m"]


async def test_a_server_without_v1_is_found_without():
    async with serve({"/models": PLAIN}) as server:
        found = await detect(f"{server.url}/v1")
    assert [model.id for model in found.models] == ["m"]


async def test_a_path_that_is_the_servers_own_stays():
    async with serve({"/gateway/openai/models": PLAIN}) as server:
        found = await detect(f"{server.url}/gateway/openai")
    assert found.base_url == f"{server.url}/gateway/openai"


async def test_a_server_is_found_at_the_root_of_a_pasted_page():
    async with serve({"/": reply("Ollama is running", "text/plain")}) as server:
        found = await detect(f"{server.url}/some/page")
    assert (found.kind, found.base_url) == ("ollama", server.url)


OTHERS: dict[str, tuple[Script, str]] = {
    "SGLang by its models": ({"/v1/models": models({"id": "m", "owned_by": "sglang"})}, "SGLang"),
    "SGLang": ({"/get_model_info": json_reply({"model_path": "m", "is_generation": True})}, "SGLang"),
    "KoboldCpp": ({"/api/extra/version": json_reply({"result": "KoboldCpp", "version": "1.98"})}, "KoboldCpp"),
    "TGI": ({"/info": json_reply({"model_id": "m", "max_input_tokens": 9})}, "Text Generation Inference"),
    "oobabooga": ({"/v1/internal/model/info": json_reply({"model_name": "m", "lora_names": []})}, "text-generation"),
}


@pytest.mark.parametrize(("script", "name"), OTHERS.values(), ids=OTHERS.keys())
async def test_servers_without_a_kind_of_their_own_are_told_by_name(script: Script, name: str):
    async with serve({"/v1/models": PLAIN} | script) as server:
        found = await detect(server.url)
    assert found.kind == "custom"
    assert name in found.why


async def test_other_services_are_known_without_a_request():
    found = await detect("https://api.groq.com", KEY)
    assert (found.kind, found.base_url, found.needs_key) == ("custom", "https://api.groq.com/openai/v1", True)
    assert "Groq" in found.why


async def test_a_website_or_a_proxy_is_told():
    async with serve({"/v1/models": html("<html><title>Sign in\n to Corp</title></html>")}) as server:
        with pytest.raises(WrongAddress, match="A web page came, “Sign in to Corp”, instead of an answer") as caught:
            await detect(server.url)
    assert "proxy" in caught.value.hint


async def test_a_locked_server_is_asked_on():
    script = {"/v1/models": LOCKED, "/api/version": json_reply({"version": "0.12.0"})}
    async with serve(script) as server:
        found = await detect(server.url)
    assert (found.kind, found.needs_key) == ("ollama", True)


async def test_all_questions_together_are_bounded(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(probing, "PATIENCE", 0.3)
    async with serve({"/v1/models": PLAIN, "*": (STALL,)}) as server:
        found = await recognise(Connection(id="a", name="A", base_url=server.url), "")
        assert len(server.requests) == 2
    assert found.why == "It lists its models as OpenAI does."


async def test_a_server_that_falls_silent_is_found_all_the_same(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(probing, "PROBE_TIMEOUT", 0.5)
    async with serve({"/v1/models": [VLLM, (STALL,)]}) as server:
        found = await detect(server.url)
    assert (found.kind, found.models) == ("vllm", ())


async def test_a_server_that_never_ends_its_list_is_found_all_the_same(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(probing, "PATIENCE", 1.0)
    drops = chunked(*[step for _ in range(100) for step in (b" ", Pause(0.1))])
    async with serve({"/v1/models": [VLLM, drops]}) as server:
        found = await detect(server.url)
    assert (found.kind, found.models) == ("vllm", ())


async def test_127_0_0_1_is_tried_when_a_name_leads_elsewhere():
    async with serve({"/v1/models": PLAIN}) as server:
        found = await detect(f"http://[::1]:{server.port}/v1", KEY)
        assert server.requests[0].headers["authorization"] == f"Bearer {KEY}"
    assert found.base_url == f"{server.url}/v1"
    assert "Nothing listens at ::1, but something does at 127.0.0.1" in found.why


async def test_a_key_for_the_network_is_not_sent_to_loopback(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(recognising, "is_loopback", lambda host: False)
    async with serve({"/v1/models": PLAIN}) as server:
        address = f"http://[::1]:{server.port}"
        headers = {"X-Gateway": KEY}
        recognised = await recognise(Connection(id="a", name="A", base_url=address, headers=headers), KEY)
        detected = await detect(address, KEY)
        assert len(server.requests) > 2
        assert all(KEY not in str(request.headers) for request in server.requests)
    assert recognised.base_url == detected.base_url == f"{server.url}/v1"


async def test_replicas_are_asked_until_one_can_be_reached():
    async with serve({"/v1/models": VLLM}) as server:
        urls = [f"http://127.0.0.1:{free_port()}", server.url]
        assert (await recognise(Connection(id="a", name="A", base_url="", urls=urls), "")).kind == "vllm"


async def test_one_known_host_among_replicas_tells_what_all_are():
    async with serve({"/v1/models": VLLM}) as server:
        replicas = Connection(id="a", name="A", base_url=server.url, urls=["https://api.mistral.ai"])
        assert (await recognise(replicas, KEY)).kind == "mistral"
        assert server.requests == []


async def test_a_new_kind_brings_its_own_questions(extra_kind: ExtraKind):
    extra_kind("tinyserver", hosts=("tiny.example",), probes=("/tiny",), field_of_url="tiny_id")
    async with serve({"/tiny": json_reply({"is_tinyserver": True})}) as server:
        found = await detect(server.url)
        asked = [request.path for request in server.requests]
    assert (found.kind, "/tiny" in asked) == ("tinyserver", True)
    known = await detect("https://tiny.example/v1?id=7")
    assert (known.kind, known.fields) == ("tinyserver", {"tiny_id": "7"})


def test_the_kinds_of_other_tests_are_gone():
    assert "tinyserver" not in kinds()
