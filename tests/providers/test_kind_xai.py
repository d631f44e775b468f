"""xAI: what each Grok takes, prices of its models, its flat errors."""

from __future__ import annotations

import pytest
from servers import Answer, json_reply, serve, sse
from wire.stories import story
from wire.talk import KEY, QUESTION, ask, endpoint

from chat_studio.connections.recognition import by_host, by_key, by_model
from chat_studio.errors import (
    BadResponse,
    BillingRequired,
    ContextLengthExceeded,
    EndpointError,
    InvalidRequest,
    ModelNotFound,
    RateLimited,
    Unauthorized,
)
from chat_studio.events import Notice
from chat_studio.parameters import Parameters
from chat_studio.providers.values import ChatRequest, Endpoint, ModelInfo, Price
from chat_studio.providers.xai import Xai

HI = {"choices": [{"index": 0, "delta": {"content": "Hi"}, "finish_reason": "stop"}]}


@pytest.mark.parametrize("typed", ["", "api.x.ai", "https://api.x.ai/v1/chat/completions", "https://api.x.ai/v1/"])
def test_addresses(typed: str) -> None:
    assert Xai(Endpoint(name="x", base_url=typed)).base_url == "https://api.x.ai/v1"


def test_recognised_without_a_request() -> None:
    assert by_host("https://api.x.ai/v1") is Xai
    assert by_host("us-east-1.api.x.ai") is Xai
    assert by_key("xai-0123456789") is Xai
    assert by_model("grok-4.5") is Xai


@pytest.mark.parametrize(
    ("model", "effort", "sent"),
    [
        ("grok-4.3", "none", {"reasoning_effort": "none", "stop": ["END"]}),
        ("grok-4.3", "medium", {"reasoning_effort": "medium"}),
        ("grok-4.3", "", {}),
        ("grok-4.5", "high", {"reasoning_effort": "high"}),
        ("grok-4.5", "none", {}),
        ("grok-3-mini", "low", {"reasoning_effort": "low"}),
        ("grok-3-mini", "medium", {}),
        ("grok-3", "low", {"stop": ["END"]}),
        ("grok-4-0709", "low", {}),
        ("grok-4-1-fast-non-reasoning", "low", {"stop": ["END"]}),
        ("grok-code-fast-1", "low", {}),
        ("x-ai/grok-4.5", "low", {"reasoning_effort": "low"}),
        ("grok-9", "low", {"reasoning_effort": "low", "stop": ["END"]}),
    ],
)
async def test_what_each_model_takes(model: str, effort: str, sent: dict[str, object]) -> None:
    request = ChatRequest(QUESTION.messages, parameters=Parameters(stop=("END",), reasoning_effort=effort))
    async with serve(sse(HI)) as server:
        events, error = await ask(Xai, endpoint(server.url, model=model), request)
    assert error is None
    body = server.requests[0].json
    assert {name: body[name] for name in ("reasoning_effort", "stop") if name in body} == sent
    told = "".join(event.text for event in events if isinstance(event, Notice))
    wanted = {"stop"} | ({"reasoning_effort"} if effort else set())
    assert {name for name in wanted if f"“{name}”" in told} == wanted - sent.keys()


async def test_a_model_that_no_rule_knows_teaches_what_it_takes() -> None:
    refusal = json_reply(
        {
            "code": "Client specified an invalid argument",
            "error": "Model m does not support parameter reasoningEffort.",
        },
        400,
    )
    request = ChatRequest(QUESTION.messages, parameters=Parameters(reasoning_effort="low"))
    async with serve([refusal, sse(HI)]) as server:
        events, error = await ask(Xai, endpoint(server.url), request)
    assert error is None
    assert [isinstance(event, Notice) for event in events].count(True) == 1
    assert ["reasoning_effort" in sent.json for sent in server.requests] == [True, False]


