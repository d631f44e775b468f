"""The Ollama provider against a real server: addresses, models, failures with their next steps, stopping."""

from __future__ import annotations

from contextlib import aclosing
from typing import Any

import pytest
from servers import STALL, Answer, free_port, html, json_reply, ndjson, reply, serve
from wire.ollama_answers import ANSWERED, MODEL, STARTED, done, said

from chat_studio import errors
from chat_studio.errors import EndpointError
from chat_studio.events import TextDelta
from chat_studio.messages import Message, Role
from chat_studio.providers._ollama.hints import hint_for
from chat_studio.providers.ollama import Ollama
from chat_studio.providers.values import ChatRequest, Endpoint, ModelInfo, Probe

HELLO = ChatRequest((Message.of(Role.USER, "Hello"),))
ANSWER = ndjson(said("Hi"), done())


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("http://localhost:11434", "http://localhost:11434"),
        ("http://localhost:11434/", "http://localhost:11434"),
        ("http://localhost:11434/api", "http://localhost:11434"),
        ("http://localhost:11434/api/", "http://localhost:11434"),
        ("http://localhost:11434/api/chat", "http://localhost:11434"),
        ("http://localhost:11434/api/version", "http://localhost:11434"),
        ("http://localhost:11434/v1", "http://localhost:11434"),
        ("http://localhost:11434/v1/chat/completions", "http://localhost:11434"),
        ("localhost", "http://localhost:11434"),
        ("http://localhost", "http://localhost:11434"),
        ("http://localhost/", "http://localhost:11434"),
        ("http://127.0.0.1", "http://127.0.0.1:11434"),
        ("http://[::1]", "http://[::1]:11434"),
        ("0.0.0.0", "http://127.0.0.1:11434"),
        ("0.0.0.0:11434", "http://127.0.0.1:11434"),
        ("gpu-box", "http://gpu-box:11434"),
        ("192.168.1.5", "http://192.168.1.5:11434"),
        ("192.168.1.5:8080", "http://192.168.1.5:8080"),
        ("http://192.168.1.5", "http://192.168.1.5"),
        ("http://localhost/ollama", "http://localhost/ollama"),
        ("https://chat.example.org/ollama/api/tags", "https://chat.example.org/ollama"),
        ("https://ollama.com", "https://ollama.com"),
        ("https://ollama.com/api", "https://ollama.com"),
        ("ollama.com", "https://ollama.com"),
        ("", ""),
    ],
)
def test_addresses(typed: str, expected: str) -> None:
    assert Ollama.normalise_url(typed) == expected


async def test_what_is_sent() -> None:
    async with serve(ANSWER) as server:
        provider = Ollama(
            Endpoint(name="o", base_url=f"{server.url}/v1", model=MODEL, api_key="cloud-key", max_tokens=9)
        )
        assert [event async for event in provider.stream(HELLO)][-1] == ANSWERED[-1]
        await provider.aclose()
    (request,) = server.requests
    assert (request.method, request.path) == ("POST", "/api/chat")
    assert request.headers["authorization"] == "Bearer cloud-key"
    assert request.json == {
        "model": MODEL,
        "stream": True,
        "messages": [{"role": "user", "content": "Hello"}],
        "options": {"num_predict": 9},
    }


TAGS = {
    "models": [
        {
            "name": "embed:latest",
            "model": "embed:latest",
            "size": 274_302_450,
            "details": {"quantization_level": "F16", "context_length": 8192},
            "capabilities": ["embedding"],
        },
        {
            "name": MODEL,
            "model": MODEL,
            "size": 5_225_388_164,
            "details": {"quantization_level": "Q4_K_M", "context_length": 40960},
            "capabilities": ["completion", "tools", "thinking"],
        },
        {"name": "old", "size": 1, "details": None},
    ]
}


async def test_models() -> None:
    async with serve({"GET /api/tags": json_reply(TAGS)}) as server:
        provider = Ollama(Endpoint(name="o", base_url=server.url))
        models = await provider.list_models()
        await provider.aclose()
    assert models == [
        ModelInfo(
            "embed:latest",
            context_length=8192,
            size=274_302_450,
            quantization="F16",
            capabilities=frozenset({"embedding"}),
        ),
        ModelInfo(
            MODEL,
            context_length=40960,
            size=5_225_388_164,
            quantization="Q4_K_M",
            capabilities=frozenset({"completion", "tools", "thinking"}),
        ),
        ModelInfo("old", size=1),
    ]
    assert {request.path for request in server.requests} == {"/api/tags", "/api/ps"}


