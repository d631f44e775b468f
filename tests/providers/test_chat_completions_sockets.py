"""The streams of the table again, through real sockets; and answers that are no streams."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

import pytest
from servers import (
    DONE,
    HANG_UP,
    RESET,
    STALL,
    Answer,
    Gate,
    chunked,
    events,
    html,
    json_reply,
    redirect,
    reply,
    serve,
    sse,
)
from wire.chat_cases import CASES, Case
from wire.stories import story
from wire.talk import KEY, QUESTION, ask, assert_silent, endpoint

from chat_studio.errors import (
    BadResponse,
    BillingRequired,
    ConnectionRefused,
    ContentFiltered,
    ContextLengthExceeded,
    EndpointError,
    InvalidRequest,
    ModelLoading,
    ModelNotFound,
    Overloaded,
    RateLimited,
    ServerFailed,
    Stalled,
    StreamInterrupted,
    ToolsUnsupported,
    Unauthorized,
    WrongAddress,
)
from chat_studio.events import Finished, Started, TextDelta, ToolCallReady, UsageReported
from chat_studio.messages import FinishReason, ToolCallPart, Usage
from chat_studio.providers._wire import reading
from chat_studio.providers.custom import Custom
from chat_studio.providers.openai import OpenAI
from chat_studio.providers.values import ChatRequest
from chat_studio.providers.vllm import Vllm

HI = {"choices": [{"index": 0, "delta": {"content": "Hi"}}]}
STOP = {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}
WHOLE = {"model": "m", "choices": [{"message": {"content": "Hi"}, "finish_reason": "stop"}]}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
@pytest.mark.parametrize("pieces", [1, 3])
async def test_streams(case: Case, pieces: int) -> None:
    size = max(1, len(case.body) // pieces)
    parts = [case.body[start : start + size] for start in range(0, len(case.body), size)]
    async with serve({"POST /v1/chat/completions": chunked(*parts)}) as server:
        told, error = await ask(Custom, endpoint(server.url))
    assert (story(told), type(error) if error else None) == (list(case.story), case.error)
    if error:
        assert error.connection == "Test"
        assert error.hint


# (name, what the server answers, the error, what its texts must hold)
FAILING: list[tuple[str, Answer, type[EndpointError], str]] = [
    ("22 LM Studio without /v1", json_reply({"error": "Unexpected endpoint or method. (POST /chat/completions)"}),
     WrongAddress, "/v1"),
    ("22 RunPod", json_reply({"error": {"message": 'vLLM returned HTTP 400: {"error":{"message":"This model\'s maximum '
     'context length is 4096 tokens."}}', "type": "worker_error"}}), ContextLengthExceeded, "4096"),
    ("22 an error of 200 under the stream's type", reply('{"error": {"message": "boom"}}', "text/event-stream"),
     ServerFailed, "boom"),
    ("23 a page of 200", html("<html><title>Sign in</title><script>x</script>"), WrongAddress, "Sign in"),
    ("23 a page under the stream's type", reply("<!doctype html><title>Hi</title>", "text/event-stream"),
     WrongAddress, "Hi"),
    ("23 a page of 502", html("<html><head><title>502 Bad Gateway</title></head>", 502), ServerFailed, "Bad Gateway"),
    ("23 a page of 524", html("<html><title>A timeout occurred</title>", 524), ServerFailed, "524"),
    ("24 Gemini's list", json_reply([{"error": {"code": 400, "message": "Bad thing", "status": "INVALID_ARGUMENT"}}],
     400), InvalidRequest, "Bad thing"),
    ("text instead of JSON", reply("go away", "text/plain"), BadResponse, "go away"),
    ("JSON that is no completion", json_reply({"status": "ok"}), BadResponse, "ok"),
    ("401", json_reply({"error": "Unauthorized"}, 401), Unauthorized, "401"),
    ("402", json_reply({"error": {"message": "Add credits"}}, 402), BillingRequired, "Add credits"),
    ("403 moderation", json_reply({"error": {"message": "flagged by moderation"}}, 403), ContentFiltered, "flagged"),
    ("404 path", json_reply({"detail": "Not Found"}, 404), WrongAddress, "/v1"),
    ("405", json_reply({"detail": "Method Not Allowed"}, 405), WrongAddress, "405"),
    ("413", html("<title>Too large</title>", 413), WrongAddress, "Too large"),
    ("429", json_reply({"error": {"message": "Slow down"}}, 429, retry_after="7"), RateLimited, "Slow down"),
    ("429 quota", json_reply({"error": {"message": "x", "code": "insufficient_quota"}}, 429), BillingRequired, "x"),
    ("500", json_reply({"error": {"message": "boom"}}, 500), ServerFailed, "boom"),
    ("503", reply("", "text/plain", 503), Overloaded, "503"),
    ("503 loading", json_reply({"error": {"code": 503, "message": "Loading model"}}, 503), ModelLoading, "Loading"),
    ("529", json_reply({"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}, 529),
     Overloaded, "529"),
    ("tools", json_reply({"error": {"message": '"auto" tool choice requires --enable-auto-tool-choice and '
     "--tool-call-parser to be set"}}, 400), ToolsUnsupported, "tool-call-parser"),
    ("redirect", redirect("https://elsewhere.example/v1/chat/completions", 308), WrongAddress, "elsewhere.example"),
    ("blanks without end", chunked(*[b"\n" * 16_384] * 5, STALL), BadResponse, "blanks"),
    ("hang-up", chunked(*events([HI]), HANG_UP), StreamInterrupted, "middle"),
    ("reset", chunked(*events([HI]), RESET), StreamInterrupted, "broke"),
    ("silence before anything", (STALL,), Stalled, "0.3 s"),
    ("silence", chunked(*events([HI]), STALL), Stalled, "0.3 s"),
]  # fmt: skip


@pytest.mark.parametrize(("answer", "kind", "words"), [case[1:] for case in FAILING], ids=[case[0] for case in FAILING])
async def test_failures(answer: Answer, kind: type[EndpointError], words: str) -> None:
    async with serve({"/v1/chat/completions": answer, "/chat/completions": answer}) as server:
        _, error = await ask(Custom, endpoint(server.url, timeout=0.3))
    assert error is not None
    assert type(error) is kind
    assert error.connection == "Test"
    assert error.hint
    texts = f"{error.message} {error.hint} {error.detail}"
    assert words in texts
    assert "<" not in texts


async def test_waiting_is_told() -> None:
    async with serve(json_reply({"error": {"message": "Slow down"}}, 429, retry_after="7")) as server:
        _, error = await ask(Custom, endpoint(server.url))
    assert error is not None
    assert (error.status, error.retry_after, error.retryable) == (429, 7.0, True)


@pytest.mark.parametrize("prefix", ["", "\n\n \n", "\ufeff"], ids=["plain", "31 keep-alive lines", "mark"])
@pytest.mark.parametrize("content_type", ["application/json", "text/event-stream", "text/plain"])
async def test_a_server_that_does_not_stream(prefix: str, content_type: str) -> None:
    body = prefix + '{"model": "m", "choices": [{"message": {"content": "Hi"}, "finish_reason": "stop"}]}'
    async with serve(reply(body, content_type)) as server:
        told, error = await ask(Custom, endpoint(server.url))
    assert error is None
    assert told == [Started("m"), TextDelta("Hi"), Finished(FinishReason.STOP, "stop")]


async def test_asked_not_to_stream() -> None:
    async with serve(json_reply(WHOLE)) as server:
        told, _ = await ask(Custom, endpoint(server.url), ChatRequest(QUESTION.messages, stream=False))
    assert story(told) == [("text", "Hi"), ("finished", "stop", "stop")]
    assert server.requests[0].json["stream"] is False
    assert "stream_options" not in server.requests[0].json


async def test_a_stream_under_the_wrong_type() -> None:
    async with serve(chunked(*events([HI, STOP]), DONE, content_type="application/json")) as server:
        told, _ = await ask(Custom, endpoint(server.url))
    assert story(told) == [("text", "Hi"), ("finished", "stop", "stop")]


async def test_text_comes_before_the_stream_ends() -> None:
    gate = Gate()
    provider = None
    async with serve(sse(HI, gate, STOP)) as server:
        provider = Custom(endpoint(server.url))
        stream = provider.stream(QUESTION)
        assert [await anext(stream), await anext(stream)] == [Started(), TextDelta("Hi")]
        gate.open()
        assert [event async for event in stream] == [Finished(FinishReason.STOP, "stop")]
        await provider.aclose()


async def test_13_opaque_data_of_a_call_is_kept() -> None:
    extra = {"extra_content": {"google": {"thought_signature": "S"}}}
    call = {"id": "a", "function": {"name": "f", "arguments": '{"x": 1}'}, **extra}
    async with serve(sse({"choices": [{"delta": {"tool_calls": [call]}, "finish_reason": "stop"}]})) as server:
        told, _ = await ask(Custom, endpoint(server.url))
    assert ToolCallReady(ToolCallPart(id="a", name="f", arguments='{"x": 1}', replay=extra)) in told


@pytest.mark.parametrize("ending", [HANG_UP, RESET])
async def test_34_a_break_after_the_finish_reason_is_none(ending: object) -> None:
    async with serve(chunked(*events([HI, STOP]), ending)) as server:  # type: ignore[arg-type]
        told, error = await ask(Custom, endpoint(server.url))
    assert error is None
    assert story(told) == [("text", "Hi"), ("finished", "stop", "stop")]


async def test_a_server_that_never_says_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "LINGER", 0.1)
    usage = {"choices": [], "usage": {"prompt_tokens": 1, "completion_tokens": 2}}
    async with serve(sse(HI, STOP, usage, STALL)) as server:
        told, error = await ask(Custom, endpoint(server.url))
        await server.requests[0].gone.wait()
    assert error is None
    assert UsageReported(Usage(input_tokens=1, output_tokens=2)) in told
    assert isinstance(told[-1], Finished)


async def test_done_ends_the_reading() -> None:
    async with serve(sse(HI, STOP, "[DONE]", STALL)) as server:
        _, error = await ask(Custom, endpoint(server.url))
    assert error is None


@pytest.mark.parametrize("how", ["cancel", "close"])
async def test_34_stopping_aborts_the_request(how: str) -> None:
    async with serve(sse(HI, STALL)) as server:
        provider = Custom(endpoint(server.url))
        shown = asyncio.Event()

        async def read() -> None:
            async with aclosing(provider.stream(QUESTION)) as stream:
                async for event in stream:
                    if isinstance(event, TextDelta):
                        shown.set()
                        if how == "close":
                            return

        reading = asyncio.create_task(read())
        await shown.wait()
        if how == "cancel":
            reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)
        await server.requests[0].gone.wait()
        assert not server.requests[0].answered
        await provider.aclose()


async def test_reasons_are_found_for_refused() -> None:
    _, error = await ask(Vllm, endpoint("http://127.0.0.1:1"))
    assert type(error) is ConnectionRefused
    assert "vllm serve" in error.hint


@pytest.mark.parametrize(("kind", "key", "words"), [
    (OpenAI, KEY, "platform.openai.com/api-keys"),
    (OpenAI, "", "OPENAI_API_KEY"),
    (Vllm, "", "VLLM_API_KEY"),
    (Custom, "", "enter it in this connection"),
])  # fmt: skip
async def test_what_to_do_about_the_key(kind: type[Custom], key: str, words: str) -> None:
    async with serve(json_reply({"error": "Unauthorized"}, 401)) as server:
        _, error = await ask(kind, endpoint(server.url, api_key=key))
    assert type(error) is Unauthorized
    assert words in error.hint
    assert ("authorization" in server.requests[0].headers) == bool(key)


async def test_an_unknown_model_is_answered_with_the_known_ones() -> None:
    names = [*(f"other-{number}" for number in range(20)), "llama-3.1-8b"]
    script = {
        "POST /v1/chat/completions": json_reply({"error": {"message": "The model `llama-3` does not exist."}}, 404),
        "GET /v1/models": json_reply({"data": [{"id": name} for name in names]}),
    }
    async with serve(script) as server:
        _, error = await ask(Vllm, endpoint(server.url, model="llama-3"))
    assert type(error) is ModelNotFound
    assert "“llama-3”" in error.message
    assert error.hint.startswith("The server offers: llama-3.1-8b,")
    assert "and 15 more" in error.hint


async def test_no_model_means_the_servers_first() -> None:
    script = {"POST /v1/chat/completions": sse(HI, STOP), "GET /v1/models": json_reply({"data": [{"id": "only"}]})}
    async with serve(script) as server:
        provider = Vllm(endpoint(server.url, model=""))
        for _ in range(2):
            assert [event async for event in provider.stream(QUESTION)]
        await provider.aclose()
    assert [request.path for request in server.requests] == [
        "/v1/models", "/v1/chat/completions", "/v1/chat/completions"
    ]  # fmt: skip
    assert server.requests[-1].json["model"] == "only"


@pytest.mark.parametrize(("typed", "real"), [("/api/v9", "/api/v9/v1"), ("/openai/v1", "/openai")])
async def test_the_other_form_of_the_address_is_tried_once(typed: str, real: str) -> None:
    script = {f"POST {real}/chat/completions": sse(HI, STOP), f"GET {real}/models": json_reply({"data": [{"id": "m"}]})}
    async with serve(script) as server:
        provider = Custom(endpoint(f"{server.url}{typed}"))
        for _ in range(2):
            assert story([event async for event in provider.stream(QUESTION)])[0] == ("text", "Hi")
        await provider.aclose()
    assert [request.path for request in server.requests] == [
        f"{typed}/chat/completions", f"{real}/models", f"{real}/chat/completions", f"{real}/chat/completions"
    ]  # fmt: skip


@pytest.mark.parametrize("path", ["/chat/completions", "/api/chat/completions", "/openai/v1/chat/completions"])
async def test_the_address_of_requests_may_be_given_whole(path: str) -> None:
    async with serve({f"POST {path}": sse(HI, STOP)}) as server:
        _, error = await ask(Custom, endpoint(Custom.normalise_url(f"{server.url}{path}")))
    assert error is None


# Keys --------------------------------------------------------------------------------------------------------------

ECHO = f"Incorrect API key provided: {KEY}. Bearer {KEY} sk-proj-NotF****6789"


@pytest.mark.parametrize("answer", [
    *(case[1] for case in FAILING),
    json_reply({"error": {"message": ECHO}}, 401),
    json_reply({"error": {"message": ECHO}}, 400),
    json_reply({"error": ECHO}),
    sse({"error": {"message": ECHO}}),
    sse(f"garbage {KEY}"),
    html(f"<title>{KEY}</title>", 502),
    reply(KEY, "text/plain", 500),
    redirect(f"https://{KEY}@elsewhere.example/?key={KEY}"),
])  # fmt: skip
async def test_a_key_is_never_told(answer: Answer) -> None:
    async with serve(answer) as server:
        at = endpoint(server.url, timeout=0.3, headers={"X-Api-Key": f"other-{KEY}"})
        _, error = await ask(Custom, at)
    assert_silent(error, at)


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "http://name.invalid", "https://127.0.0.1:1", "http://[::1"])
async def test_a_key_is_never_told_by_what_cannot_be_reached(url: str) -> None:
    at = endpoint(url, proxy="" if "name" in url else "http://me:Pass-NotForAnyonesEyes@127.0.0.1:1")
    _, error = await ask(Custom, at)
    assert_silent(error, at)


@pytest.mark.parametrize("key", [f"{KEY}”", f"{KEY}\n{KEY}", f"“{KEY}"])
async def test_a_key_that_cannot_be_sent_is_not_told_either(key: str) -> None:
    at = endpoint("http://127.0.0.1:1", api_key=key)
    _, error = await ask(Custom, at)
    assert type(error) is Unauthorized
    assert_silent(error, at)
