"""Examining a connection, and what every examination holds to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from servers import Answer, json_reply, sse

from chat_studio.connections.doctor import Step, examine
from chat_studio.connections.model import Connection
from chat_studio.connections.secrets import Secrets

NAMES = ("name", "port", "TLS", "key", "models", "first token", "tools", "images")
WITH_REPLICAS = (*NAMES[:4], "replicas", *NAMES[4:])
KEY = "sk-doctor-0123456789abcdef"
MODELS = {"data": [{"id": "m1"}, {"id": "m2"}]}
STOP = {"choices": [{"delta": {}, "finish_reason": "stop"}]}


def said(text: str) -> Answer:
    return sse({"choices": [{"delta": {"content": text}}]}, STOP)


ANSWER = said("Hello")
CALL = {"index": 0, "id": "c1", "function": {"name": "report_word", "arguments": '{"word": "hello"}'}}
CALLED = sse({"choices": [{"delta": {"tool_calls": [CALL]}, "finish_reason": "tool_calls"}]})
SCRIPT: Mapping[str, Any] = {"/v1/models": json_reply(MODELS), "/v1/chat/completions": ANSWER}
ABLE: Mapping[str, Any] = {**SCRIPT, "/v1/chat/completions": [ANSWER, CALLED, said("Red")]}
"""A server whose model calls tools and sees."""


def connection(**fields: Any) -> Connection:
    return Connection.model_validate({"id": "a", "name": "Mine", "provider": "custom", **fields})


async def examined(
    secrets: Secrets, made: Connection, typed_key: str = "", names: tuple[str, ...] = NAMES
) -> dict[str, Step]:
    """The ended steps; checks that each one began before, and that none tells the key."""
    steps = [step async for step in examine(made, secrets, typed_key=typed_key)]
    ended = [step for step in steps if step.state != "running"]
    assert tuple(step.name for step in ended) == names
    begun = tuple(step.name for step in steps if step.state == "running")
    assert begun == names[: len(begun)]
    for step in ended:
        assert (step.seconds is not None) == (step.state in ("ok", "warning", "failed"))
        assert (step.error is not None) == (step.state == "failed")
        for key in (KEY, typed_key or KEY):
            assert key not in f"{step!r}{step.error and vars(step.error)}"
    return {step.name: step for step in ended}


def states(steps: Mapping[str, Step]) -> str:
    return " ".join(step.state for step in steps.values())


def failure(steps: Mapping[str, Step]) -> Step:
    """The one step that failed; checks that those after it were skipped."""
    (failed,) = (step for step in steps.values() if step.state == "failed")
    names = list(steps)
    after = names[names.index(failed.name) + 1 :]
    assert all(steps[name] == Step(name, "skipped") for name in after)
    assert failed.error is not None
    assert failed.error.connection == "Mine"
    return failed
