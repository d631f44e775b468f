"""GPT4All: answers that come whole, and a server that refuses whatever it does not know."""

from __future__ import annotations

import pytest
from servers import Answer, free_port, json_reply, reply, serve
from wire.stories import story
from wire.talk import ask, endpoint

from chat_studio.connections.detect import detect
from chat_studio.errors import (
    ConnectionRefused,
    EndpointError,
    ImagesUnsupported,
    InvalidRequest,
    ServerFailed,
    Stalled,
    Unauthorized,
)
from chat_studio.events import Finished, Notice, Started, TextDelta
from chat_studio.messages import (
    FinishReason,
    ImagePart,
    Message,
    ReasoningPart,
    Role,
    TextPart,
    ToolCallPart,
    ToolResultPart,
)
from chat_studio.parameters import Parameters
from chat_studio.providers.gpt4all import Gpt4All
from chat_studio.providers.values import ChatRequest, Endpoint, ModelInfo, Probe, ToolDefinition

MODEL = "Llama 3 8B Instruct"
HELLO = (Message.of(Role.USER, "Hello"),)
WHOLE = {
    "id": "placeholder",
    "object": "chat.completion",
    "model": MODEL,
    "choices": [
        {
            "index": 0,
            "message": {"role": "assistant", "content": "Hi"},
            "finish_reason": "stop",
            "logprobs": None,
            "references": [{"file": "a.txt", "text": "A"}],
        }
    ],
    "usage": {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5},
}


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("", "http://127.0.0.1:4891/v1"),
        ("localhost", "http://127.0.0.1:4891/v1"),
        ("http://localhost:4891", "http://127.0.0.1:4891/v1"),
        ("http://localhost:5000/v1/", "http://127.0.0.1:5000/v1"),
        ("http://[::1]:4891/v1/chat/completions", "http://127.0.0.1:4891/v1"),
        ("http://localhost.example:4891", "http://localhost.example:4891/v1"),
    ],
)
def test_addresses(typed: str, expected: str) -> None:
    assert Gpt4All(Endpoint(name="g", base_url=typed)).base_url == expected
    assert Gpt4All.normalise_url(expected) == expected


async def test_an_answer_comes_whole() -> None:
    async with serve({"POST /v1/chat/completions": json_reply(WHOLE)}) as server:
        events, error = await ask(
            Gpt4All, endpoint(server.url, model=MODEL, api_key="", max_tokens=9), ChatRequest(HELLO)
        )
    assert error is None
    assert story(events) == [("text", "Hi"), ("usage", 3, 2), ("finished", "stop", "stop")]
    (request,) = server.requests
    assert "authorization" not in request.headers
    assert request.json == {
        "model": MODEL,
        "messages": [{"role": "user", "content": "Hello"}],
        "stream": False,
        "max_tokens": 9,
    }


async def test_what_it_refuses_is_not_sent_and_told() -> None:
    request = ChatRequest(
        HELLO,
        parameters=Parameters(
            temperature=0.5,
            top_p=0.9,
            max_tokens=7,
            seed=3,
            stop=("END",),
            reasoning_effort="low",
            json_schema={"type": "object"},
        ),
        tools=(ToolDefinition("f", "Does f.", {}),),
    )
    async with serve(json_reply(WHOLE)) as server:
        events, error = await ask(Gpt4All, endpoint(server.url, model=MODEL), request)
    assert error is None
    sent = server.requests[0].json
    assert sent.keys() == {"model", "messages", "stream", "temperature", "top_p", "max_tokens"}
    (notice,) = [event.text for event in events if isinstance(event, Notice)]
    assert all(f"“{name}”" in notice for name in ("seed", "stop", "reasoning_effort", "response_format", "tools"))


async def test_a_conversation_with_tools_goes_on_without_them() -> None:
    conversation = (
        Message.of(Role.SYSTEM, "Be brief."),
        *HELLO,
        Message(
            role=Role.ASSISTANT,
            parts=(
                ReasoningPart(text="Hm.", replay={"reasoning_details": []}),
                TextPart(text="Looking."),
                ToolCallPart(id="c", name="f"),
            ),
        ),
        Message(role=Role.TOOL, parts=(ToolResultPart(call_id="c", content="42"),)),
        Message.of(Role.ASSISTANT, "It is 42."),
        Message.of(Role.USER, "And?"),
    )
    async with serve(json_reply(WHOLE)) as server:
        _, error = await ask(Gpt4All, endpoint(server.url, model=MODEL), ChatRequest(conversation))
    assert error is None
    assert server.requests[0].json["messages"] == [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "Hello"},
        {"role": "assistant", "content": "Looking."},
        {"role": "assistant", "content": "It is 42."},
        {"role": "user", "content": "And?"},
    ]