@pytest.mark.parametrize(
    ("usage", "output"),
    [
        ({"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 115,
          "completion_tokens_details": {"reasoning_tokens": 100}}, 105),
        ({"prompt_tokens": 10, "completion_tokens": 105, "total_tokens": 115}, 105),
        ({"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 0}, 5),
        ({"prompt_tokens": 10, "completion_tokens": 5}, 5),
        ({"prompt_tokens": 0, "completion_tokens": 5, "total_tokens": 115}, 5),
    ],
)  # fmt: skip
async def test_reasoning_counts_as_output(usage: dict[str, object], output: int) -> None:
    async with serve(sse(HI, {"choices": [], "usage": usage})) as server:
        events, _ = await ask(Xai, endpoint(server.url, model="grok-4.5"))
    assert ("usage", usage["prompt_tokens"], output) in story(events)


async def test_reasoning_calls_and_usage_of_one_answer() -> None:
    thought = {"choices": [{"index": 0, "delta": {"reasoning_content": "Hm."}}]}
    function = {"name": "f", "arguments": '{"x":1}'}
    call = {"choices": [{"index": 0, "delta": {"tool_calls": [{"index": 0, "id": "c", "function": function}]}}]}
    end = {
        "choices": [{"index": 0, "delta": {}, "finish_reason": "tool_calls"}],
        "usage": {"prompt_tokens": 3, "completion_tokens": 4, "total_tokens": 7},
        "citations": ["https://example.org"],
    }
    async with serve(sse(thought, call, end)) as server:
        events, error = await ask(Xai, endpoint(server.url, model="grok-3-mini"))
    assert error is None
    assert story(events) == [
        ("reasoning", "Hm."),
        ("usage", 3, 4),
        ("call", "f", '{"x":1}'),
        ("finished", "tool_calls", "tool_calls"),
    ]


PRICED = {
    "models": [
        {
            "id": "grok-4.5",
            "aliases": ["grok-latest"],
            "input_modalities": ["text", "image"],
            "prompt_text_token_price": 20000,
            "cached_prompt_text_token_price": 5000,
            "completion_text_token_price": 60000,
        },
        {"id": "grok-code-fast-1", "input_modalities": ["text"]},
        {"object": "model"},
    ]
}


async def test_the_models_with_their_prices() -> None:
    async with serve({"GET /v1/language-models": json_reply(PRICED)}) as server:
        provider = Xai(endpoint(server.url))
        models = await provider.list_models()
        assert (await provider.check()).note == "2 models"
        await provider.aclose()
    assert models == [
        ModelInfo("grok-4.5", capabilities=frozenset({"completion", "vision"}), price=Price(2.0, 6.0, 0.5)),
        ModelInfo("grok-code-fast-1", capabilities=frozenset({"completion"}), price=Price()),
    ]
    assert server.requests[0].headers["authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize(
    "answer", [json_reply({"detail": "Not Found"}, 404), json_reply({"code": "x", "error": "no"}, 403), json_reply([])]
)
async def test_the_models_where_prices_are_not_told(answer: Answer) -> None:
    script = {"GET /v1/language-models": answer, "GET /v1/models": json_reply({"data": [{"id": "grok-4.5"}]})}
    async with serve(script) as server:
        provider = Xai(endpoint(server.url))
        assert await provider.list_models() == [ModelInfo("grok-4.5")]
        await provider.aclose()


async def test_a_list_that_is_none() -> None:
    async with serve(json_reply({"hello": "world"})) as server:
        provider = Xai(endpoint(server.url))
        with pytest.raises(BadResponse):
            await provider.list_models()
        await provider.aclose()


FAILURES: list[tuple[int, dict[str, str], type[EndpointError], str]] = [
    (400, {"code": "invalid-argument", "error": f"Incorrect API key provided: {KEY}"}, Unauthorized, "console.x.ai"),
    (403, {"code": "x", "error": "Your team has used all available credits."}, BillingRequired, "Buy credits"),
    (403, {"code": "x", "error": "Team is not authorized to perform this action."}, Unauthorized, "console.x.ai"),
    (404, {"code": "x", "error": "The model m does not exist or your team has no access to it."}, ModelNotFound, ""),
    (400, {"code": "x", "error": "This model's maximum prompt length is 5 but the request contains 6 tokens."},
     ContextLengthExceeded, ""),
    (422, {"code": "x", "error": "Failed to deserialize the JSON body."}, InvalidRequest, ""),
    (429, {"code": "x", "error": "Too many requests for team."}, RateLimited, "Wait"),
]  # fmt: skip


@pytest.mark.parametrize(("status", "body", "kind", "hint"), FAILURES)
async def test_failures(status: int, body: dict[str, str], kind: type[EndpointError], hint: str) -> None:
    async with serve({"POST /v1/chat/completions": json_reply(body, status)}) as server:
        _, error = await ask(Xai, endpoint(server.url))
    assert type(error) is kind
    assert error.hint
    assert hint in error.hint
    assert KEY not in f"{error.message} {error.detail}"
    assert error.detail
