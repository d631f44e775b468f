"""Answers recorded from vLLM and llama.cpp, replayed through real sockets."""

from __future__ import annotations

import json
import re

import pytest
from servers import recorded, serve
from wire.recorded import FOLDER, Recording, recordings
from wire.talk import ask, endpoint

from chat_studio.errors import (
    ContextLengthExceeded,
    EndpointError,
    ImagesUnsupported,
    InvalidRequest,
    ModelNotFound,
    ServerFailed,
    StreamInterrupted,
    ToolsUnsupported,
    Unauthorized,
)
from chat_studio.events import (
    Event,
    Finished,
    ReasoningDelta,
    Started,
    TextDelta,
    ToolCallDelta,
    ToolCallReady,
    UsageReported,
)
from chat_studio.messages import FinishReason
from chat_studio.providers.custom import Custom
from chat_studio.providers.values import ModelInfo
from chat_studio.providers.vllm import Vllm

SERVERS = ("vllm", "vllm-tools", "llama-server")
CHATS = [recording for server in SERVERS for recording in recordings(server, "chat")]
CUT = "chat_top_logprobs_over"  # of llama-server; its recording ends early
ANSWERED = [chat for chat in CHATS if chat.status == 200 and str(chat) != f"llama-server/{CUT}"]
FAILED = [chat for chat in CHATS if chat.status != 200]

# what the refusals of a name are; all others are invalid requests (400) or failures of the server (500)
KINDS: dict[str, type[EndpointError]] = {
    "chat_no_key": Unauthorized,
    "chat_stream_no_key": Unauthorized,
    "chat_wrong_key": Unauthorized,
    "chat_unknown_model": ModelNotFound,
    "chat_stream_unknown_model": ModelNotFound,
    "chat_overflow": ContextLengthExceeded,
    "chat_stream_overflow": ContextLengthExceeded,
    "chat_image": ImagesUnsupported,
}
TOOLS_REFUSED = {
    f"chat{stream}_{name}"
    for stream in ("", "_stream")
    for name in ("tools", "tools_two", "tools_unused", "tools_required", "tools_named", "tool_result")
} | {"chat_tool_result_bad_arguments"}


async def replay(recording: Recording) -> tuple[list[Event], EndpointError | None]:
    models = FOLDER / recording.server / "get_v1_models.http"
    async with serve({"POST /v1/chat/completions": recorded(recording.path), "/v1/models": recorded(models)}) as server:
        return await ask(Vllm, endpoint(server.url))


def expected_texts(recording: Recording) -> tuple[str, str]:
    """Reasoning and text, as a plain join of the deltas gives them."""
    content = "".join(delta.get("content") or "" for delta in recording.deltas)
    reasoning = "".join(delta.get("reasoning_content") or delta.get("reasoning") or "" for delta in recording.deltas)
    tagged = re.match(r"\s*<think>\s*(.*?)(?:</think>\s*(.*))?$", content, re.DOTALL)
    return (tagged[1], tagged[2] or "") if tagged and not reasoning else (reasoning, content)


def expected_calls(recording: Recording) -> list[tuple[str, object]]:
    """Name and decoded arguments of each call, joined by index."""
    calls: dict[int, list[str]] = {}
    for delta in recording.deltas:
        for position, call in enumerate(delta.get("tool_calls") or []):
            whole = calls.setdefault(call.get("index", position), ["", ""])
            whole[0] += call["function"].get("name") or ""
            whole[1] += call["function"].get("arguments") or ""
    return [(name, json.loads(arguments)) for name, arguments in calls.values()]


@pytest.mark.parametrize("recording", ANSWERED, ids=str)
async def test_answers(recording: Recording) -> None:
    events, error = await replay(recording)
    assert error is None
    reasoning, text = expected_texts(recording)
    assert "".join(event.text for event in events if isinstance(event, ReasoningDelta)) == reasoning
    assert "".join(event.text for event in events if isinstance(event, TextDelta)) == text
    calls = [event.call for event in events if isinstance(event, ToolCallReady)]
    assert [(call.name, json.loads(call.arguments)) for call in calls] == expected_calls(recording)
    assert len({call.id for call in calls}) == len(calls)
    usage = [event.usage for event in events if isinstance(event, UsageReported)]
    expected = [recording.usage] if recording.usage else []
    assert [(told.input_tokens, told.output_tokens) for told in usage] == expected
    finished = events[-1]
    assert isinstance(finished, Finished)
    assert finished.raw_reason == recording.finish_reasons[0]
    assert finished.reason == (FinishReason.TOOL_CALLS if calls else FinishReason(recording.finish_reasons[0]))
    assert events[0] == Started(recording.payloads[0]["model"], recording.payloads[0]["id"])


@pytest.mark.parametrize("recording", FAILED, ids=str)
async def test_refusals(recording: Recording) -> None:
    events, error = await replay(recording)
    assert events == []
    assert error is not None
    kind = KINDS.get(recording.name, InvalidRequest if recording.status < 500 else ServerFailed)
    if recording.server == "vllm" and recording.name in TOOLS_REFUSED:
        kind = ToolsUnsupported
    assert type(error) is kind
    assert error.status == recording.status
    assert error.hint
    told = recording.payloads[0]["error"]
    message = told if isinstance(told, str) else told["message"]
    assert error.detail.startswith(message[:200])


async def test_a_recording_that_ends_early() -> None:
    _, error = await replay(Recording("llama-server", CUT, 200))
    assert type(error) is StreamInterrupted


def test_the_calls_are_among_the_recordings() -> None:
    names = {chat.name for chat in ANSWERED if expected_calls(chat)}
    assert {"chat_tools", "chat_tools_two", "chat_stream_tools", "chat_stream_tools_two"} <= names


async def test_calls_can_be_watched() -> None:
    events, _ = await replay(Recording("vllm-tools", "chat_stream_tools_two", 200))
    pieces = [event for event in events if isinstance(event, ToolCallDelta)]
    assert {piece.index for piece in pieces} == {0, 1}
    for call in (event.call for event in events if isinstance(event, ToolCallReady)):
        assert call.arguments in {
            "".join(piece.arguments for piece in pieces if piece.index == index) for index in (0, 1)
        }


@pytest.mark.parametrize(
    ("server", "models"),
    [
        ("vllm", [ModelInfo("tiny", context_length=1024)]),
        ("vllm-tools", [ModelInfo("tiny-taught", context_length=1024)]),
        ("llama-server", [ModelInfo("tiny-taught", context_length=1024, size=1883648)]),
    ],
)
async def test_models(server: str, models: list[ModelInfo]) -> None:
    async with serve(recorded(FOLDER / server / "get_v1_models.http")) as running:
        provider = Custom(endpoint(running.url))
        assert list(await provider.list_models()) == models
        await provider.aclose()


async def test_check_tells_vllms_version() -> None:
    script = {
        "/v1/models": recorded(FOLDER / "vllm" / "get_v1_models.http"),
        "/version": recorded(FOLDER / "vllm" / "get_version.http"),
    }
    async with serve(script) as server:
        provider = Vllm(endpoint(server.url))
        info = await provider.check()
        await provider.aclose()
    assert (info.version, info.note) == ("0.32.0", "1 model")


@pytest.mark.parametrize("name", ["get_models_no_key", "get_models_wrong_key"])
async def test_check_without_the_right_key(name: str) -> None:
    async with serve(recorded(FOLDER / "vllm-tools" / f"{name}.http")) as server:
        provider = Vllm(endpoint(server.url))
        with pytest.raises(Unauthorized):
            await provider.check()
        await provider.aclose()
