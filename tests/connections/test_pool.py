from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from typing import Any

import pytest
from keychains import MemoryKeychain
from servers import Gate, Server, free_port, json_reply, serve, sse

from chat_studio.connections.model import Connection
from chat_studio.connections.pool import ProviderPool
from chat_studio.connections.secrets import Secrets
from chat_studio.connections.store import ConnectionStore
from chat_studio.errors import (
    ConfigurationError,
    ConnectionBroken,
    ConnectionNotFound,
    ConnectionRefused,
    KeyUnavailable,
    ModelNotFound,
)
from chat_studio.events import Event, Finished, TextDelta
from chat_studio.messages import Message, Role
from chat_studio.providers.base import Provider
from chat_studio.providers.values import ChatRequest

REQUEST = ChatRequest((Message.of(Role.USER, "Hello"),))
MODELS = json_reply({"data": [{"id": "first"}, {"id": "second"}]})
HELLO = {"choices": [{"delta": {"content": "Hello"}}]}
STOP = {"choices": [{"delta": {}, "finish_reason": "stop"}]}
VLLM = {"data": [{"id": "m", "owned_by": "vllm", "max_model_len": 9, "permission": []}]}

Write = Callable[..., ConnectionStore]


@pytest.fixture
def write(make_store: Callable[..., ConnectionStore]) -> Write:
    """Writes a file with the connection `a`, and returns a store over it."""

    def write(base_url: str, **fields: Any) -> ConnectionStore:
        return make_store([{"id": "a", "name": "Mine", "provider": "custom", "base_url": base_url, **fields}])

    return write


@pytest.fixture
async def make_pool(secrets: Secrets) -> AsyncIterator[Callable[[ConnectionStore], ProviderPool]]:
    pools: list[ProviderPool] = []

    def make(store: ConnectionStore, **options: Any) -> ProviderPool:
        pools.append(ProviderPool(store, secrets, **options))
        return pools[-1]

    yield make
    for pool in pools:
        await pool.aclose()


MakePool = Callable[..., ProviderPool]


async def answer(provider: Provider, **request: Any) -> list[Event]:
    async with aclosing(provider.stream(ChatRequest(REQUEST.messages, **request))) as events:
        return [event async for event in events]


async def test_a_provider_serves_turn_after_turn_over_one_connection(write: Write, make_pool: MakePool):
    async with serve({"/v1/models": MODELS}) as server:
        pool = make_pool(write(server.url, model="m"), read_pause=0.01)
        first = await pool.provider_for("a")
        await first.list_models()
        second = await pool.provider_for("Mine")
        await second.list_models()
        assert second is first
        assert first.read_pause == 0.01
        assert (len(server.requests), server.connections) == (2, 1)


async def test_two_turns_at_once_get_one_provider(write: Write, make_pool: MakePool):
    pool = make_pool(write("http://localhost:1", model="m"))
    first, second = await asyncio.gather(pool.provider_for("a"), pool.provider_for("a"))
    assert first is second


async def test_an_edit_that_does_not_concern_the_endpoint_keeps_the_provider(write: Write, make_pool: MakePool):
    store = write("http://localhost:1", model="m")
    pool = make_pool(store)
    first = await pool.provider_for("a")
    store.save(Connection(id="b", name="B", base_url="http://localhost:2"))
    assert await pool.provider_for("a") is first


async def test_a_changed_connection_gets_a_new_provider_and_the_old_one_ends_its_answer(
    write: Write, make_pool: MakePool
):
    gate = Gate()
    script = {"/v1/chat/completions": [sse(HELLO, gate, HELLO, STOP), sse(HELLO, STOP)]}
    async with serve(script) as server:
        store = write(server.url, model="m")
        pool = make_pool(store)
        old = await pool.provider_for("a")
        running = asyncio.create_task(answer(old))
        request = await server.received()
        await gate.reached.wait()
        store.save(store.find("a").model_copy(update={"timeout": 7.0}), replacing="a")
        new = await pool.provider_for("a")
        assert new is not old
        assert new.endpoint.timeout == 7
        assert not running.done()
        gate.open()
        events = await running
        assert [event.text for event in events if isinstance(event, TextDelta)] == ["Hello", "Hello"]
        await request.gone.wait()
        assert len(await answer(new)) > 1


async def test_an_idle_provider_that_is_replaced_closes_at_once(write: Write, make_pool: MakePool):
    async with serve({"/v1/models": MODELS}) as server:
        store = write(server.url, model="m")
        pool = make_pool(store)
        await (await pool.provider_for("a")).list_models()
        store.save(store.find("a").model_copy(update={"timeout": 7.0}), replacing="a")
        await pool.provider_for("a")
        await server.requests[0].gone.wait()


