"""RunPod: queues that start workers, load balancers, pods behind a proxy of little patience."""

from __future__ import annotations

from typing import Any

import pytest
from servers import STALL, Answer, Gate, chunked, events, html, json_reply, serve, sse
from wire.stories import story
from wire.talk import KEY, QUESTION, ask, endpoint

from chat_studio.connections.recognition import by_host, by_key, takes_usual_key
from chat_studio.errors import (
    BadResponse,
    ContextLengthExceeded,
    EndpointError,
    InvalidRequest,
    ModelNotFound,
    Overloaded,
    ServerFailed,
    Stalled,
    Unauthorized,
    WrongAddress,
)
from chat_studio.events import Notice, TextDelta
from chat_studio.providers.runpod import RunPod
from chat_studio.providers.values import Endpoint, ModelInfo

HI = {"choices": [{"index": 0, "delta": {"content": "Hi"}, "finish_reason": "stop"}]}
QUEUE = "/v2/abc123"
POD = "pod-8000.proxy.runpod.net"
CHAT = f"POST {QUEUE}/openai/v1/chat/completions"
HEALTH = f"GET {QUEUE}/health"


def health(queued: int = 0, **workers: int) -> Answer:
    states = {"idle": 0, "initializing": 0, "ready": 0, "running": 0, "throttled": 0, "unhealthy": 0, **workers}
    return json_reply({"jobs": {"completed": 1, "inQueue": queued, "inProgress": 0}, "workers": states})


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("https://api.runpod.ai/v2/abc123", "https://api.runpod.ai/v2/abc123/openai/v1"),
        ("api.runpod.ai/v2/abc123/", "https://api.runpod.ai/v2/abc123/openai/v1"),
        ("https://api.runpod.ai/v2/abc123/run", "https://api.runpod.ai/v2/abc123/openai/v1"),
        ("https://api.runpod.ai/v2/abc123/runsync", "https://api.runpod.ai/v2/abc123/openai/v1"),
        ("https://api.runpod.ai/v2/abc123/health", "https://api.runpod.ai/v2/abc123/openai/v1"),
        ("https://api.runpod.ai/v2/abc123/openai", "https://api.runpod.ai/v2/abc123/openai/v1"),
        ("https://api.runpod.ai/v2/abc123/openai/v1", "https://api.runpod.ai/v2/abc123/openai/v1"),
        ("https://api.runpod.ai/v2/abc123/openai/v1/chat/completions", "https://api.runpod.ai/v2/abc123/openai/v1"),
        ("https://abc123.api.runpod.ai", "https://abc123.api.runpod.ai/v1"),
        ("https://abc123.api.runpod.ai/v1/", "https://abc123.api.runpod.ai/v1"),
        (f"https://{POD}", f"https://{POD}/v1"),
        (f"http://{POD}/", f"https://{POD}/v1"),
        (f"{POD}/v1", f"https://{POD}/v1"),
        ("", ""),
    ],
)
def test_addresses(typed: str, expected: str) -> None:
    assert RunPod.normalise_url(typed) == expected
    assert RunPod.normalise_url(expected) == expected


@pytest.mark.parametrize(
    ("address", "takes_key"),
    [
        ("https://api.runpod.ai/v2/abc123", True),
        ("https://abc123.api.runpod.ai", True),
        (f"https://{POD}", False),
    ],
)
def test_runpods_key_goes_to_no_pod(address: str, takes_key: bool) -> None:
    assert by_host(address) is RunPod
    assert takes_usual_key(RunPod, address) is takes_key


def test_recognised_by_its_keys() -> None:
    assert by_key("rpa_0123456789") is RunPod


async def test_a_question_to_a_queue() -> None:
    script = {HEALTH: health(idle=1, ready=1), CHAT: sse(HI)}
    async with serve(script) as server:
        told, error = await ask(RunPod, endpoint(f"{server.url}{QUEUE}"))
    assert error is None
    assert story(told) == [("text", "Hi"), ("finished", "stop", "stop")]
    assert [request.headers["authorization"] for request in server.requests] == [f"Bearer {KEY}"] * 2
    assert server.requests[1].json["stream_options"] == {"include_usage": True}


