"""The demo: what it says, how fast, and how it fails. No test here waits for its pace."""

from __future__ import annotations

import math
from contextlib import aclosing
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_studio import errors
from chat_studio.errors import EndpointError
from chat_studio.events import Event, Finished, ReasoningDelta, Started, TextDelta, UsageReported
from chat_studio.messages import FinishReason, ImagePart, Message, Role, TextPart
from chat_studio.parameters import Parameters
from chat_studio.providers._demo.failures import STAGED, Failure
from chat_studio.providers._demo.options import DemoOptions
from chat_studio.providers._demo.pace import WAKE_UPS_PER_SECOND, schedule
from chat_studio.providers._demo.script import last_question, pieces, quoted
from chat_studio.providers.demo import Demo
from chat_studio.providers.values import ChatRequest, Endpoint

AT_ONCE = {"tokens_per_second": 0}


def demo(**fields: Any) -> Demo:
    return Demo(Endpoint(**{"name": "Demo", "base_url": "", "default_parameters": AT_ONCE, **fields}))


def asking(question: str = "What is this?", **fields: Any) -> ChatRequest:
    return ChatRequest((Message.of(Role.USER, question),), **fields)


async def answer(provider: Demo, request: ChatRequest) -> list[Event]:
    return [event async for event in provider.stream(request)]


async def until_failure(provider: Demo, request: ChatRequest) -> tuple[list[Event], EndpointError]:
    events: list[Event] = []
    try:
        async for event in provider.stream(request):
            events.append(event)  # noqa: PERF401 - what came before the error counts
    except EndpointError as error:
        return events, error
    pytest.fail("It did not fail.")


def text_of(events: list[Event]) -> str:
    return "".join(event.text for event in events if isinstance(event, TextDelta))


async def test_an_answer_thinks_speaks_counts_and_ends() -> None:
    events = await answer(demo(), asking())
    kinds = [type(event) for event in events]
    thoughts = kinds.count(ReasoningDelta)
    spoken = kinds.count(TextDelta)
    assert kinds == [Started, *[ReasoningDelta] * thoughts, *[TextDelta] * spoken, UsageReported, Finished]
    assert thoughts > 10
    assert spoken > 100
    told = next(event.usage for event in events if isinstance(event, UsageReported))
    assert (told.output_tokens, told.reasoning_tokens) == (thoughts + spoken, thoughts)
    assert told.input_tokens == len(pieces("What is this?"))
    assert events[0] == Started(model="demo")
    assert events[-1] == Finished(FinishReason.STOP, "stop")


@pytest.mark.parametrize(
    "feature",
    [
        "## ",
        "```python\n",
        "```bash\n",
        "\n| --- |",
        "\n- **",
        "\n1. ",
        "\n- [x] ",
        "\n- [ ] ",
        "\n> Things",
        "$z_i$",
        "\n$$\n",
        "](https://",
        "| Enter | Send",
        "| Ctrl+, | Settings",
    ],
)
async def test_the_answer_shows_what_markdown_can(feature: str) -> None:
    assert feature in text_of(await answer(demo(), asking()))


@pytest.mark.parametrize(
    ("question", "quote"),
    [
        ("What is this?", "\n> What is this?\n"),
        ("# a\n```\n- b", "\n> # a\n> ```\n> - b\n\n"),
        ("about {{question}}", "\n> about {{question}}\n"),
        ("\n\n a \n\nb", "\n> a\n>\n> b\n\n"),
        ("x" * 1000, "\n> " + "x" * 600 + "\n> …\n\n"),
        ("a\n" * 30, "\n" + "> a\n" * 8 + "> …\n\n"),
    ],
)
async def test_the_question_is_quoted_near_the_start(question: str, quote: str) -> None:
    text = text_of(await answer(demo(), asking(question)))
    assert quote in text[:1200]
    assert text.replace(quote, "", 1).count("{{") == 0


async def test_a_message_without_text_is_quoted_too() -> None:
    image = Message(role=Role.USER, parts=(ImagePart(data="iVBO"),))
    assert "\n> (a message without text)\n" in text_of(await answer(demo(), ChatRequest((image,))))