async def test_a_removed_connections_provider_closes(write: Write, make_pool: MakePool):
    async with serve({"/v1/models": MODELS}) as server:
        store = write(server.url, model="m")
        store.save(Connection(id="b", name="B", provider="demo"))
        pool = make_pool(store)
        await (await pool.provider_for("a")).list_models()
        store.remove("a")
        await pool.provider_for("b")
        await server.requests[0].gone.wait()
        with pytest.raises(ConnectionNotFound):
            await pool.provider_for("a")


async def test_several_turns_meet_the_same_removed_connections(write: Write, make_pool: MakePool):
    async with serve({"/v1/models": MODELS}) as server:
        store = write("http://localhost:1", model="m")
        pool = make_pool(store)
        removed = ("b", "c", "d")
        for name in removed:
            store.save(Connection(id=name, name=name, provider="custom", base_url=server.url))
            await pool.models(name)
        for name in removed:
            store.remove(name)
        first, second = await asyncio.gather(pool.provider_for("a"), pool.provider_for("a"))
        assert first is second
        for request in server.requests:
            await request.gone.wait()


async def test_closing_the_pool_closes_all(write: Write, make_pool: MakePool):
    async with serve({"/v1/models": MODELS}) as server:
        pool = make_pool(write(server.url, model="m"))
        await (await pool.provider_for("a")).list_models()
        await pool.aclose()
        await server.requests[0].gone.wait()


async def test_a_new_key_is_used_at_once(write: Write, make_pool: MakePool, secrets: Secrets, keychain: MemoryKeychain):
    store = write("http://localhost:1", model="m", api_key="keychain:a")
    secrets.put("a", "old")
    pool = make_pool(store)
    assert (await pool.provider_for("a")).endpoint.api_key == "old"
    secrets.put("a", "new")
    assert (await pool.provider_for("a")).endpoint.api_key == "new"
    keychain.locked = True
    assert (await pool.provider_for("a")).endpoint.api_key == "new", "the keychain is asked once a change"


async def test_an_edit_outside_is_seen(write: Write, make_pool: MakePool):
    pool = make_pool(write("http://localhost:1", model="m"))
    await pool.provider_for("a")
    write("http://localhost:2", model="m")
    assert (await pool.provider_for("a")).endpoint.base_url == "http://localhost:2/v1"


def asked(server: Server) -> list[str]:
    return [request.path for request in server.requests]


async def test_without_a_model_the_first_of_the_server_is_used_and_remembered(write: Write, make_pool: MakePool):
    async with serve({"/v1/models": MODELS, "/v1/chat/completions": sse(HELLO, STOP)}) as server:
        pool = make_pool(write(server.url))
        for _ in range(2):
            provider = await pool.provider_for("a")
            assert provider.endpoint.model == "first"
            await answer(provider)
        assert asked(server).count("/v1/models") == 1
        assert server.requests[-1].json["model"] == "first"


async def test_a_named_model_needs_no_list(write: Write, make_pool: MakePool):
    async with serve({"/v1/models": MODELS}) as server:
        pool = make_pool(write(server.url))
        await pool.provider_for("a", model="mine")
        assert asked(server) == []
        assert [model.id for model in await pool.models("a")] == ["first", "second"]


async def test_models_for_embeddings_are_not_chosen(write: Write, make_pool: MakePool):
    tags = [
        {"model": "nomic", "capabilities": ["embedding"]},
        {"model": "llama", "capabilities": ["completion", "embedding"]},
    ]
    async with serve({"/api/tags": json_reply({"models": tags})}) as server:
        pool = make_pool(write(server.url, provider="ollama"))
        assert (await pool.provider_for("a")).endpoint.model == "llama"


@pytest.mark.parametrize(
    ("provider", "script", "advised"),
    [
        ("ollama", {"/api/tags": json_reply({"models": []})}, "ollama pull"),
        ("custom", {"/v1/models": json_reply({"data": []})}, "Type its name"),
    ],
)
async def test_a_server_without_models_says_what_to_do(
    write: Write, make_pool: MakePool, provider: str, script: dict[str, Any], advised: str
):
    async with serve(script) as server:
        pool = make_pool(write(server.url, provider=provider))
        with pytest.raises(ModelNotFound) as caught:
            await answer(await pool.provider_for("a"))
    assert advised in caught.value.hint
    assert caught.value.connection == "Mine"


async def test_a_missing_kind_is_detected_once(write: Write, make_pool: MakePool):
    async with serve({"/v1/models": json_reply(VLLM)}) as server:
        store = write(server.url, provider="", model="m")
        pool = make_pool(store)
        assert (await pool.provider_for("a")).kind == "vllm"
        store.save(store.find("a").model_copy(update={"timeout": 7.0}), replacing="a")
        assert (await pool.provider_for("a")).kind == "vllm"
        assert asked(server) == ["/v1/models"]