@pytest.mark.parametrize(
    ("workers", "word"),
    [({}, "starting a worker"), ({"initializing": 1}, "starting a worker"), ({"throttled": 2}, "no free machine")],
)
async def test_a_worker_that_has_to_start_is_told_before_the_answer(workers: dict[str, int], word: str) -> None:
    gate = Gate()
    async with serve({HEALTH: health(queued=1, **workers), CHAT: (gate, *sse(HI))}) as server:
        provider = RunPod(endpoint(f"{server.url}{QUEUE}"))
        stream = provider.stream(QUESTION)
        first = await anext(stream)
        assert isinstance(first, Notice)
        assert word in first.text
        gate.open()
        assert TextDelta("Hi") in [event async for event in stream]
        assert TextDelta("Hi") in [event async for event in provider.stream(QUESTION)]
        await provider.aclose()
    assert [request.path.rpartition("/")[2] for request in server.requests] == ["health", "completions", "completions"]


async def test_of_several_queues_the_questions_alone_take_turns() -> None:
    async with serve({CHAT: sse(HI)}) as first, serve({CHAT: sse(HI)}) as second:
        provider = RunPod(endpoint(f"{first.url}{QUEUE}", urls=(f"{second.url}{QUEUE}/run",)))
        for _ in range(2):
            assert TextDelta("Hi") in [event async for event in provider.stream(QUESTION)]
        await provider.aclose()
    assert [len(server.requests) for server in (first, second)] == [1, 1]


async def test_a_check_where_only_the_api_is_offered() -> None:
    async with serve({f"GET {QUEUE}/openai/v1/models": json_reply({"data": [{"id": "m"}]})}) as server:
        provider = RunPod(endpoint(f"{server.url}{QUEUE}"))
        assert (await provider.check()).note == "1 model"
        await provider.aclose()


@pytest.mark.parametrize("answer", [json_reply({}, 500), json_reply([]), json_reply({"workers": {"running": 1}})])
async def test_without_news_of_the_workers_the_question_is_asked(answer: Answer) -> None:
    async with serve({HEALTH: answer, CHAT: sse(HI)}) as server:
        told, error = await ask(RunPod, endpoint(f"{server.url}{QUEUE}"))
    assert error is None
    assert not [event for event in told if isinstance(event, Notice)]


@pytest.mark.parametrize(
    ("answer", "note"),
    [
        (health(idle=1, ready=1, running=2), "Workers: 2 busy, 1 idle."),
        (health(queued=1, initializing=1), "Workers: 1 starting; 1 job waiting."),
        (
            health(queued=3),
            "No worker is running: the first question starts one, which can take minutes; 3 jobs waiting.",
        ),
        (health(throttled=1, unhealthy=1), "Workers: 1 waiting for a machine, 1 failing."),
        (json_reply({"jobs": {}}), ""),
    ],
)
async def test_a_check_of_a_queue_tells_of_its_workers(answer: Answer, note: str) -> None:
    async with serve({HEALTH: answer}) as server:
        provider = RunPod(endpoint(f"{server.url}{QUEUE}/openai/v1"))
        assert (await provider.check()).note == note
        await provider.aclose()
    assert [request.path for request in server.requests] == [f"{QUEUE}/health"]  # the models would start a worker
    assert server.requests[0].headers["authorization"] == f"Bearer {KEY}"


async def test_a_check_of_a_queue_finds_a_wrong_key() -> None:
    async with serve(json_reply({"error": "unauthorized"}, 401)) as server:
        provider = RunPod(endpoint(f"{server.url}{QUEUE}"))
        with pytest.raises(Unauthorized) as caught:
            await provider.check()
        await provider.aclose()
    assert "console.runpod.io" in caught.value.hint


async def test_the_models_of_a_queue_and_of_a_pod() -> None:
    models = json_reply({"data": [{"id": "Qwen/Qwen2.5-7B-Instruct", "owned_by": "vllm", "max_model_len": 4096}]})
    async with serve({f"GET {QUEUE}/openai/v1/models": models, "GET /v1/models": models}) as server:
        for address in (f"{server.url}{QUEUE}", server.url):
            provider = RunPod(endpoint(address))
            assert await provider.list_models() == [ModelInfo("Qwen/Qwen2.5-7B-Instruct", context_length=4096)]
            await provider.aclose()