async def test_images_are_refused_before_anything_is_sent() -> None:
    request = ChatRequest((Message(role=Role.USER, parts=(ImagePart(data="QQ=="),)),))
    async with serve(json_reply(WHOLE)) as server:
        _, error = await ask(Gpt4All, endpoint(server.url, model=MODEL), request)
    assert type(error) is ImagesUnsupported
    assert server.requests == []


async def test_a_name_that_it_does_not_know_is_answered_by_its_default() -> None:
    async with serve(json_reply(WHOLE)) as server:
        events, error = await ask(Gpt4All, endpoint(server.url, model="gpt-4"), ChatRequest(HELLO))
    assert error is None
    assert events[:3] == [
        Started(MODEL, "placeholder"),
        Notice(f"“gpt-4” was asked for, and GPT4All answered with “{MODEL}”."),
        TextDelta("Hi"),
    ]


async def test_a_limit_ends_the_answer() -> None:
    choice = {**WHOLE["choices"][0], "finish_reason": "length"}  # type: ignore[index]
    async with serve(json_reply({**WHOLE, "choices": [choice]})) as server:
        events, _ = await ask(Gpt4All, endpoint(server.url, model=MODEL), ChatRequest(HELLO))
    assert events[-1] == Finished(FinishReason.LENGTH, "length")


LIST = {"object": "list", "data": [{"id": MODEL, "object": "model", "created": 0, "owned_by": "humanity"}]}


async def test_the_models_and_a_check() -> None:
    async with serve({"GET /v1/models": json_reply(LIST)}) as server:
        provider = Gpt4All(endpoint(server.url))
        assert await provider.list_models() == [ModelInfo(MODEL)]
        assert (await provider.check()).note == "1 model"
        await provider.aclose()


def test_recognised_by_the_owner_of_its_models() -> None:
    assert Gpt4All.recognise(Probe("/v1/models", 200, {}, "", LIST))  # type: ignore[arg-type]
    assert not Gpt4All.recognise(Probe("/v1/models", 200, {}, "", {"data": [{"id": "m", "owned_by": "vllm"}]}))
    assert not Gpt4All.recognise(Probe("/", 200, {}, "", LIST))  # type: ignore[arg-type]


async def test_detected_at_its_address() -> None:
    async with serve({"GET /v1/models": json_reply(LIST)}) as server:
        found = await detect(server.url)
    assert (found.kind, found.base_url) == ("gpt4all", f"{server.url}/v1")
    assert [model.id for model in found.models] == [MODEL]


STRICT = {
    "error": {"message": "'top_k' is not supported", "type": "invalid_request_error", "param": None, "code": None}
}
UNEXPECTED = {"error": {"message": "Unrecognized message key: x", "type": "invalid_request_error"}}
FAILURES: list[tuple[Answer, type[EndpointError], str]] = [
    (reply("", "text/plain", 401), Unauthorized, "Enable Local API Server"),
    (reply("", "text/plain", 500), ServerFailed, "could not load the model"),
    (json_reply(UNEXPECTED, 400), InvalidRequest, "parameters"),
]


@pytest.mark.parametrize(("answer", "kind", "hint"), FAILURES)
async def test_failures(answer: Answer, kind: type[EndpointError], hint: str) -> None:
    async with serve({"POST /v1/chat/completions": answer}) as server:
        _, error = await ask(Gpt4All, endpoint(server.url, model=MODEL), ChatRequest(HELLO))
    assert type(error) is kind
    assert hint in error.hint


async def test_a_default_parameter_that_it_refuses_is_left_out() -> None:
    async with serve([json_reply(STRICT, 400), json_reply(WHOLE)]) as server:
        at = endpoint(server.url, model=MODEL, default_parameters={"top_k": 4})
        events, error = await ask(Gpt4All, at, ChatRequest(HELLO))
    assert error is None
    assert any("“top_k”" in event.text for event in events if isinstance(event, Notice))
    assert "top_k" not in server.requests[1].json


async def test_a_server_that_is_not_switched_on() -> None:
    _, error = await ask(Gpt4All, endpoint(f"http://localhost:{free_port()}", model=MODEL), ChatRequest(HELLO))
    assert type(error) is ConnectionRefused
    assert "Enable Local API Server" in error.hint


def test_silence_calls_for_patience() -> None:
    assert "timeout" in Gpt4All(endpoint("")).explain(Stalled("Silence.")).hint
