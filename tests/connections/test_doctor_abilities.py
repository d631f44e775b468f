"""The models of a server, and what the one that is used can do: first token, tools, images."""

from __future__ import annotations

import base64
import struct
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from connections.examining import ABLE, ANSWER, CALLED, SCRIPT, connection, examined, failure, said, states
from servers import STALL, Answer, json_reply, serve, sse

from chat_studio.connections import abilities
from chat_studio.connections.secrets import Secrets
from chat_studio.errors import ModelLoading, Stalled

ExtraKind = Callable[..., Any]
CHAT = "/v1/chat/completions"


def asked(script: Any, *answers: Answer) -> Any:
    """The script, with these answers to the questions for a first token, a tool call and an image."""
    return {**script, CHAT: list(answers)}


async def test_a_model_that_can_do_it_all(secrets: Secrets):
    async with serve(ABLE) as server:
        steps = await examined(secrets, connection(base_url=server.url, model="m1"))
        first, tool, image = (request.json for request in server.requests if request.method == "POST")
    assert states(steps) == "ok ok skipped ok ok ok ok ok"
    assert steps["tools"].summary == "m1 calls tools"
    assert steps["images"].summary == "m1 sees: it names the colour of a red square"
    assert "tools" not in first
    assert [made["function"]["name"] for made in tool["tools"]] == ["report_word"]
    assert (first["max_tokens"], tool["max_tokens"], image["max_tokens"]) == (16, 64, 16)
    (url,) = [part["image_url"]["url"] for part in image["messages"][0]["content"] if part["type"] == "image_url"]
    assert base64.b64decode(url.removeprefix("data:image/png;base64,")) == abilities.red_square()


def test_the_image_is_a_red_png():
    png = abilities.red_square(4)
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    position, chunks = 8, {}
    while position < len(png):
        (length,) = struct.unpack_from(">I", png, position)
        name, data = png[position + 4 : position + 8], png[position + 8 : position + 8 + length]
        assert struct.unpack_from(">I", png, position + 8 + length) == (zlib.crc32(name + data),)
        chunks[name], position = data, position + 12 + length
    assert chunks[b"IHDR"][:10] == struct.pack(">IIBB", 4, 4, 8, 2)
    assert zlib.decompress(chunks[b"IDAT"]) == (b"\0" + b"\xff\0\0" * 4) * 4
    assert len(abilities.red_square()) < 200


async def test_what_a_server_refuses_is_a_warning_with_its_kinds_advice(secrets: Secrets):
    words = '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set'
    no_tools = json_reply({"error": {"message": words}}, 400)
    no_images = json_reply({"error": {"message": "At most 0 image(s) may be provided in one request."}}, 400)
    async with serve(asked(SCRIPT, ANSWER, no_tools, no_images)) as server:
        steps = await examined(secrets, connection(base_url=server.url, provider="vllm", model="m1"))
    assert states(steps).endswith("ok warning warning")
    assert "--enable-auto-tool-choice" in steps["tools"].hint
    assert steps["tools"].detail == words
    assert "does not take images" in steps["images"].summary
    assert steps["images"].hint


async def test_a_model_that_answers_instead(secrets: Secrets):
    async with serve(asked(SCRIPT, ANSWER, said("hello"), said("I cannot see images."))) as server:
        steps = await examined(secrets, connection(base_url=server.url, model="m1"))
    assert steps["tools"].summary == "m1 answered without calling the tool that it was told to call"
    assert steps["images"].summary == "m1 does not see that a square is red: it says “I cannot see images.”"
    assert steps["tools"].hint
    assert steps["images"].hint


async def test_a_model_that_only_thinks_takes_images_at_least(secrets: Secrets):
    thinks = sse({"choices": [{"delta": {"reasoning_content": "Hm, a square"}, "finish_reason": "length"}]})
    async with serve(asked(SCRIPT, ANSWER, CALLED, thinks)) as server:
        steps = await examined(secrets, connection(base_url=server.url, model="m1"))
    assert steps["images"].summary == "m1 takes images"


async def test_a_model_that_thinks_too_long_to_call(secrets: Secrets):
    thinks = sse({"choices": [{"delta": {"reasoning_content": "Hm, a tool"}, "finish_reason": "length"}]})
    async with serve(asked(SCRIPT, ANSWER, thinks, said("Red"))) as server:
        steps = await examined(secrets, connection(base_url=server.url, model="m1"))
    assert (steps["tools"].state, steps["tools"].summary) == ("warning", "m1 had not called the tool after 64 tokens")
    assert "think first" in steps["tools"].hint


