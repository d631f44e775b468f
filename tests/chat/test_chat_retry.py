"""When a request is tried again, how often, and after how long: no clock, no waiting."""

from __future__ import annotations

from contextlib import aclosing

import pytest
from chat.scripted import Scripted, Step, failure

from chat_studio import errors
from chat_studio.chat.engine import Engine
from chat_studio.chat.retry import Retry
from chat_studio.errors import EndpointError
from chat_studio.events import (
    Event,
    Finished,
    Notice,
    Progress,
    ReasoningDelta,
    RefusalDelta,
    Started,
    TextDelta,
    ToolCallDelta,
    UsageReported,
)
from chat_studio.messages import FinishReason, Message, Role, Usage
from chat_studio.providers.values import ChatRequest, Endpoint

REQUEST = ChatRequest(messages=(Message.of(Role.USER, "?"),))
ANSWER: list[Step] = [Started("m"), TextDelta("!"), Finished(FinishReason.STOP)]


class Attempt:
    """One answer through the engine; `error` is how it ended, None if well."""

    def __init__(self, provider: Scripted, chance: float = 0.0, retries: int = 2) -> None:
        self.waits: list[float] = []
        self.events: list[Event] = []
        self.error: EndpointError | None = None
        self._provider = provider
        self._engine = Engine(Retry(retries, sleep=self._sleep, chance=lambda: chance))

    async def run(self) -> Attempt:
        try:
            async for event in self._engine.answer(self._provider, REQUEST):
                self.events.append(event)
        except EndpointError as error:
            self.error = error
        return self

    @property
    def notices(self) -> list[str]:
        return [event.text for event in self.events if isinstance(event, Notice)]

    async def _sleep(self, seconds: float) -> None:
        assert self._provider.open == 0, "the failed request is closed before the wait"
        self.waits.append(seconds)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (errors.RateLimited, "Rate limited"),
        (errors.Overloaded, "The server is overloaded"),
        (errors.ModelLoading, "The server loads the model"),
        (errors.ServerFailed, "The server failed"),
        (errors.ConnectionRefused, "The server refused the connection"),
        (errors.ConnectTimedOut, "The server did not answer"),
        (errors.StreamInterrupted, "The connection was cut"),
        (errors.ProxyFailed, "It failed"),
    ],
)
async def test_what_may_pass_is_tried_again(kind: type[EndpointError], words: str) -> None:
    attempt = await Attempt(Scripted([failure(kind)], ANSWER)).run()
    assert attempt.error is None
    assert attempt.events == [Notice(f"{words}; trying again in 0.5 s (1 of 2)", passing=True), *ANSWER]


@pytest.mark.parametrize(
    "kind",
    [
        errors.Unauthorized,
        errors.BillingRequired,
        errors.ModelNotFound,
        errors.ContextLengthExceeded,
        errors.InvalidRequest,
        errors.ContentFiltered,
        errors.NameNotResolved,
        errors.TlsFailed,
        errors.Stalled,
        errors.BadResponse,
    ],
)
async def test_what_stays_wrong_is_not(kind: type[EndpointError]) -> None:
    provider = Scripted([failure(kind)], ANSWER)
    attempt = await Attempt(provider).run()
    assert isinstance(attempt.error, kind)
    assert (attempt.waits, attempt.notices, len(provider.requests)) == ([], [], 1)


@pytest.mark.parametrize(
    ("seen", "requests"),
    [
        ([], 2),
        ([Started("m"), Progress("loading", 0.5), UsageReported(Usage(input_tokens=1)), Notice("n")], 2),
        ([TextDelta("a")], 1),
        ([ReasoningDelta("a")], 1),
        ([RefusalDelta("a")], 1),
        ([ToolCallDelta(0, "f", "")], 1),
    ],
)
async def test_only_before_something_was_seen(seen: list[Step], requests: int) -> None:
    provider = Scripted([*seen, failure(errors.StreamInterrupted)], ANSWER)
    attempt = await Attempt(provider).run()
    assert len(provider.requests) == requests
    assert (attempt.error is None) == (requests == 2)


@pytest.mark.parametrize(
    ("retry_after", "chance", "waits"),
    [
        (None, 0.0, [0.5, 1.0, 2.0, 4.0, 8.0, 8.0]),
        (None, 1.0, [0.375, 0.75, 1.5, 3.0, 6.0, 6.0]),
        (3.5, 1.0, [3.5] * 6),
        (120.0, 0.0, [120.0] * 6),
        (121.0, 0.0, [0.5, 1.0, 2.0, 4.0, 8.0, 8.0]),
        (0.0, 0.0, [0.5, 1.0, 2.0, 4.0, 8.0, 8.0]),
        (-1.0, 0.0, [0.5, 1.0, 2.0, 4.0, 8.0, 8.0]),
    ],
)
async def test_how_long_it_waits(retry_after: float | None, chance: float, waits: list[float]) -> None:
    limited = failure(errors.RateLimited, retry_after=retry_after)
    attempt = await Attempt(Scripted([limited]), chance, retries=6).run()
    assert attempt.waits == waits
    assert attempt.error is limited


async def test_two_retries_then_the_last_error() -> None:
    scripts = [[failure(errors.Overloaded)], [failure(errors.ServerFailed)], [failure(errors.RateLimited)], ANSWER]
    attempt = await Attempt(Scripted(*scripts)).run()
    assert isinstance(attempt.error, errors.RateLimited)
    assert attempt.notices == [
        "The server is overloaded; trying again in 0.5 s (1 of 2)",
        "The server failed; trying again in 1 s (2 of 2)",
    ]


@pytest.mark.parametrize(
    ("endpoint", "requests"),
    [
        (Endpoint("e", "https://api.example.com/v1"), 3),
        (Endpoint("e", "http://192.168.1.5:8000/v1"), 3),
        (Endpoint("e", "http://192.168.1.5:8000/v1", is_local=True), 1),
        (Endpoint("e", "http://localhost:11434"), 1),
        (Endpoint("e", "http://127.0.0.1:11434"), 1),
        (Endpoint("e", "http://127.8.8.8"), 1),
        (Endpoint("e", "http://[::1]:8080/v1"), 1),
        (Endpoint("e", ""), 3),
    ],
)
async def test_never_on_a_server_of_the_users_own(endpoint: Endpoint, requests: int) -> None:
    provider = Scripted([failure(errors.Overloaded)], endpoint=endpoint)
    await Attempt(provider).run()
    assert len(provider.requests) == requests


async def test_not_when_turned_off() -> None:
    provider = Scripted([failure(errors.Overloaded)])
    with pytest.raises(errors.Overloaded):
        await anext(Engine(None).answer(provider, REQUEST))
    assert len(provider.requests) == 1


async def test_closing_the_answer_closes_the_request() -> None:
    provider = Scripted(ANSWER)
    async with aclosing(Engine(Retry()).answer(provider, REQUEST)) as events:
        assert await anext(events) == Started("m")
        assert provider.open == 1
    assert provider.open == 0
