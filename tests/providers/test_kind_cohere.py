"""Cohere: its compatibility API, its own list of models, its flat errors."""

from __future__ import annotations

import pytest
from servers import Answer, json_reply, serve, sse
from wire.stories import story
from wire.talk import KEY, QUESTION, ask, endpoint

from chat_studio.connections.recognition import by_host, by_model, takes_usual_key
from chat_studio.errors import (
    BadResponse,
    ContentFiltered,
    ContextLengthExceeded,
    EndpointError,
    ModelNotFound,
    RateLimited,
    Unauthorized,
)
from chat_studio.events import Notice
from chat_studio.parameters import Parameters
from chat_studio.providers.cohere import Cohere
from chat_studio.providers.values import ChatRequest, Endpoint, ModelInfo

HI = {"choices": [{"index": 0, "delta": {"content": "Hi"}, "finish_reason": "stop"}]}


@pytest.mark.parametrize(
    "typed",
    ["", "/", "/v1", "/v2", "/v2/chat", "/compatibility", "/compatibility/v1", "/compatibility/v1/chat/completions"],
)
def test_addresses(typed: str) -> None:
    expected = "https://api.cohere.com/compatibility/v1"
    assert Cohere.normalise_url(f"api.cohere.com{typed}") == expected
    assert Cohere.normalise_url(expected) == expected


def test_without_an_address_it_is_cohere() -> None:
    assert Cohere(Endpoint(name="c", base_url="")).base_url == "https://api.cohere.ai/compatibility/v1"
    assert Cohere.normalise_url("https://gateway.example/cohere/v1") == (
        "https://gateway.example/cohere/compatibility/v1"
    )


def test_recognised_without_a_request() -> None:
    assert by_host("https://api.cohere.ai") is by_host("https://api.cohere.com/v2") is Cohere
    assert by_model("command-a-03-2025") is Cohere
    assert takes_usual_key(Cohere, "https://api.cohere.com")


async def test_the_dialect() -> None:
    request = ChatRequest(QUESTION.messages, parameters=Parameters(seed=7, max_tokens=9, top_p=0.5))
    usage = {"prompt_tokens": 3, "completion_tokens": 4, "total_tokens": 7}
    async with serve({"POST /compatibility/v1/chat/completions": sse(HI | {"usage": usage})}) as server:
        events, error = await ask(Cohere, endpoint(server.url, model="command-a-03-2025"), request)
    assert error is None
    assert story(events) == [("text", "Hi"), ("usage", 3, 4), ("finished", "stop", "stop")]
    assert server.requests[0].headers["authorization"] == f"Bearer {KEY}"
    assert server.requests[0].json == {
        "model": "command-a-03-2025",
        "messages": [{"role": "user", "content": "hello"}],
        "stream": True,
        "seed": 7,
        "max_tokens": 9,
        "top_p": 0.5,
    }


@pytest.mark.parametrize(
    ("model", "effort", "sent"),
    [
        ("command-a-reasoning-08-2025", "none", "none"),
        ("command-a-reasoning-08-2025", "high", "high"),
        ("command-a-reasoning-08-2025", "low", None),
        ("command-r7b-12-2024", "high", None),
    ],
)
async def test_only_some_efforts_are_taken(model: str, effort: str, sent: str | None) -> None:
    request = ChatRequest(QUESTION.messages, parameters=Parameters(reasoning_effort=effort))
    async with serve(sse(HI)) as server:
        events, _ = await ask(Cohere, endpoint(server.url, model=model), request)
    assert server.requests[0].json.get("reasoning_effort") == sent
    assert any(isinstance(event, Notice) for event in events) is (sent is None)


async def test_words_before_a_call() -> None:
    plan = {"choices": [{"index": 0, "delta": {"content": "I will look."}}]}
    function = {"name": "f", "arguments": "{}"}
    call = {"choices": [{"index": 0, "delta": {"tool_calls": [{"index": 0, "id": "c", "function": function}]}}]}
    end = {"choices": [{"index": 0, "delta": {}, "finish_reason": "tool_calls"}]}
    async with serve(sse(plan, call, end)) as server:
        events, _ = await ask(Cohere, endpoint(server.url))
    assert story(events) == [("text", "I will look."), ("call", "f", "{}"), ("finished", "tool_calls", "tool_calls")]