def test_the_last_question_counts() -> None:
    conversation = (
        Message.of(Role.USER, "first"),
        Message.of(Role.ASSISTANT, "answer"),
        Message(role=Role.USER, parts=(TextPart(text="sec"), TextPart(text="ond"))),
        Message.of(Role.ASSISTANT, ""),
    )
    assert last_question(conversation) == "second"
    assert last_question(()) == ""


@given(st.text())
def test_pieces_are_the_text_again(text: str) -> None:
    assert "".join(pieces(text)) == text


@given(st.text())
def test_a_quote_never_ends_early(text: str) -> None:
    assert all(line.startswith(">") for line in quoted(text).split("\n"))


@pytest.mark.parametrize("per_second", [0.5, 8, 40, 41, 60, 100, 600, 1_000_000])
def test_the_pace_neither_drifts_nor_wakes_too_often(per_second: float) -> None:
    tokens = list(range(1000))
    batches = list(schedule(tokens, per_second))
    assert [token for batch in batches for token in batch.pieces] == tokens
    for batch in batches:
        assert batch.due == pytest.approx(batch.pieces[0] / per_second)
    gaps = {round(after.due - before.due, 9) for before, after in pairwise(batches)}
    assert all(gap >= 1 / WAKE_UPS_PER_SECOND - 1e-9 for gap in gaps)
    assert len(batches[0].pieces) == min(1000, max(1, math.ceil(per_second / WAKE_UPS_PER_SECOND)))


def test_as_fast_as_possible_still_takes_turns() -> None:
    batches = list(schedule(range(1000), 0))
    assert {batch.due for batch in batches} == {0.0}
    assert len(batches) > 10


@pytest.mark.parametrize("limit", [1, 10, 100])
async def test_max_tokens_ends_by_length(limit: int) -> None:
    for provider, parameters in (
        (demo(), Parameters(max_tokens=limit)),
        (demo(max_tokens=limit), Parameters()),
        (demo(max_tokens=5000), Parameters(max_tokens=limit)),
    ):
        events = await answer(provider, asking(parameters=parameters))
        assert len([event for event in events if isinstance(event, ReasoningDelta | TextDelta)]) == limit
        assert events[-1] == Finished(FinishReason.LENGTH, "length")


async def test_the_limit_of_the_sample_leaves_the_answer_whole() -> None:
    assert (await answer(demo(max_tokens=2048), asking()))[-1] == Finished(FinishReason.STOP, "stop")


async def test_without_streaming_the_answer_is_the_same() -> None:
    unhurried = demo(default_parameters={"tokens_per_second": 0.001})
    assert await answer(unhurried, asking(stream=False)) == await answer(demo(), asking())


EXPECTED = {
    Failure.REFUSE: errors.ConnectionRefused,
    Failure.NAME_NOT_RESOLVED: errors.NameNotResolved,
    Failure.CONNECT_TIMEOUT: errors.ConnectTimedOut,
    Failure.TLS: errors.TlsFailed,
    Failure.UNAUTHORIZED: errors.Unauthorized,
    Failure.BILLING: errors.BillingRequired,
    Failure.MODEL_NOT_FOUND: errors.ModelNotFound,
    Failure.CONTEXT_LENGTH: errors.ContextLengthExceeded,
    Failure.INVALID_REQUEST: errors.InvalidRequest,
    Failure.FILTERED: errors.ContentFiltered,
    Failure.RATE_LIMIT: errors.RateLimited,
    Failure.OVERLOADED: errors.Overloaded,
    Failure.LOADING: errors.ModelLoading,
    Failure.SERVER_ERROR: errors.ServerFailed,
    Failure.HTML: errors.BadResponse,
    Failure.STALL: errors.Stalled,
    Failure.CUT_OFF: errors.StreamInterrupted,
    Failure.MALFORMED: errors.BadResponse,
}
MIDWAY = {Failure.STALL, Failure.CUT_OFF, Failure.MALFORMED}