async def test_a_kind_is_detected_with_the_stored_key(write: Write, make_pool: MakePool, secrets: Secrets):
    secrets.put("a", "sk-stored")
    async with serve({"/v1/models": json_reply(VLLM)}) as server:
        pool = make_pool(write(server.url, provider="", model="m", api_key="keychain:a"))
        await pool.provider_for("a")
        assert server.requests[0].headers["authorization"] == "Bearer sk-stored"


async def test_a_kind_is_detected_again_with_another_key(write: Write, make_pool: MakePool):
    refused = json_reply({"detail": "No entry"}, 401)
    async with serve({"/v1/models": [refused, json_reply(VLLM)]}) as server:
        store = write(server.url, provider="", model="m")
        pool = make_pool(store)
        assert (await pool.provider_for("a")).kind == "custom", "that is all that can be told"
        store.save(store.find("a"), replacing="a", new_key="sk-typed")
        assert (await pool.provider_for("a")).kind == "vllm"


async def test_a_failed_detection_is_tried_again(write: Write, make_pool: MakePool):
    port = free_port()
    pool = make_pool(write(f"http://127.0.0.1:{port}", provider="", model="m"))
    with pytest.raises(ConnectionRefused):
        await pool.provider_for("a")
    async with serve({"/v1/models": json_reply(VLLM)}, port=port):
        assert (await pool.provider_for("a")).kind == "vllm"


async def test_a_kind_is_detected_at_the_addresses_of_replicas(write: Write, make_pool: MakePool):
    async with serve({"/v1/models": json_reply(VLLM)}) as server:
        store = write("", provider="", model="m", urls=[f"http://127.0.0.1:{free_port()}", server.url])
        pool = make_pool(store)
        assert (await pool.provider_for("a")).kind == "vllm"
        assert [model.id for model in await pool.models("a")] == ["m"]


async def test_a_kind_is_detected_again_at_other_addresses(write: Write, make_pool: MakePool):
    ollama = {"/api/version": json_reply({"version": "0.12.0"})}
    async with serve({"/v1/models": json_reply(VLLM)}) as first, serve(ollama) as second:
        store = write("", provider="", model="m", urls=[first.url])
        pool = make_pool(store)
        assert (await pool.provider_for("a")).kind == "vllm"
        store.save(store.find("a").model_copy(update={"urls": [second.url]}), replacing="a")
        assert (await pool.provider_for("a")).kind == "ollama"


async def test_replicas_that_all_refuse_are_a_failure_of_the_endpoint(write: Write, make_pool: MakePool):
    urls = [f"http://127.0.0.1:{free_port()}", f"http://127.0.0.1:{free_port()}"]
    for provider in ("", "vllm"):
        pool = make_pool(write("", provider=provider, urls=urls))
        with pytest.raises(ConnectionRefused) as caught:
            await pool.provider_for("a")
        assert caught.value.connection == "Mine"


@pytest.mark.parametrize(
    ("fields", "error", "said"),
    [
        ({"enabled": False}, ConfigurationError, "“Mine” is switched off"),
        ({"base_url": "http://your-vllm-server:8000"}, ConfigurationError, "still has the example's address"),
        ({"provider": "none"}, ConfigurationError, "There is no provider “none”"),
        ({"timeout": 0}, ConnectionBroken, "timeout must be above 0"),
        ({"api_key": "env:NOT_SET"}, KeyUnavailable, "NOT_SET"),
    ],
)
async def test_what_must_be_set_up_first(
    write: Write, make_pool: MakePool, fields: dict[str, Any], error: type[ConfigurationError], said: str
):
    with pytest.raises(error) as caught:
        await make_pool(write(**({"base_url": "http://localhost:1", "model": "m"} | fields))).provider_for("a")
    assert said in caught.value.message
    assert caught.value.hint


async def test_the_demo_streams(write: Write, make_pool: MakePool):
    provider = await make_pool(write("", provider="demo", default_parameters={"tokens_per_second": 0})).provider_for(
        "a"
    )
    assert isinstance((await answer(provider))[-1], Finished)


def test_importing_the_pool_imports_neither_http_nor_keyring_nor_a_provider():
    script = (
        "import sys, chat_studio.connections.pool;"
        "kinds = {f'chat_studio.providers.{kind}' for kind in ('demo', 'ollama', 'openai', 'custom')};"
        "print(sorted({'httpx', 'keyring', 'click', 'filelock', *kinds} & set(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ran.stdout == "[]\n"
