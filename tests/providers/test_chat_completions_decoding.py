"""The streams of the table as bytes: whole, byte by byte, and cut at every place."""

from __future__ import annotations

import pytest
from wire.chat_cases import CASES, Case, call, calls, delta
from wire.stories import Told, story

from chat_studio.errors import BadResponse, ContextLengthExceeded, EndpointError, StreamInterrupted
from chat_studio.events import Event, Started, ToolCallDelta, ToolCallReady, UsageReported
from chat_studio.messages import Usage
from chat_studio.providers._chat_completions.decoder import ChatDecoder


def decode(*chunks: bytes) -> tuple[list[Event], type[EndpointError] | None]:
    """All events, and the class of the error that ended them."""
    decoder = ChatDecoder("m")
    events: list[Event] = []
    try:
        for chunk in chunks:
            events += decoder.feed(chunk)  # what comes out before an error stays
            if decoder.done:
                break
        events += decoder.close()
    except EndpointError as error:
        return events, type(error)
    return events, None


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_streams(case: Case) -> None:
    expected: tuple[list[Told], type[EndpointError] | None] = (list(case.story), case.error)
    body = case.body
    ways = [(body,), tuple(bytes([byte]) for byte in body), *((body[:cut], body[cut:]) for cut in range(len(body)))]
    for way in ways:
        events, error = decode(*way)
        assert (story(events), error) == expected


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_carriage_returns_change_nothing(case: Case) -> None:
    for end in (b"\r\n", b"\r"):
        events, error = decode(case.body.replace(b"\n", end))
        assert (story(events), error) == (list(case.story), case.error)


def test_the_model_and_id_are_the_servers() -> None:
    first = b'data: {"id": "", "model": "", "choices": []}\n\n'
    second = b'data: {"id": "c1", "model": "m-2026", "choices": [{"delta": {"content": "x"}}]}\n\n'
    events, _ = decode(first, second)
    assert events[0] == Started("m-2026", "c1")


def test_a_call_can_be_watched_while_it_is_written() -> None:
    body = calls(call(id="a", index=0, name="f")) + calls(call('{"x"', index=0)) + calls(call(":1}", index=0))
    events, _ = decode(body.replace("⏎", "\n").encode())
    assert [event for event in events if isinstance(event, ToolCallDelta)] == [
        ToolCallDelta(0, "f", ""), ToolCallDelta(0, "f", '{"x"'), ToolCallDelta(0, "f", ":1}")
    ]  # fmt: skip


def test_opaque_data_of_a_call_is_kept() -> None:
    body = calls(call("{}", id="a", name="f", extra_content={"google": {"thought_signature": "S"}}), finish="stop")
    events, _ = decode(body.replace("⏎", "\n").encode())
    ready = next(event for event in events if isinstance(event, ToolCallReady))
    assert ready.call.id == "a"
    assert ready.call.replay == {"extra_content": {"google": {"thought_signature": "S"}}}


def test_calls_without_an_id_get_one() -> None:
    body = calls(call("{}", index=0, name="f"), call("{}", index=1, name="f"), finish="stop")
    events, _ = decode(body.replace("⏎", "\n").encode())
    ids = [event.call.id for event in events if isinstance(event, ToolCallReady)]
    assert len(set(ids)) == 2
    assert all(ids)


def test_all_of_usage() -> None:
    body = delta("x", finish="stop") + (
        'data: {"choices": [], "usage": {"prompt_tokens": 10, "completion_tokens": 5, "cost": 0.25,'
        ' "prompt_tokens_details": {"cached_tokens": 4, "cache_write_tokens": 3},'
        ' "completion_tokens_details": {"reasoning_tokens": 2}}}⏎⏎'
    )
    events, _ = decode(body.replace("⏎", "\n").encode())
    usage = Usage(
        input_tokens=10, output_tokens=5, reasoning_tokens=2, cached_tokens=4, cache_write_tokens=3, cost=0.25
    )
    assert UsageReported(usage) in events


def test_truncated_arguments_are_named() -> None:
    decoder = ChatDecoder()
    cut = calls(call('{"path":"/a', index=0, id="a", name="write_file"), finish="length")
    list(decoder.feed(cut.replace("⏎", "\n").encode()))
    with pytest.raises(StreamInterrupted, match="truncated arguments of “write_file”") as caught:
        list(decoder.close())
    assert "max_tokens" in caught.value.hint


def test_a_whole_answer_tells_the_same() -> None:
    message = {
        "content": "<think>a</think>b",
        "tool_calls": [{"id": "1", "function": {"name": "f", "arguments": "{}"}}],
    }
    body = {"model": "m", "choices": [{"message": message, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": 1, "completion_tokens": 2}}  # fmt: skip
    assert story(ChatDecoder().whole(body)) == [
        ("reasoning", "a"), ("text", "b"), ("usage", 1, 2), ("call", "f", "{}"), ("finished", "tool_calls", "stop")
    ]  # fmt: skip


@pytest.mark.parametrize("body", [{}, [], "text", {"choices": None}, {"object": "list", "data": []}])
def test_what_is_no_completion(body: object) -> None:
    with pytest.raises(BadResponse):
        list(ChatDecoder().whole(body))


def test_an_error_names_the_model() -> None:
    decoder = ChatDecoder("tiny")
    with pytest.raises(ContextLengthExceeded):
        list(decoder.feed(b'data: {"error": "maximum context length is 5"}\n\n'))
