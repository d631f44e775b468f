"""What every kind tells of a failure: the right class, the connection, what to do next, and never a key."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from contract.kinds import Subject
from contract.protocols import Said
from servers import HANG_UP, Answer, html, serve
from wire.talk import KEY, ask, assert_silent

from chat_studio import errors
from chat_studio.errors import EndpointError

Failure = tuple[Callable[[Subject], Answer], type[EndpointError]]

ECHO = f"Incorrect API key provided: {KEY}"
FAILURES: dict[str, Failure] = {
    "401": (lambda kind: kind.refusal(401, ECHO, "invalid_api_key"), errors.Unauthorized),
    "402": (lambda kind: kind.refusal(402, f"Add credit for {KEY}", "billing_error"), errors.BillingRequired),
    "404, no such model": (lambda kind: kind.refusal(404, kind.protocol.no_model, "not_found"), errors.ModelNotFound),
    "429": (lambda kind: kind.refusal(429, f"Slow down, {KEY}", "rate_limit", retry_after="7"), errors.RateLimited),
    "400, too long": (
        lambda kind: kind.refusal(400, kind.protocol.too_long, "invalid_request_error"),
        errors.ContextLengthExceeded,
    ),
    "503": (lambda kind: kind.refusal(503, "Try again", "overloaded_error"), errors.Overloaded),
    "500": (lambda kind: kind.refusal(500, f"Boom {KEY}", "api_error"), errors.ServerFailed),
    "502 of a proxy": (lambda kind: html(f"<title>Bad Gateway {KEY}</title>", 502), errors.ServerFailed),
    "200 of a web page": (lambda kind: html("<title>Sign in</title>"), errors.WrongAddress),
    "cut": (lambda kind: kind.answer(Said(), HANG_UP), errors.StreamInterrupted),
    "an error after half": (lambda kind: kind.broken(f"Boom {KEY}"), errors.ServerFailed),
}


@pytest.mark.parametrize("name", FAILURES)
async def test_failures(subject: Subject, name: str) -> None:
    make, expected = FAILURES[name]
    async with serve(subject.script(make(subject))) as server:
        at = subject.endpoint(server.url, headers={"X-Secret-Token": f"other-{KEY}"})
        _, error = await ask(subject.provider, at)
    assert error is not None
    assert type(error) is expected
    assert error.connection == "Test"
    assert error.hint
    assert_silent(error, at)
    assert error.retry_after == (7.0 if name == "429" else None)


async def test_nothing_listens(subject: Subject) -> None:
    at = subject.endpoint("http://127.0.0.1:1")
    _, error = await ask(subject.provider, at)
    assert type(error) is errors.ConnectionRefused
    assert (error.connection, bool(error.hint)) == ("Test", True)
    assert_silent(error, at)
