"""Whatever JSON a server sends, in the right places or not: events and errors of our tree come out, nothing else."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from servers import json_reply, serve
from wire.talk import endpoint

from chat_studio.errors import BadResponse, EndpointError
from chat_studio.events import Event, Finished
from chat_studio.providers._anthropic.decoder import AnthropicDecoder
from chat_studio.providers._chat_completions.decoder import ChatDecoder
from chat_studio.providers._chat_completions.models import read_models
from chat_studio.providers._ollama.decoder import OllamaDecoder
from chat_studio.providers._wire.decoder import Decoder
from chat_studio.providers._wire.failures import failure, failure_in
from chat_studio.providers.anthropic import Anthropic
from chat_studio.providers.base import Provider
from chat_studio.providers.custom import Custom
from chat_studio.providers.ollama import Ollama

CHAT = """choices index delta message content text reasoning reasoning_details finish_reason tool_calls function id name
    arguments function_call refusal usage prompt_tokens completion_tokens prompt_tokens_details prompt_progress total
    processed type thinking model error"""
OLLAMA = "message content thinking tool_calls function name arguments id done done_reason eval_count model error"
ANTHROPIC = """type message content_block delta index text thinking signature data partial_json input id name model
    usage input_tokens output_tokens stop_reason stop_details explanation error"""
ERRORS = """error type code status message detail errors msg loc param base_resp status_code innererror details
    error_code retryDelay metadata raw"""
MODELS = """data models object id name model meta n_ctx top_provider context_length max_model_len capabilities
    architecture input_modalities status value quantization size"""
TEXTS = """text thinking text_delta thinking_delta signature_delta input_json_delta tool_use redacted_thinking error
    stop <think> </think> {"a":1} {"a" :1} claude list 1.5s"""
EVENTS = """message_start content_block_start content_block_delta content_block_stop message_delta message_stop
    something_new"""


def values(keys: str) -> st.SearchStrategy[Any]:
    """JSON in which these keys lead to anything, often enough to something of the right shape."""
    texts = st.sampled_from(TEXTS.split()) | st.text(max_size=3)
    scalars = st.none() | st.booleans() | st.integers(-2, 600) | st.floats() | texts
    return st.recursive(scalars, lambda inner: st.lists(inner, max_size=3) | objects(keys, inner), max_leaves=12)


def objects(keys: str, inner: st.SearchStrategy[Any] | None = None) -> st.SearchStrategy[dict[str, Any]]:
    return st.dictionaries(st.sampled_from(keys.split()), values(keys) if inner is None else inner, max_size=5)


def choice(delta: object, finish: object) -> dict[str, object]:
    return {"choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}


def event(kind: str, fields: dict[str, object]) -> dict[str, object]:
    return {**fields, "type": kind}


def line(message: object, done: object) -> dict[str, object]:
    return {"message": message, "done": done}


def read(decoder: Decoder, sent: list[object], prefix: bytes = b"data: ", end: bytes = b"\n\n") -> list[Event]:
    """All events, none after an error. What is raised that is no EndpointError fails the test."""
    body = b"".join(prefix + json.dumps(payload).encode() + end for payload in sent)
    try:
        return [*decoder.feed(body), *decoder.close()]
    except EndpointError:
        return []


@example([{"usage": {"prompt_tokens": float("inf")}}, choice({}, "stop")])
@given(st.lists(objects(CHAT) | st.builds(choice, objects(CHAT), st.sampled_from(["", "stop", 0, None])), max_size=4))
def test_chat_completions(sent: list[object]) -> None:
    ends_once(read(ChatDecoder(), sent))


@example([line({"tool_calls": 1}, True)])
@given(st.lists(objects(OLLAMA) | st.builds(line, objects(OLLAMA), st.booleans()), max_size=4))
def test_ollama(sent: list[object]) -> None:
    ends_once(read(OllamaDecoder(), sent, b"", b"\n"))


@given(st.lists(st.builds(event, st.sampled_from(EVENTS.split()), objects(ANTHROPIC)), max_size=5))
def test_anthropic(sent: list[object]) -> None:
    ends_once(read(AnthropicDecoder(), sent))


def ends_once(events: list[Event]) -> None:
    assert [isinstance(found, Finished) for found in events] == [*[False] * (len(events) - 1), *[True] * bool(events)]


@pytest.mark.parametrize("decoder", [ChatDecoder, AnthropicDecoder])
@given(data=st.data())
def test_whole_answers(decoder: type[Decoder], data: st.DataObject) -> None:
    body = data.draw(objects(f"{CHAT} {ANTHROPIC}"))
    try:
        events = list(decoder().whole(body))
    except EndpointError:
        return
    ends_once(events)


@given(values(ERRORS), st.integers(400, 599))
def test_failures(value: object, status: int) -> None:
    assert failure(status, {}, json.dumps(value).encode()).message
    assert failure_in(value).message


@example([""])
@given(values(MODELS))
def test_model_lists(value: object) -> None:
    try:
        models = read_models(value)
    except EndpointError:
        return
    assert all(isinstance(model.id, str) and model.id for model in models)


def nested(depth: int) -> str:
    return f"{'[' * depth}{']' * depth}"


LONG = "9" * 400
EXTREMES = {
    "an amount that no float holds": f'{{"choices": [], "usage": {{"prompt_tokens": 1, "cost": {LONG}}}}}',
    "a count": f'{{"choices": [], "usage": {{"prompt_tokens": {LONG}}}}}',
    "progress": f'{{"choices": [], "prompt_progress": {{"total": 1, "processed": {LONG}}}}}',
    "a number that Python does not read": f'{{"choices": [], "x": {"9" * 5000}}}',
    "a list without end": nested(100_000),
    "one after an object": f'{{"choices": []}}{nested(100_000)}',
    "one that pydantic does not take": f'{{"choices": [{{"delta": {{"tool_calls": [{{"function": {{"name": "f"}}, "x": '
    f"{nested(300)}}}]}}}}]}}",
    "arguments that nobody reads": json.dumps({"choices": [{"delta": {"tool_calls": [
        {"id": "a", "function": {"name": "f", "arguments": f'{{"x": {"9" * 5000}}}'}}]}}]}),
}  # fmt: skip


@pytest.mark.parametrize("payload", EXTREMES.values(), ids=EXTREMES.keys())
def test_extremes(payload: str) -> None:
    body = f"data: {payload}\n\ndata: {json.dumps(choice({}, 'stop'))}\n\n".encode()
    for text in (body, body.replace(b"data: ", b"", 1)):
        decoder = ChatDecoder()
        with contextlib.suppress(EndpointError):
            events = [*decoder.feed(text), *decoder.close()]
            ends_once(events)


@pytest.mark.parametrize("value", [LONG, "1.2.3", "", "-1", "٣", "NaN"])
def test_waiting_times(value: str) -> None:
    words = {"message": f"Please try again in {value}s", "details": [{"retryDelay": f"{value}s"}]}
    error = failure(429, {"retry-after": value}, json.dumps({"error": words}).encode())
    assert error.retry_after is None or 0 <= error.retry_after < float("inf")


@pytest.mark.parametrize("body", [r'{"error": "a\ud800"}', r'{"error": "{\"error\": \"a\\ud800\"}"}'])
def test_half_a_character_in_an_error(body: str) -> None:
    assert failure(400, {}, body.encode()).detail == "a\ufffd"


ODD = {"id": "m", "name": "m", "model": "m", "size": "big", "details": [], "capabilities": [{}], "max_tokens": "many"}


@pytest.mark.parametrize("kind", [Anthropic, Custom, Ollama])
async def test_facts_of_a_model_that_are_none(kind: type[Provider]) -> None:
    async with serve(json_reply({"data": [ODD, 7, None], "models": [ODD, 7, None]})) as server:
        provider = kind(endpoint(server.url))
        (model,) = await provider.list_models()
        await provider.aclose()
    assert (model.id, model.size, model.context_length, model.capabilities) == ("m", None, None, frozenset())


@pytest.mark.parametrize("vector", [None, "text", ["text"], [None], {"0": 1}, [float("nan")], [10**400]])
@pytest.mark.parametrize("kind", [Custom, Ollama])
async def test_vectors_that_are_none(kind: type[Provider], vector: object) -> None:
    async with serve(json_reply({"data": [{"embedding": vector}], "embeddings": [vector]})) as server:
        provider = kind(endpoint(server.url))
        with pytest.raises(BadResponse, match="one vector"):
            await provider.embed("m", ["text"])
        await provider.aclose()
