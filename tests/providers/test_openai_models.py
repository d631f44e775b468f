"""OpenAI's models: what each is sent, who pays, and those that hold no conversations."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from servers import json_reply, serve, sse
from wire.talk import KEY, QUESTION, ask, endpoint, joined

from chat_studio.errors import WrongAddress
from chat_studio.events import Notice, TextDelta
from chat_studio.messages import Message, Role
from chat_studio.parameters import Parameters
from chat_studio.providers._openai.models import RULES
from chat_studio.providers.openai import OpenAI, OpenAIOptions
from chat_studio.providers.values import ChatRequest

HI = {"choices": [{"index": 0, "delta": {"content": "Hi"}, "finish_reason": "stop"}]}
PATH = "POST /v1/chat/completions"
EVERYTHING = Parameters(temperature=0.2, top_p=0.5, max_tokens=9, seed=1, stop=("X",))


async def sent(model: str, parameters: Parameters = EVERYTHING, **fields: Any) -> dict[str, Any]:
    """The body that reaches the server."""
    async with serve({PATH: sse(HI)}) as server:
        _, error = await ask(
            OpenAI, endpoint(server.url, model=model, **fields), replace(QUESTION, parameters=parameters)
        )
    assert error is None
    assert len(server.requests) == 1
    body: dict[str, Any] = server.requests[0].json
    return body


# (model, effort that is asked for, effort that is sent, whether the sampling parameters are)
MATRIX = [
    ("gpt-5.6-sol", "", None, False), ("gpt-5.6-luna", "none", "none", True), ("gpt-5.6", "minimal", None, False),
    ("gpt-5.5", "", None, False), ("gpt-5.5", "none", "none", True), ("gpt-5.5-pro", "none", None, False),
    ("gpt-5.4", "", None, True), ("gpt-5.4", "low", "low", False), ("gpt-5.4-mini", "", None, True),
    ("gpt-5.4-pro", "", None, False), ("gpt-5.4-pro", "none", None, False),
    ("gpt-5.3", "", None, True), ("gpt-5.3-chat-latest", "", None, False), ("gpt-5.3-chat-latest", "none", None, False),
    ("gpt-5.2", "high", "high", False), ("gpt-5.2", "none", "none", True), ("gpt-5.2-pro", "", None, False),
    ("gpt-5.1", "", None, True), ("gpt-5.1-codex", "", None, False), ("gpt-5.1-chat-latest", "none", None, False),
    ("gpt-5-chat-latest", "", None, True), ("gpt-5-chat-latest", "low", None, True),
    ("gpt-5", "", None, False), ("gpt-5-mini", "minimal", "minimal", False), ("gpt-5-nano", "none", None, False),
    ("o1", "low", "low", False), ("o3", "", None, False), ("o4-mini", "none", None, False),
    ("o1-mini", "low", None, False),
    ("gpt-4.1", "", None, True), ("gpt-4o-mini", "low", None, True), ("ft:gpt-4o-mini:acme", "low", None, True),
    ("gpt-7-of-tomorrow", "low", "low", True),
]  # fmt: skip


@pytest.mark.parametrize(("model", "asked", "effort", "sampling"), MATRIX)
async def test_what_a_model_is_sent(model: str, asked: str, effort: str | None, sampling: bool) -> None:
    body = await sent(model, EVERYTHING.model_copy(update={"reasoning_effort": asked}))
    assert body.get("reasoning_effort") == effort
    assert ("temperature" in body, "top_p" in body) == (sampling, sampling)
    assert body["max_completion_tokens"] == 9
    assert "max_tokens" not in body
    assert body["seed"] == 1
    assert body["stream_options"] == {"include_usage": True}


@pytest.mark.parametrize(("model", "takes_it"), [("o3", False), ("o3-mini", False), ("o4-mini", False), ("o1", True),
    ("gpt-4o", True)])  # fmt: skip
async def test_stop_words(model: str, takes_it: bool) -> None:
    assert ("stop" in await sent(model)) is takes_it


async def test_what_is_withheld_is_told_and_free_parameters_are_not_withheld() -> None:
    async with serve({PATH: sse(HI)}) as server:
        at = endpoint(server.url, model="o3", temperature=0.5, default_parameters={"top_p": 0.1})
        told, error = await ask(OpenAI, at)
    assert error is None
    assert told[0] == Notice("“o3” does not take “temperature”: the request is sent without.")
    assert "temperature" not in server.requests[0].json
    assert server.requests[0].json["top_p"] == 0.1


@pytest.mark.parametrize(("model", "role"), [("o1-mini", "user"), ("o1-preview-2024-09-12", "user"), ("o3", "system"),
    ("gpt-5", "system"), ("gpt-4o", "system")])  # fmt: skip
async def test_where_the_system_prompt_goes(model: str, role: str) -> None:
    request = ChatRequest((Message.of(Role.SYSTEM, "Be brief."), Message.of(Role.USER, "Hello")))
    async with serve({PATH: sse(HI)}) as server:
        await ask(OpenAI, endpoint(server.url, model=model), request)
    messages = server.requests[0].json["messages"]
    assert messages[0]["role"] == role
    assert messages[0]["content"].startswith("Be brief.")
    assert len(messages) == (1 if role == "user" else 2)


async def test_a_more_special_rule_stands_before_a_more_general_one() -> None:
    for position, rule in enumerate(RULES):
        assert not any(rule.prefix.startswith(before.prefix) for before in RULES[:position]), rule.prefix


async def test_organization_and_project() -> None:
    async with serve({PATH: sse(HI)}) as server:
        await ask(OpenAI, endpoint(server.url, options=OpenAIOptions(organization=" org-1 ", project="proj_2")))
        await ask(OpenAI, endpoint(server.url))
    first, second = (request.headers for request in server.requests)
    assert (first["openai-organization"], first["openai-project"]) == ("org-1", "proj_2")
    assert first["authorization"] == f"Bearer {KEY}"
    assert not {"openai-organization", "openai-project"} & set(second)


async def test_a_base_model_goes_on_with_the_text() -> None:
    refusal = "This is not a chat model and thus not supported in the v1/chat/completions endpoint. Did you mean to use v1/completions?"  # fmt: skip  # noqa: E501
    script = {
        PATH: json_reply({"error": {"message": refusal, "type": "invalid_request_error", "param": "model"}}, 404),
        "POST /v1/completions": sse({"choices": [{"index": 0, "text": " world", "finish_reason": "stop"}]}),
    }
    async with serve(script) as server:
        provider = endpoint(server.url, model="davinci-002", max_tokens=5)
        told, error = await ask(OpenAI, provider)
    assert error is None
    assert isinstance(told[0], Notice)
    assert TextDelta(" world") in joined(told)
    assert [request.path for request in server.requests] == ["/v1/chat/completions", "/v1/completions"]
    body = server.requests[1].json
    assert (body["model"], body["prompt"], body["max_tokens"]) == ("davinci-002", "hello", 5)
    assert "messages" not in body


async def test_a_model_of_the_responses_api() -> None:
    words = "This model is only supported in v1/responses and not in v1/chat/completions."
    async with serve({PATH: json_reply({"error": {"message": words}}, 404)}) as server:
        _, error = await ask(OpenAI, endpoint(server.url, model="gpt-5-pro"))
    assert type(error) is WrongAddress
    assert "Responses API" in error.hint


async def test_what_the_list_does_not_tell() -> None:
    names = [
        "text-embedding-3-small",
        "dall-e-3",
        "whisper-1",
        "gpt-4o-mini-tts",
        "gpt-4o",
        "gpt-5.4",
        "o1-mini",
        "mine",
    ]
    listed = json_reply({"object": "list", "data": [{"id": name, "object": "model"} for name in names]})
    async with serve({"GET /v1/models": listed}) as server:
        provider = OpenAI(endpoint(server.url, model=""))
        models = {model.id: model for model in await provider.list_models()}
        assert await provider.default_model() == "gpt-4o"
        await provider.aclose()
    assert list(models) == names
    assert [name for name, model in models.items() if not model.chats] == names[:4]
    assert models["gpt-4o"].context_length == 128_000
    assert models["gpt-4o"].capabilities == {"completion", "vision", "tools"}
    assert "thinking" in models["gpt-5.4"].capabilities
    assert models["o1-mini"].capabilities == {"completion", "thinking"}
    assert models["mine"].capabilities == frozenset()
