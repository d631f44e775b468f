"""Answers of `/v1/messages` recorded from vLLM and llama-server, replayed through a socket."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from servers import recorded, serve

from chat_studio.errors import EndpointError
from chat_studio.events import Event, Finished, ReasoningDelta, TextDelta, ToolCallReady, UsageReported
from chat_studio.messages import FinishReason, Message, Role
from chat_studio.providers.anthropic import Anthropic
from chat_studio.providers.values import ChatRequest, Endpoint

RECORDINGS = Path(__file__).parents[1] / "wire" / "recordings"
MESSAGES: dict[str, dict[str, Any]] = json.loads((RECORDINGS / "messages.json").read_text("utf-8"))


@pytest.mark.parametrize("name", MESSAGES)
async def test_recorded_answers(name: str) -> None:
    expected = MESSAGES[name]
    async with serve(recorded(RECORDINGS / f"{name}.http")) as server:
        provider = Anthropic(Endpoint(name="recorded", base_url=server.url, model="tiny-taught"))
        try:
            if "error" in expected:
                with pytest.raises(EndpointError) as failed:
                    await events_of(provider)
                assert (failed.value.kind, failed.value.status) == (expected["error"], expected["status"])
                assert failed.value.detail == expected["detail"]
                return
            events = await events_of(provider)
        finally:
            await provider.aclose()
    calls = [event.call for event in events if isinstance(event, ToolCallReady)]
    told = next(event.usage for event in events if isinstance(event, UsageReported))
    assert "".join(event.text for event in events if isinstance(event, TextDelta)) == expected["text"]
    assert "".join(event.text for event in events if isinstance(event, ReasoningDelta)) == expected["reasoning"]
    assert [[made.name, json.loads(made.arguments)] for made in calls] == expected["calls"]
    assert (told.input_tokens, told.output_tokens) == (expected["input_tokens"], expected["output_tokens"])
    assert events[-1] == Finished(FinishReason(expected["reason"]), expected["raw_reason"])


async def events_of(provider: Anthropic) -> list[Event]:
    request = ChatRequest((Message.of(Role.USER, "Hello"),))
    return [event async for event in provider.stream(request)]