def test_every_failure_is_listed_here() -> None:
    assert set(EXPECTED) == set(STAGED) == set(Failure) - {Failure.NONE}


@pytest.mark.parametrize("failure", EXPECTED)
@pytest.mark.parametrize("how", ["model", "connection", "request"])
async def test_failures(failure: Failure, how: str) -> None:
    provider, request = demo(timeout=0.01), asking()
    if how == "model":
        request = asking(model=f"demo-{failure.replace('_', '-')}")
    elif how == "connection":
        provider = demo(timeout=0.01, default_parameters={**AT_ONCE, "fail": failure.value})
    else:
        request = asking(parameters=Parameters(extra={"fail": failure.value}))
    events, error = await until_failure(provider, request)
    assert type(error) is EXPECTED[failure]
    assert error.message
    assert "on purpose" in error.hint
    assert error.connection == "Demo"
    assert bool(text_of(events)) is (failure in MIDWAY)


@pytest.mark.parametrize("tokens", [0, 1, 200])
async def test_tokens_before_a_failure(tokens: int) -> None:
    extra = {"fail": "cut_off", "fail_after": tokens}
    events, _ = await until_failure(demo(), asking(parameters=Parameters(extra=extra)))
    assert len(events) == 1 + tokens


async def test_the_rate_limit_tells_how_long_to_wait() -> None:
    _, error = await until_failure(demo(), asking(model="demo-rate-limit"))
    assert (error.status, error.retry_after) == (429, 2.0)


async def test_what_counts_more() -> None:
    """The request's extra parameters, then the model, then the connection's default ones, then its own fields."""
    broken = {**AT_ONCE, "fail": "refuse"}
    _, error = await until_failure(demo(options=DemoOptions(fail=Failure.UNAUTHORIZED)), asking())
    assert isinstance(error, errors.Unauthorized)
    _, error = await until_failure(demo(default_parameters=broken, options=DemoOptions(fail=Failure.STALL)), asking())
    assert isinstance(error, errors.ConnectionRefused)
    _, error = await until_failure(demo(default_parameters=broken), asking(model="demo-unauthorized"))
    assert isinstance(error, errors.Unauthorized)
    working = asking(model="demo-unauthorized", parameters=Parameters(extra={"fail": "none"}))
    assert (await answer(demo(default_parameters=broken), working))[-1] == Finished(FinishReason.STOP, "stop")


@pytest.mark.parametrize("extra", [{"fail": "sometimes"}, {"tokens_per_second": -1}, {"tokens": 5}])
async def test_parameters_that_make_no_sense(extra: dict[str, Any]) -> None:
    _, error = await until_failure(demo(), asking(parameters=Parameters(extra=extra)))
    assert isinstance(error, errors.InvalidRequest)
    assert next(iter(extra)) in error.message
    assert "tokens_per_second" in error.hint


async def test_an_unknown_model() -> None:
    _, error = await until_failure(demo(), asking(model="gpt-5"))
    assert isinstance(error, errors.ModelNotFound)


async def test_every_listed_model_exists() -> None:
    provider = demo()
    models = [model.id for model in await provider.list_models()]
    assert models[:3] == ["demo", "demo-fast", "demo-slow"]
    assert {"demo-refuse", "demo-stall", "demo-cut-off", "demo-rate-limit", "demo-malformed"} <= set(models)
    for model in models:
        async with aclosing(demo(timeout=0.01).stream(asking(model=model))) as events:
            try:
                await anext(events)
            except EndpointError as error:
                assert "on purpose" in error.hint  # noqa: PT017 - some models exist to fail


async def test_check_passes_unless_told_to_fail_before_an_answer() -> None:
    assert "without a model" in (await demo().check()).note
    await demo(model="demo-cut-off").check()
    with pytest.raises(errors.Unauthorized):
        await demo(model="demo-unauthorized").check()


async def test_stopping_in_the_middle() -> None:
    async with aclosing(demo(default_parameters={"tokens_per_second": 0.001}).stream(asking())) as events:
        assert isinstance(await anext(events), Started)
        assert isinstance(await anext(events), ReasoningDelta)