async def test_a_pod_without_a_key() -> None:
    async with serve({"POST /v1/chat/completions": sse(HI), "GET /v1/models": json_reply({"data": []})}) as server:
        _, error = await ask(RunPod, endpoint(server.url, api_key=""))
        provider = RunPod(endpoint(server.url, api_key=""))
        assert (await provider.check()).note == "0 models"
        await provider.aclose()
    assert error is None
    assert not any("authorization" in request.headers for request in server.requests)


def worker_error(words: str) -> dict[str, Any]:
    return {"error": {"message": f"vLLM returned HTTP {words}", "type": "worker_error", "code": None}}


CONTEXT = '400: {"error": {"message": "maximum context length is 4096 tokens", "type": "BadRequestError"}}'
MODEL = '404: {"error": {"message": "The model `m` does not exist.", "type": "NotFoundError", "code": 404}}'
FAILURES: list[tuple[str, Answer, type[EndpointError], str]] = [
    ("context in 200", json_reply(worker_error(CONTEXT)), ContextLengthExceeded, ""),
    ("model in 200", json_reply(worker_error(MODEL)), ModelNotFound, ""),
    (
        "parameter in 200",
        json_reply(worker_error('400: {"object": "error", "message": "n must be 1"}')),
        InvalidRequest,
        "",
    ),
    ("down in 200", json_reply(worker_error("503: Service Unavailable")), Overloaded, ""),
    ("error in the stream", sse(worker_error(CONTEXT)), ContextLengthExceeded, ""),
    ("key", json_reply({"error": "unauthorized"}, 401), Unauthorized, "console.runpod.io"),
    ("no endpoint", json_reply({"error": "endpoint not found"}, 404), WrongAddress, "…/v2/ID/openai/v1"),
    ("a job", json_reply({"id": "1", "status": "FAILED"}), BadResponse, "RAW_OPENAI_OUTPUT"),
    ("silence", (STALL,), Stalled, "worker"),
]


@pytest.mark.parametrize(
    ("answer", "kind", "hint"), [case[1:] for case in FAILURES], ids=[case[0] for case in FAILURES]
)
async def test_failures_of_a_queue(answer: Answer, kind: type[EndpointError], hint: str) -> None:
    async with serve({HEALTH: health(ready=1), CHAT: answer}) as server:
        _, error = await ask(RunPod, endpoint(f"{server.url}{QUEUE}", timeout=0.3))
    assert type(error) is kind
    assert error.hint
    assert hint in error.hint


async def test_the_proxys_limit_is_not_tried_again() -> None:
    page = html("<html><title>pod | 524: A timeout occurred</title>", 524)
    async with serve({"POST /v1/chat/completions": page}) as server:
        _, error = await ask(RunPod, endpoint(server.url))
    assert type(error) is ServerFailed
    assert not error.retryable
    assert "100 s" in error.hint
    assert "524" in error.message


@pytest.mark.parametrize(
    ("error", "key", "hint"),
    [
        (WrongAddress("404", status=404), "", "the port inside the pod"),
        (ServerFailed("502", status=502), "", "Is the pod running"),
        (Unauthorized("401", status=401), "", "which is not RunPod's"),
    ],
)
def test_failures_of_a_pod(error: EndpointError, key: str, hint: str) -> None:
    pod = RunPod(Endpoint(name="p", base_url=f"https://{POD}", api_key=key))
    assert hint in pod.explain(error).hint


async def test_characters_that_the_worker_broke_do_not_end_the_answer() -> None:
    broken = {"choices": [{"index": 0, "delta": {"content": "Gr\ufffd\ufffde"}}]}
    glued = b"".join(events([broken, HI]))
    async with serve({HEALTH: health(ready=1), CHAT: chunked(glued[:30], glued[30:], b"data: [DONE]\n\n")}) as server:
        told, error = await ask(RunPod, endpoint(f"{server.url}{QUEUE}"))
    assert error is None
    assert story(told) == [("text", "Gr\ufffd\ufffdeHi"), ("finished", "stop", "stop")]
