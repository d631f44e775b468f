"""Hugging Face: whatever backend answers, who pays, and models that cannot stream."""

from __future__ import annotations

from typing import Any

import pytest
from servers import Answer, json_reply, serve, sse
from wire.talk import KEY, QUESTION, ask, endpoint, joined

from chat_studio.connections.recognition import by_host, by_key, takes_usual_key
from chat_studio.errors import (
    BadResponse,
    BillingRequired,
    ContextLengthExceeded,
    EndpointError,
    InvalidRequest,
    ModelLoading,
    ModelNotFound,
    Overloaded,
    ServerFailed,
    Unauthorized,
)
from chat_studio.events import Notice, ReasoningDelta, TextDelta, ToolCallReady
from chat_studio.messages import Message, ReasoningPart, Role, TextPart
from chat_studio.providers._huggingface.provider import HuggingFaceOptions
from chat_studio.providers.huggingface import HuggingFace
from chat_studio.providers.values import MODELS, ChatRequest, ModelInfo, Price, Probe

ROUTER = "https://router.huggingface.co/v1"
CHAT, LIST = "POST /v1/chat/completions", "GET /v1/models"
WHOLE = {"model": "m", "choices": [{"index": 0, "message": {"content": "Hi"}, "finish_reason": "stop"}]}


def delta(finish: str | None = None, **fields: Any) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": fields, "finish_reason": finish}]}


@pytest.mark.parametrize(
    ("typed", "base", "fields"),
    [
        ("", ROUTER, {}),
        ("router.huggingface.co", ROUTER, {}),
        (f"{ROUTER}/chat/completions", ROUTER, {}),
        ("https://router.huggingface.co/groq/openai/v1", "https://router.huggingface.co/groq/openai/v1", {}),
        ("https://huggingface.co/Qwen/Qwen2.5-0.5B", ROUTER, {"model": "Qwen/Qwen2.5-0.5B"}),
        ("https://huggingface.co/Qwen/Qwen3-8B/tree/main", ROUTER, {"model": "Qwen/Qwen3-8B"}),
        ("https://huggingface.co/settings/tokens", ROUTER, {}),
        ("https://api-inference.huggingface.co/models/Qwen/Qwen3-8B", ROUTER, {"model": "Qwen/Qwen3-8B"}),
        ("https://x.us-east-1.aws.endpoints.huggingface.cloud", "https://x.us-east-1.aws.endpoints.huggingface.cloud/v1",
         {}),
        ("http://localhost:9000", "http://localhost:9000/v1", {}),
    ],
)  # fmt: skip
def test_pasted_addresses(typed: str, base: str, fields: dict[str, str]) -> None:
    assert HuggingFace(endpoint(typed)).base_url == base
    assert HuggingFace.fields_of_url(typed) == fields


def test_it_is_recognised() -> None:
    dedicated = "https://x.us-east-1.aws.endpoints.huggingface.cloud/v1"
    assert by_host(ROUTER) is by_host(dedicated) is by_key("hf_abc") is HuggingFace
    assert takes_usual_key(HuggingFace, ROUTER)
    assert not takes_usual_key(HuggingFace, dedicated)  # somebody's own server
    assert HuggingFace.recognise(Probe(MODELS, 200, {}, "", {"data": [{"id": "a/b", "providers": []}]}))
    assert not HuggingFace.recognise(Probe(MODELS, 200, {}, "", {"data": [{"id": "a/b"}]}))


async def test_what_is_sent() -> None:
    earlier = Message(
        role=Role.ASSISTANT, parts=(ReasoningPart(text="x", replay={"reasoning_details": [1]}), TextPart(text="a"))
    )
    async with serve({CHAT: sse(delta("stop", content="Hi"))}) as server:
        at = endpoint(server.url, model="a/b:groq", max_tokens=5, options=HuggingFaceOptions(bill_to=" acme "))
        await ask(HuggingFace, at, ChatRequest((*QUESTION.messages, earlier, *QUESTION.messages)))
        await ask(HuggingFace, endpoint(server.url))
    first, second = server.requests
    assert first.body.startswith(b'{"model":"a/b:groq",')  # so that the router can route before it has read all
    assert first.json["max_tokens"] == 5
    assert first.json["messages"][1] == {"role": "assistant", "content": "a"}
    assert first.headers["authorization"] == f"Bearer {KEY}"
    assert first.headers["x-hf-bill-to"] == "acme"
    assert "x-hf-bill-to" not in second.headers