async def test_an_answer_without_end_is_left(secrets: Secrets, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(abilities, "PATIENCE", 0.3)
    talks = (*said("blue " * 50)[:2], STALL)
    async with serve(asked(SCRIPT, ANSWER, (STALL,), talks)) as server:
        steps = await examined(secrets, connection(base_url=server.url, model="m1"))
    assert "took longer than 0.3 s" in steps["tools"].summary
    assert steps["images"].summary.startswith("m1 does not see that a square is red: it says “blue blue")


async def test_what_the_list_denies_is_not_asked(secrets: Secrets):
    listed = {"data": [{"id": "m1", "capabilities": ["completion"]}, {"id": "m2", "capabilities": ["tools", "vision"]}]}
    script = {**SCRIPT, "/v1/models": json_reply(listed)}
    async with serve(script) as server:
        steps = await examined(secrets, connection(base_url=server.url, model="m1"))
        assert len([request for request in server.requests if request.method == "POST"]) == 1
        await examined(secrets, connection(base_url=server.url, model="m2"))
        assert len([request for request in server.requests if request.method == "POST"]) == 4
    assert states(steps).endswith("ok skipped skipped")
    assert steps["tools"].summary == "The list of models says that m1 does not take tools."


async def test_a_kind_without_lists_tools_and_images(secrets: Secrets, extra_kind: ExtraKind):
    extra_kind("plainserver", body="capabilities = Capabilities(model_list=False, tools=False, images=False)")
    async with serve(SCRIPT) as server:
        steps = await examined(secrets, connection(base_url=server.url, provider="plainserver", model="m1"))
    assert states(steps) == "ok ok skipped ok skipped ok skipped skipped"
    assert all(steps[name].summary for name in ("models", "tools", "images"))


async def test_a_model_that_is_not_downloaded(secrets: Secrets):
    script = {
        "/api/version": json_reply({"version": "0.12.0"}),
        "/api/tags": json_reply({"models": [{"model": "llama3.2:latest"}]}),
        "/api/chat": json_reply({"error": "model 'qwen3' not found"}, 404),
    }
    async with serve(script) as server:
        made = connection(base_url=server.url, provider="ollama", model="qwen3")
        steps = await examined(secrets, made)
        short = await examined(secrets, made.model_copy(update={"model": "llama3.2"}))
    assert steps["models"].state == "warning"
    assert steps["models"].summary == "1 model, and “qwen3” is not among them: llama3.2:latest"
    assert "`ollama pull qwen3`" in steps["models"].hint
    assert "`ollama pull qwen3`" in failure(steps).hint
    assert short["models"].state == "ok", "a name without a tag means its latest"


async def test_near_names_are_proposed(secrets: Secrets):
    async with serve(SCRIPT | {"/v1/models": json_reply({"data": [{"id": "qwen3-32b"}, {"id": "x"}]})}) as server:
        steps = await examined(secrets, connection(base_url=server.url, model="qwen-32b"))
    assert steps["models"].hint == "Did you mean “qwen3-32b”? Choose one of those that the server lists."


@pytest.mark.parametrize(("provider", "advised"), [("custom", "Type its name."), ("vllm", "")])
async def test_no_models_at_all(secrets: Secrets, provider: str, advised: str):
    async with serve({**SCRIPT, "/v1/models": json_reply({"data": []})}) as server:
        steps = await examined(secrets, connection(base_url=server.url, provider=provider))
    assert (steps["models"].state, steps["models"].summary) == ("warning", "The server lists no models")
    assert advised in steps["models"].hint
    assert failure(steps).name == "first token"


async def test_no_model_is_loaded(secrets: Secrets, extra_kind: ExtraKind):
    extra_kind("loadserver", body='advice_without_loaded = "Load one."')
    models = {"data": [{"id": "m1", "state": "not-loaded"}, {"id": "m2", "state": "not-loaded"}]}
    async with serve({**SCRIPT, "/v1/models": json_reply(models)}) as server:
        steps = await examined(secrets, connection(base_url=server.url, provider="loadserver", model="m1"))
        lazy = await examined(secrets, connection(base_url=server.url, model="m1"))
    assert steps["models"].summary == "2 models, none of them loaded: m1, m2"
    assert steps["models"].hint == "Load one."
    assert lazy["models"].state == "ok", "most servers load a model when it is asked"


async def test_a_model_that_is_still_loading_and_one_that_is_silent(secrets: Secrets):
    loading = json_reply({"error": {"message": "Loading model", "code": 503}}, 503)
    async with serve(asked(SCRIPT, loading, (STALL,))) as server:
        made = connection(base_url=server.url, model="m1", timeout=0.2)
        waiting = failure(await examined(secrets, made))
        silent = failure(await examined(secrets, made))
    assert (waiting.name, type(waiting.error)) == ("first token", ModelLoading)
    assert "finished" in waiting.hint
    assert (silent.name, type(silent.error)) == ("first token", Stalled)
    assert "longest silence" in silent.hint
