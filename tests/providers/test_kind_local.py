"""A local server: chat completions at its address, and nothing asked or known beyond."""

from __future__ import annotations

from servers import free_port, json_reply, serve, sse
from wire.talk import ask, endpoint

from chat_studio import errors
from chat_studio.events import TextDelta
from chat_studio.providers.local import Local
from chat_studio.providers.values import Endpoint, ModelInfo


def test_its_address() -> None:
    assert Local(Endpoint(name="x", base_url="")).base_url == "http://127.0.0.1:8000/v1"
    assert Local.recognition.ports == ()
    assert Local.recognition.probes == ()


async def test_models_check_and_an_answer() -> None:
    answer = sse({"choices": [{"delta": {"content": "Hi"}, "finish_reason": "stop"}]})
    models = json_reply({"data": [{"id": "m"}]})
    async with serve({"/v1/models": models, "POST /v1/chat/completions": answer}) as server:
        provider = Local(endpoint(server.url))
        assert await provider.list_models() == [ModelInfo("m")]
        assert (await provider.check()).note == "1 model"
        await provider.aclose()
        events, error = await ask(Local, endpoint(server.url))
    assert error is None
    assert TextDelta("Hi") in events
    assert {request.path for request in server.requests} == {"/v1/models", "/v1/chat/completions"}


async def test_nothing_listens() -> None:
    _, error = await ask(Local, endpoint(f"http://127.0.0.1:{free_port()}"))
    assert type(error) is errors.ConnectionRefused
    assert "Is the server running?" in error.hint