async def test_without_a_model_the_first_that_can_chat_answers() -> None:
    async with serve({"/api/tags": json_reply(TAGS), "/api/chat": ANSWER}) as server:
        provider = Ollama(Endpoint(name="o", base_url=server.url))
        assert [event async for event in provider.stream(HELLO)]
        await provider.aclose()
    assert server.requests[-1].json["model"] == MODEL


async def test_without_any_model_the_hint_is_to_pull_one() -> None:
    async with serve({"/api/tags": json_reply({"models": []})}) as server:
        provider = Ollama(Endpoint(name="o", base_url=server.url))
        with pytest.raises(errors.ModelNotFound) as failed:
            [event async for event in provider.stream(HELLO)]
        await provider.aclose()
    assert "ollama pull" in failed.value.hint


async def test_check_tells_the_version() -> None:
    async with serve({"/api/version": json_reply({"version": "0.12.3"})}) as server:
        provider = Ollama(Endpoint(name="o", base_url=server.url))
        info = await provider.check()
        await provider.aclose()
    assert info.version == "0.12.3"


@pytest.mark.parametrize("answer", [json_reply({"status": "ok"}), json_reply([]), html("<title>Hello</title>")])
async def test_check_of_something_else(answer: Answer) -> None:
    async with serve(answer) as server:
        provider = Ollama(Endpoint(name="o", base_url=server.url))
        with pytest.raises(errors.BadResponse) as failed:
            await provider.check()
        await provider.aclose()
    assert "http://localhost:11434" in failed.value.hint


async def test_embeddings() -> None:
    async with serve(json_reply({"model": "embed", "embeddings": [[1, 0.5], [0, 2]]})) as server:
        provider = Ollama(Endpoint(name="o", base_url=server.url))
        assert await provider.embed("embed", ["a", "b"]) == [[1.0, 0.5], [0.0, 2.0]]
        with pytest.raises(errors.BadResponse):
            await provider.embed("embed", ["a"])
        await provider.aclose()
    assert (server.requests[0].path, server.requests[0].json) == ("/api/embed", {"model": "embed", "input": ["a", "b"]})


FAILURES: dict[str, tuple[Answer, type[EndpointError], str]] = {
    "model": (json_reply({"error": f"model '{MODEL}' not found"}, 404), errors.ModelNotFound, f"`ollama pull {MODEL}`"),
    "model, older": (
        json_reply({"error": f'model "{MODEL}" not found, try pulling it first'}, 404),
        errors.ModelNotFound,
        f"`ollama pull {MODEL}`",
    ),
    "tools": (
        json_reply({"error": "registry.ollama.ai/library/gemma:latest does not support tools"}, 400),
        errors.ToolsUnsupported,
        "ollama show",
    ),
    "thinking": (
        json_reply({"error": f'"{MODEL}" does not support thinking'}, 400),
        errors.InvalidRequest,
        "Clear the reasoning effort",
    ),
    "chat": (json_reply({"error": '"embed" does not support chat'}, 400), errors.InvalidRequest, "embeddings"),
    "context": (
        json_reply({"error": "the input length exceeds the context length"}, 400),
        errors.ContextLengthExceeded,
        "num_ctx",
    ),
    "busy": (
        json_reply({"error": "server busy, please try again.  maximum pending requests exceeded"}, 503),
        errors.Overloaded,
        "OLLAMA_MAX_QUEUE",
    ),
    "crash": (
        json_reply({"error": "model runner has unexpectedly stopped, this may be due to resource limitations"}, 500),
        errors.ServerFailed,
        "smaller",
    ),
    "crash, newer": (
        json_reply({"error": "llama-server process has terminated: exit status 1"}, 500),
        errors.ServerFailed,
        "smaller",
    ),
    "name": (json_reply({"error": "invalid model name"}, 400), errors.InvalidRequest, ""),
    "cloud": (
        json_reply({"error": "unauthorized", "signin_url": "https://ollama.com/connect"}, 401),
        errors.Unauthorized,
        "ollama signin",
    ),
    "another host name": (reply("", "text/plain", 403), errors.WrongAddress, "OLLAMA_HOST=0.0.0.0"),
    "another server": (reply("404 page not found", "text/plain", 404), errors.WrongAddress, "http://localhost:11434"),
}


