"""The Anthropic provider against a real server: addresses, keys, models, failures, stopping."""

from __future__ import annotations

from contextlib import aclosing
from typing import Any

import pytest
from servers import STALL, Answer, chunked, html, json_reply, serve
from wire.anthropic_answers import ANSWER, ANSWERED, START, block, sent, text

from chat_studio import errors
from chat_studio.errors import EndpointError
from chat_studio.events import Started, TextDelta
from chat_studio.messages import Message, Role
from chat_studio.providers.anthropic import Anthropic
from chat_studio.providers.values import ChatRequest, Endpoint, ModelInfo, Probe

KEY = "sk-ant-api03-abcdefgh12345678"
HELLO = ChatRequest((Message.of(Role.USER, "Hello"),))


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("https://api.anthropic.com", "https://api.anthropic.com"),
        ("https://api.anthropic.com/", "https://api.anthropic.com"),
        ("https://api.anthropic.com/v1", "https://api.anthropic.com"),
        ("https://api.anthropic.com/v1/", "https://api.anthropic.com"),
        ("https://api.anthropic.com/v1/messages", "https://api.anthropic.com"),
        ("https://api.anthropic.com/v1/messages/count_tokens", "https://api.anthropic.com"),
        (" api.anthropic.com ", "https://api.anthropic.com"),
        ("localhost:8000", "http://localhost:8000"),
        ("https://gateway.example.org/anthropic/v1", "https://gateway.example.org/anthropic"),
        ("", ""),
    ],
)
def test_addresses(typed: str, expected: str) -> None:
    assert Anthropic.normalise_url(typed) == expected


@pytest.mark.parametrize(
    ("base_url", "key", "expected"),
    [
        ("", KEY, {"x-api-key": KEY}),
        ("", "sk-ant-oat01-token", {"authorization": "Bearer sk-ant-oat01-token"}),
        ("", "a-token-of-an-identity-provider", {"authorization": "Bearer a-token-of-an-identity-provider"}),
        ("http://localhost:8000", "secret", {"x-api-key": "secret", "authorization": "Bearer secret"}),
        ("https://notanthropic.com", "secret", {"x-api-key": "secret", "authorization": "Bearer secret"}),
        ("http://localhost:8000", "", {}),
    ],
)
def test_keys_go_as_the_server_takes_them(base_url: str, key: str, expected: dict[str, str]) -> None:
    provider = Anthropic(Endpoint(name="a", base_url=base_url, api_key=key))
    assert provider.headers() == {"anthropic-version": "2023-06-01", **expected}


async def test_what_is_sent() -> None:
    async with serve(chunked(ANSWER)) as server:
        provider = Anthropic(
            Endpoint(name="a", base_url=server.url, model="claude-opus-5", api_key=KEY, temperature=0.7)
        )
        assert [event async for event in provider.stream(HELLO)][-1] == ANSWERED[-1]
        await provider.aclose()
    (request,) = server.requests
    assert (request.method, request.path) == ("POST", "/v1/messages")
    assert request.headers["anthropic-version"] == "2023-06-01"
    assert request.headers["x-api-key"] == KEY
    assert request.json == {
        "model": "claude-opus-5",
        "stream": True,
        "max_tokens": 8192,
        "messages": [{"role": "user", "content": [{"type": "text", "text": "Hello"}]}],
    }


PAGES: dict[str, Any] = {
    "GET /v1/models": [
        json_reply(
            {
                "data": [
                    {
                        "type": "model",
                        "id": "claude-opus-5",
                        "display_name": "Claude Opus 5",
                        "max_input_tokens": 1_000_000,
                        "max_tokens": 128_000,
                        "capabilities": {
                            "image_input": {"supported": True},
                            "pdf_input": {"supported": True},
                            "thinking": {"supported": False, "types": {}},
                            "effort": {"supported": True, "low": {"supported": True}},
                        },
                    }
                ],
                "has_more": True,
                "last_id": "claude-opus-5",
            }
        ),
        json_reply({"data": [{"id": "tiny", "max_model_len": 1024}], "has_more": False}),
    ],
    "POST /v1/messages": chunked(ANSWER),
}


