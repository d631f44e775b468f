"""Several addresses of one service: requests go round, and one that refuses is put aside for a while."""

from __future__ import annotations

import pytest
from servers import free_port, json_reply, serve, sse
from wire.talk import QUESTION, ask, endpoint

from chat_studio.errors import ConnectionRefused, InvalidRequest, Overloaded
from chat_studio.events import Finished, Notice, TextDelta
from chat_studio.providers._wire.addresses import ASIDE, Addresses
from chat_studio.providers.custom import Custom
from chat_studio.providers.ollama import Ollama

ANSWER = sse({"choices": [{"delta": {"content": "hi"}, "finish_reason": "stop"}]})
BUSY = json_reply({"error": {"message": "no capacity"}}, 503)
MODELS = json_reply({"object": "list", "data": [{"id": "m"}]})


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


async def refusing_first(*refusing: str) -> tuple[Addresses, Clock, list[str]]:
    clock, asked = Clock(), []
    addresses = Addresses(["http://a", "http://b", "http://c"], clock)

    async def send(address: str) -> str:
        asked.append(address)
        if address in refusing:
            raise ConnectionRefused("Nothing listens.")
        return address

    await addresses.ask(send)
    return addresses, clock, asked


def test_each_comes_first_in_turn() -> None:
    addresses = Addresses(["http://a", "http://b", "http://a"])
    assert [addresses.in_turn()[0] for _ in range(3)] == ["http://a", "http://b", "http://a"]
    assert addresses.in_turn() == ["http://b", "http://a"]


async def test_one_that_refuses_is_asked_last_until_its_time_is_over() -> None:
    addresses, clock, asked = await refusing_first("http://a")
    assert asked == ["http://a", "http://b"]
    assert [addresses.in_turn()[-1] for _ in range(3)] == ["http://a"] * 3
    clock.now += ASIDE
    assert {addresses.in_turn()[0] for _ in range(3)} == {"http://a", "http://b", "http://c"}


async def test_an_answer_takes_it_back_at_once() -> None:
    addresses, _, _ = await refusing_first("http://a")

    async def send(address: str) -> str:
        if address != "http://a":
            raise Overloaded("Busy.")
        return address

    assert await addresses.ask(send) == "http://a"
    assert "http://a" in {addresses.in_turn()[0] for _ in range(3)}


async def test_when_all_refuse_the_last_refusal_is_raised() -> None:
    with pytest.raises(ConnectionRefused):
        await refusing_first("http://a", "http://b", "http://c")


async def test_another_failure_is_not_passed_on_to_the_next() -> None:
    addresses, asked = Addresses(["http://a", "http://b"]), []

    async def send(address: str) -> None:
        asked.append(address)
        raise InvalidRequest("No.")

    with pytest.raises(InvalidRequest):
        await addresses.ask(send)
    assert asked == ["http://a"]


async def test_requests_go_round() -> None:
    async with serve(ANSWER) as one, serve(ANSWER) as two:
        provider = Custom(endpoint(one.url, urls=(two.url,)))
        for _ in range(4):
            assert [event async for event in provider.stream(QUESTION)]
        await provider.aclose()
    assert (len(one.requests), len(two.requests)) == (2, 2)


async def test_a_replica_that_refuses_is_passed_over_and_told() -> None:
    gone = f"http://127.0.0.1:{free_port()}"
    async with serve(ANSWER) as server:
        provider = Custom(endpoint(gone, urls=(server.url,)))
        first = [event async for event in provider.stream(QUESTION)]
        second = [event async for event in provider.stream(QUESTION)]
        await provider.aclose()
    [notice] = [event.text for event in first if isinstance(event, Notice)]
    assert gone.partition("://")[2] in notice
    assert f"127.0.0.1:{server.port} was asked instead" in notice
    assert TextDelta("hi") in first
    assert not any(isinstance(event, Notice) for event in second)


async def test_a_busy_replica_is_passed_over() -> None:
    async with serve(BUSY) as busy, serve(ANSWER) as server:
        events, error = await ask(Custom, endpoint(busy.url, urls=(server.url,)))
    assert error is None
    assert isinstance(events[-1], Finished)


async def test_all_busy_is_the_servers_failure() -> None:
    async with serve(BUSY) as one, serve(BUSY) as two:
        _, error = await ask(Custom, endpoint(one.url, urls=(two.url,)))
    assert isinstance(error, Overloaded)
    assert (len(one.requests), len(two.requests)) == (1, 1)


async def test_lists_are_asked_of_one_that_answers() -> None:
    async with serve(MODELS) as server:
        provider = Custom(endpoint(f"http://127.0.0.1:{free_port()}", urls=(server.url,)))
        assert [model.id for model in await provider.list_models()] == ["m"]
        await provider.aclose()


async def test_each_address_is_made_canonical() -> None:
    provider = Ollama(endpoint("http://127.0.0.1:11434/v1", urls=("http://127.0.0.1:11435/api/",)))
    assert list(provider._addresses) == ["http://127.0.0.1:11434", "http://127.0.0.1:11435"]
    await provider.aclose()