@pytest.mark.parametrize("name", FAILURES)
async def test_failures(name: str) -> None:
    answer, kind, hint = FAILURES[name]
    async with serve(answer) as server:
        provider = Ollama(Endpoint(name="Local Ollama", base_url=server.url, model=MODEL))
        with pytest.raises(EndpointError) as failed:
            [event async for event in provider.stream(HELLO)]
        await provider.aclose()
    assert type(failed.value) is kind
    assert hint in failed.value.hint
    assert failed.value.connection == "Local Ollama"


async def test_nothing_listens() -> None:
    provider = Ollama(Endpoint(name="o", base_url=f"http://127.0.0.1:{free_port()}", model=MODEL))
    with pytest.raises(errors.ConnectionRefused) as failed:
        [event async for event in provider.stream(HELLO)]
    await provider.aclose()
    assert "ollama serve" in failed.value.hint
    assert "11434" in failed.value.hint


@pytest.mark.parametrize(
    ("platform", "hint"),
    [("linux", "systemctl start ollama"), ("darwin", "open the Ollama app"), ("win32", "Start menu")],
)
def test_how_to_start_it_here(platform: str, hint: str) -> None:
    assert hint in hint_for(errors.ConnectionRefused("No."), "http://localhost:11434", platform)


@pytest.mark.parametrize("kind", [errors.ConnectionRefused, errors.ConnectTimedOut, errors.Unreachable])
def test_elsewhere_the_firewall_and_the_binding_are_named(kind: type[EndpointError]) -> None:
    hint = hint_for(kind("No."), "http://192.168.1.5:11434", "linux")
    assert "OLLAMA_HOST=0.0.0.0" in hint
    assert "firewall" in hint


@pytest.mark.parametrize("kind", [errors.TlsFailed, errors.ProxyFailed, errors.NameNotResolved])
def test_the_general_advice_stays_where_it_is_the_better(kind: type[EndpointError]) -> None:
    provider = Ollama(Endpoint(name="o", base_url="https://ollama.example.org"))
    assert provider.explain(kind("No.", hint="General advice.")).hint == "General advice."


async def test_stopping_aborts_the_request() -> None:
    async with serve(ndjson(said("Half"), STALL)) as server:
        provider = Ollama(Endpoint(name="o", base_url=server.url, model=MODEL))
        async with aclosing(provider.stream(HELLO)) as events:
            assert [await anext(events), await anext(events)] == [STARTED, TextDelta("Half")]
        await server.requests[0].gone.wait()
        await provider.aclose()


async def test_silence_ends_in_a_stall() -> None:
    async with serve(ndjson(said("Half"), STALL)) as server:
        provider = Ollama(Endpoint(name="o", base_url=server.url, model=MODEL, timeout=0.2))
        with pytest.raises(errors.Stalled) as failed:
            [event async for event in provider.stream(HELLO)]
        await provider.aclose()
    assert "loads a model" in failed.value.hint


@pytest.mark.parametrize(
    ("path", "text", "json", "expected"),
    [
        ("/", "Ollama is running", None, True),
        ("/", "<title>llama.cpp</title>", None, False),
        ("/api/version", "", {"version": "0.12.3"}, True),
        ("/api/version", "", {"version": "0.9.0"}, False),
        ("/api/version", "", {"version": "0.6.1", "deployment_id": ""}, False),
        ("/v1/models", "", {"data": [{"id": "qwen3:8b", "owned_by": "library"}]}, True),
        ("/v1/models", "", {"data": [{"id": "tiny", "owned_by": "vllm"}]}, False),
        ("/v1/models", "", {"data": None}, False),
        ("/props", "", {"version": "0.12.3"}, False),
    ],
)
def test_recognised_by_its_answers(path: Any, text: str, json: Any, expected: bool) -> None:
    assert Ollama.recognise(Probe(path, 200, {}, text, json)) is expected