async def test_models_of_all_pages() -> None:
    async with serve(PAGES) as server:
        provider = Anthropic(Endpoint(name="a", base_url=server.url))
        models = await provider.list_models()
        await provider.aclose()
    assert models == [
        ModelInfo(
            "claude-opus-5",
            name="Claude Opus 5",
            context_length=1_000_000,
            max_output_tokens=128_000,
            capabilities=frozenset({"vision", "pdf_input", "effort"}),
        ),
        ModelInfo("tiny", context_length=1024),
    ]
    assert [request.path for request in server.requests] == [
        "/v1/models?limit=1000",
        "/v1/models?limit=1000&after_id=claude-opus-5",
    ]


async def test_without_a_model_the_first_of_the_list_answers() -> None:
    async with serve(PAGES) as server:
        provider = Anthropic(Endpoint(name="a", base_url=server.url))
        assert [event async for event in provider.stream(HELLO)]
        await provider.aclose()
    assert server.requests[-1].json["model"] == "claude-opus-5"


async def test_a_check_is_one_cheap_request() -> None:
    async with serve(json_reply({"data": []})) as server:
        provider = Anthropic(Endpoint(name="a", base_url=server.url, api_key=KEY))
        await provider.check()
        await provider.aclose()
    assert [request.path for request in server.requests] == ["/v1/models?limit=1"]
    assert server.requests[0].headers["x-api-key"] == KEY


async def test_a_list_that_is_none() -> None:
    async with serve(json_reply({"hello": "world"})) as server:
        provider = Anthropic(Endpoint(name="a", base_url=server.url))
        with pytest.raises(errors.BadResponse):
            await provider.list_models()
        await provider.aclose()


def refusal(status: int, kind: str, message: str, **details: object) -> Answer:
    error = {"type": kind, "message": message, **details}
    return json_reply({"type": "error", "error": error, "request_id": "req_1"}, status)


FAILURES: dict[str, tuple[Answer, type[EndpointError], str]] = {
    "key": (refusal(401, "authentication_error", "invalid x-api-key"), errors.Unauthorized, "key"),
    "right": (refusal(403, "permission_error", "Your key may not use this."), errors.Unauthorized, "key"),
    "billing": (refusal(402, "billing_error", "No credit."), errors.BillingRequired, "credit"),
    "credit": (
        refusal(400, "invalid_request_error", "Your credit balance is too low to access the Anthropic API."),
        errors.BillingRequired,
        "credit",
    ),
    "spend limit": (
        refusal(429, "rate_limit_error", "Limit.", details={"error_code": "enforced_spend_limit_reached"}),
        errors.BillingRequired,
        "credit",
    ),
    "model": (refusal(404, "not_found_error", "model: claude-opus-5"), errors.ModelNotFound, "models"),
    "context": (
        refusal(400, "invalid_request_error", "prompt is too long: 210000 tokens > 200000 maximum"),
        errors.ContextLengthExceeded,
        "new conversation",
    ),
    "max_tokens": (
        refusal(400, "invalid_request_error", "max_tokens: 999999 > 64000, which is the maximum allowed"),
        errors.InvalidRequest,
        "Lower max_tokens",
    ),
    "too large": (
        refusal(413, "request_too_large", "Request exceeds the maximum size"),
        errors.InvalidRequest,
        "32 MB",
    ),
    "too large, as Cloudflare says it": (
        html("<title>413 Payload Too Large</title>", 413),
        errors.WrongAddress,
        "32 MB",
    ),
    "rate": (refusal(429, "rate_limit_error", "Too fast."), errors.RateLimited, "Wait"),
    "server": (refusal(500, "api_error", "Internal server error"), errors.ServerFailed, "again"),
    "timeout": (refusal(504, "timeout_error", "Timed out"), errors.ServerFailed, "again"),
    "overloaded": (refusal(529, "overloaded_error", "Overloaded"), errors.Overloaded, "moment"),
    "a page": (html("<title>Bad gateway</title>", 502), errors.ServerFailed, ""),
}