NO_STREAM: list[tuple[str, Answer]] = [
    ("an old model", json_reply({"error": ["Error in `stream`: `stream` is not supported for this model"]}, 400)),
    ("in the stream", sse({"error": ["Error in `stream`: `stream` is not supported for this model"]}, done=False)),
    ("in words", json_reply({"error": {"message": "Streaming is not supported for this model."}}, 400)),
    ("of a gateway", json_reply({"message": "Streaming completion is not support yet"}, 400)),
    ("validation", json_reply({"detail": [{"loc": ["body", "stream"], "msg": "streaming is not available"}]}, 422)),
    ("a failure", json_reply({"error": "This backend does not support streaming"}, 500)),
]


@pytest.mark.parametrize("refusal", [case[1] for case in NO_STREAM], ids=[case[0] for case in NO_STREAM])
async def test_a_model_that_cannot_stream_still_answers(refusal: Answer) -> None:
    async with serve({CHAT: [refusal, json_reply(WHOLE)]}) as server:
        provider = HuggingFace(endpoint(server.url))
        told = [event async for event in provider.stream(QUESTION)]
        again = [event async for event in provider.stream(QUESTION)]
        await provider.aclose()
    assert told[0] == Notice("The server does not take “stream”: the answer comes whole.")
    assert TextDelta("Hi") in told
    assert not any(isinstance(event, Notice) for event in again)
    assert [request.json.get("stream") for request in server.requests] == [True, None, None]
    assert "stream_options" not in server.requests[1].json


async def test_a_failure_behind_a_gateway_is_not_about_streaming() -> None:
    refusal = json_reply({"error": "cannot reach the upstream"}, 500)
    async with serve({CHAT: refusal}) as server:
        _, error = await ask(HuggingFace, endpoint(server.url))
    assert type(error) is ServerFailed
    assert len(server.requests) == 1


async def test_a_server_that_answers_whole_though_a_stream_was_asked_for() -> None:
    async with serve({CHAT: json_reply(WHOLE)}) as server:
        told, error = await ask(HuggingFace, endpoint(server.url))
    assert error is None
    assert TextDelta("Hi") in told


async def test_arguments_as_an_object_and_empty_texts() -> None:
    call = {"index": 0, "id": "c", "function": {"name": "f", "arguments": {"x": 1}}}
    stream = sse(delta(content="", reasoning="Hm."), delta(content=""), delta("stop", content="", tool_calls=[call]))
    async with serve({CHAT: stream}) as server:
        told, error = await ask(HuggingFace, endpoint(server.url))
    assert error is None
    assert ReasoningDelta("Hm.") in joined(told)
    assert [event.call.arguments for event in told if isinstance(event, ToolCallReady)] == ['{"x": 1}']
    assert not any(isinstance(event, TextDelta) for event in told)


TOO_LONG = "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096. Given: 4090 `inputs` tokens"
BROKEN: list[tuple[str, str, type[EndpointError]]] = [
    ("overloaded", "Model is overloaded", Overloaded),
    ("generation", "Request failed during generation: CUDA out of memory", ServerFailed),
    ("incomplete_generation", "Incomplete generation", ServerFailed),
    ("validation", "Input validation error: `temperature` must be strictly positive", InvalidRequest),
    ("validation", TOO_LONG, ContextLengthExceeded),
]


@pytest.mark.parametrize(("kind", "words", "expected"), BROKEN)
async def test_errors_in_the_stream(kind: str, words: str, expected: type[EndpointError]) -> None:
    async with serve({CHAT: sse(delta(content="Hal"), {"error": words, "error_type": kind})}) as server:
        told, error = await ask(HuggingFace, endpoint(server.url))
    assert TextDelta("Hal") in told
    assert type(error) is expected
    assert error.detail == words
    assert error.hint