PAGES = [
    json_reply(
        {
            "models": [
                {
                    "name": "command-a-vision-07-2025",
                    "endpoints": ["chat"],
                    "context_length": 128000,
                    "features": ["json_mode", "tools", "vision"],
                },
                {"name": "rerank-v4.0-pro", "endpoints": ["rerank"]},
                {"name": "c4ai-aya-vision-32b", "endpoints": ["chat"], "features": None, "supports_vision": True},
            ],
            "next_page_token": "t 1",
        }
    ),
    json_reply(
        {
            "models": [
                {"name": "embed-v4.0", "endpoints": ["embed", "classify"], "context_length": 0},
                {"name": "mine"},
                7,
            ]
        }
    ),
]


async def test_the_models_of_all_pages() -> None:
    async with serve({"GET /v1/models": PAGES}) as server:
        provider = Cohere(endpoint(server.url))
        models = await provider.list_models()
        await provider.aclose()
    assert models == [
        ModelInfo(
            "command-a-vision-07-2025", context_length=128000, capabilities=frozenset({"completion", "tools", "vision"})
        ),
        ModelInfo("c4ai-aya-vision-32b", capabilities=frozenset({"completion", "vision"})),
        ModelInfo("embed-v4.0", capabilities=frozenset({"embedding"})),
        ModelInfo("mine"),
    ]
    assert [request.path for request in server.requests] == [
        "/v1/models?page_size=1000",
        "/v1/models?page_size=1000&page_token=t+1",
    ]
    assert server.requests[0].headers["authorization"] == f"Bearer {KEY}"


async def test_a_check_and_embeddings() -> None:
    script = {
        "GET /v1/models": json_reply({"models": [{"name": "command-a"}]}),
        "POST /compatibility/v1/embeddings": json_reply({"data": [{"index": 0, "embedding": [0.5]}]}),
    }
    async with serve(script) as server:
        provider = Cohere(endpoint(server.url))
        assert (await provider.check()).note == "1 model"
        assert await provider.embed("embed-v4.0", ["a"]) == [[0.5]]
        await provider.aclose()


async def test_a_list_that_is_none() -> None:
    async with serve(json_reply({"hello": "world"})) as server:
        provider = Cohere(endpoint(server.url))
        with pytest.raises(BadResponse):
            await provider.list_models()
        await provider.aclose()


FAILURES: list[tuple[int, str, type[EndpointError], str]] = [
    (401, "invalid api token", Unauthorized, "dashboard.cohere.com"),
    (404, "model 'm' not found, make sure the correct model ID was used", ModelNotFound, ""),
    (429, "You are using a Trial key, which is limited to 20 API calls / minute.", RateLimited, "production key"),
    (429, "Please wait and try again later", RateLimited, "Wait"),
    (498, "message was blocked", ContentFiltered, "differently"),
    (400, "too many tokens: total number of tokens in the prompt cannot exceed 4081", ContextLengthExceeded, ""),
]


@pytest.mark.parametrize(("status", "message", "kind", "hint"), FAILURES)
async def test_failures(status: int, message: str, kind: type[EndpointError], hint: str) -> None:
    answer: Answer = json_reply({"id": "b8a3", "message": message}, status)
    async with serve({"POST /compatibility/v1/chat/completions": answer}) as server:
        _, error = await ask(Cohere, endpoint(server.url))
    assert type(error) is kind
    assert error.connection == "Test"
    assert error.detail == message
    assert error.hint
    assert hint in error.hint


async def test_a_key_is_not_told_with_a_blocked_message() -> None:
    async with serve(json_reply({"message": f"blocked {KEY}"}, 498)) as server:
        _, error = await ask(Cohere, endpoint(server.url))
    assert type(error) is ContentFiltered
    assert KEY not in error.detail