@pytest.mark.parametrize("name", FAILURES)
async def test_failures(name: str) -> None:
    answer, kind, hint = FAILURES[name]
    async with serve(answer) as server:
        provider = Anthropic(Endpoint(name="Claude", base_url=server.url, model="claude-opus-5", api_key=KEY))
        with pytest.raises(EndpointError) as failed:
            [event async for event in provider.stream(HELLO)]
        await provider.aclose()
    error = failed.value
    assert type(error) is kind
    assert hint in error.hint
    assert error.connection == "Claude"
    assert KEY not in f"{error.message} {error.hint} {error.detail}"


async def test_how_long_to_wait_is_told() -> None:
    async with serve(json_reply({"error": {"type": "rate_limit_error"}}, 429, retry_after="7")) as server:
        provider = Anthropic(Endpoint(name="a", base_url=server.url, model="m"))
        with pytest.raises(errors.RateLimited) as failed:
            [event async for event in provider.stream(HELLO)]
        await provider.aclose()
    assert failed.value.retry_after == 7


@pytest.mark.parametrize(
    ("kind", "hint"),
    [
        (errors.Unauthorized, "console.anthropic.com"),
        (errors.BillingRequired, "console.anthropic.com"),
    ],
)
def test_hints_name_anthropic_only_where_it_is(kind: type[EndpointError], hint: str) -> None:
    anthropic = Anthropic(Endpoint(name="a", base_url="", api_key=KEY))
    gateway = Anthropic(Endpoint(name="a", base_url="http://localhost:4000", api_key=KEY))
    assert hint in anthropic.explain(kind("It failed.")).hint
    assert gateway.explain(kind("It failed.", hint="General advice.")).hint == "General advice."


def test_without_a_key_the_hint_says_where_it_goes() -> None:
    error = Anthropic(Endpoint(name="a", base_url="")).explain(errors.Unauthorized("No."))
    assert "ANTHROPIC_API_KEY" in error.hint
    assert "console.anthropic.com" in error.hint
    gateway = Anthropic(Endpoint(name="a", base_url="http://localhost:4000")).explain(errors.Unauthorized("No."))
    assert "ANTHROPIC_API_KEY" in gateway.hint
    assert "console.anthropic.com" not in gateway.hint


HALF = sent(START, block(0, type="text", text=""), text(0, "Half"))


async def test_stopping_aborts_the_request() -> None:
    async with serve(chunked(HALF, STALL)) as server:
        provider = Anthropic(Endpoint(name="a", base_url=server.url, model="claude-opus-5"))
        async with aclosing(provider.stream(HELLO)) as events:
            assert [await anext(events), await anext(events)] == [
                Started("claude-opus-5", "msg_1"),
                TextDelta("Half"),
            ]
        await server.requests[0].gone.wait()
        await provider.aclose()


async def test_silence_ends_in_a_stall() -> None:
    async with serve(chunked(HALF, STALL)) as server:
        provider = Anthropic(Endpoint(name="a", base_url=server.url, model="claude-opus-5", timeout=0.2))
        with pytest.raises(errors.Stalled):
            [event async for event in provider.stream(HELLO)]
        await provider.aclose()


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"anthropic-organization-id": "x", "request-id": "req_1"}, True),
        ({"request-id": "req_1", "server": "uvicorn"}, False),
    ],
)
def test_recognised_by_its_headers(headers: dict[str, str], expected: bool) -> None:
    assert Anthropic.recognise(Probe("/v1/models", 401, headers, "")) is expected