OFFERS = {
    "data": [
        {
            "id": "a/b",
            "owned_by": "a",
            "architecture": {"input_modalities": ["text", "image"], "output_modalities": ["text"]},
            "providers": [
                {"provider": "x", "status": "live", "context_length": 32768, "pricing": {"input": 0.1, "output": 0.2}},
                {"provider": "y", "status": "live", "context_length": 131072, "supports_tools": True,
                 "supports_structured_output": False, "pricing": {"input": 0.3, "output": 0.6}},
                {"provider": "z", "status": "error", "context_length": 999999, "pricing": {"input": 9, "output": 9}},
            ],
        },
        {"id": "c/d", "providers": [{"provider": "x", "status": "live"}]},
    ]
}  # fmt: skip


async def test_the_list_with_what_the_providers_offer() -> None:
    async with serve({LIST: json_reply(OFFERS)}) as server:
        provider = HuggingFace(endpoint(server.url))
        models = await provider.list_models()
        assert (await provider.check()).note == "2 models"
        await provider.aclose()
    assert models == [
        ModelInfo("a/b", context_length=131072, capabilities=frozenset({"tools", "vision"}), price=Price(0.3, 0.6)),
        ModelInfo("c/d"),
    ]


async def test_the_list_of_a_dedicated_endpoint() -> None:
    listed = {"object": "list", "data": [{"id": "tgi", "object": "model", "owned_by": "a/b"}]}
    async with serve({LIST: json_reply(listed)}) as server:
        provider = HuggingFace(endpoint(server.url, model=""))
        assert await provider.list_models() == [ModelInfo("tgi")]
        assert await provider.default_model() == "tgi"
        await provider.aclose()


CREDITS = "You have exceeded your monthly included credits for Inference Providers. Subscribe to PRO."
UNSERVED = "The requested model 'm' is not supported by any provider you have enabled."
FAILURES: list[tuple[int, object, type[EndpointError], str]] = [
    (401, {"error": "Invalid username or password."}, Unauthorized, "begins with “hf_”"),
    (402, {"error": CREDITS}, BillingRequired, "settings/billing"),
    (429, {"error": CREDITS}, BillingRequired, "Bill to"),
    (400, {"error": {"message": UNSERVED, "type": "invalid_request_error", "code": "model_not_supported"}},
     ModelNotFound, "settings/inference-providers"),
    (404, {"error": UNSERVED}, ModelNotFound, "The server offers: a/b, c/d"),
    (503, {"error": "Model m is currently loading", "estimated_time": 20.5}, ModelLoading, "in a minute"),
    (503, {"error": "503 Service Unavailable"}, Overloaded, "an endpoint that slept"),
]  # fmt: skip


@pytest.mark.parametrize(("status", "body", "expected", "hint"), FAILURES)
async def test_failures(status: int, body: object, expected: type[EndpointError], hint: str) -> None:
    async with serve({CHAT: json_reply(body, status), LIST: json_reply(OFFERS)}) as server:
        _, error = await ask(HuggingFace, endpoint(server.url))
    assert type(error) is expected
    assert hint in error.hint
    assert error.retry_after == (20.5 if expected is ModelLoading else None)


async def test_a_token_that_lacks_the_permission() -> None:
    async with serve(json_reply({"error": "This token has not the permission"}, 403)) as server:
        _, error = await ask(HuggingFace, endpoint(server.url, api_key="hf_abcdefgh"))
        _, without = await ask(HuggingFace, endpoint(server.url, api_key=""))
    assert error
    assert "Make calls to Inference Providers" in error.hint
    assert "hf_abc" not in error.hint
    assert without
    assert "HF_TOKEN" in without.hint


TASK = "POST /hf-inference/models/a/b/pipeline/feature-extraction"


async def test_embeddings_of_the_router_and_of_an_endpoint() -> None:
    async with serve({TASK: json_reply([[1, 2], [3, 4]])}) as router:
        provider = HuggingFace(endpoint(router.url))
        assert await provider.embed("a/b", ["x", "y"]) == [[1.0, 2.0], [3.0, 4.0]]
        with pytest.raises(BadResponse):
            await provider.embed("a/b", ["x"])
        await provider.aclose()
    assert router.requests[1].json == {"inputs": ["x", "y"]}
    async with serve({"POST /v1/embeddings": json_reply({"data": [{"embedding": [1]}]})}) as dedicated:
        provider = HuggingFace(endpoint(dedicated.url))
        assert await provider.embed("a/b", ["x"]) == [[1.0]]
        await provider.aclose()
    assert len(dedicated.requests) == 1
