"""Whatever a server tells of itself and its models, right or wrong: values of their types, or errors of our tree."""

from __future__ import annotations

import json
import random
from collections.abc import Awaitable
from typing import Any

import pytest
from contract.documents import damaged
from contract.kinds import Subject
from servers import json_reply, serve
from wire.talk import QUESTION

from chat_studio.errors import EndpointError
from chat_studio.providers.base import Provider
from chat_studio.providers.registry import kinds, provider_class
from chat_studio.providers.values import MODELS, ModelInfo, Probe, ServerInfo


@pytest.mark.parametrize("seed", range(12))
async def test_facts(subject: Subject, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - the same documents every time
    answers = [json_reply(damaged(chance), chance.choice((200, 200, 200, 404))) for _ in range(40)]
    async with serve({"*": answers}) as server:
        provider = subject.provider(subject.endpoint(server.url))
        for model in await result(provider.list_models()) or ():
            check_model(model)
        told = await result(provider.check())
        assert told is None or isinstance(told, ServerInfo)
        if described := await result(provider.describe("m")):
            check_model(described)
        vectors = await result(provider.embed("m", ["text"]))
        assert all(isinstance(number, float) for vector in vectors or () for number in vector)
        assert isinstance(await result(provider.count_tokens(QUESTION)), int | None)
        assert isinstance(await result(provider.default_model()), str | None)
        await provider.aclose()


async def result(asking: Awaitable[Any]) -> Any:
    try:
        return await asking
    except EndpointError as error:
        f"{error.connection} {error.message} {error.hint} {error.detail}".encode()


def check_model(model: ModelInfo) -> None:
    assert model.id
    f"{model.id} {model.name} {model.quantization} {sorted(model.capabilities)}".encode()
    for count in (model.context_length, model.max_output_tokens, model.size):
        assert count is None or (type(count) is int and 0 <= count < 2**63)
    if model.price:
        for price in (model.price.input, model.price.output, model.price.cached):
            assert price is None or 0 <= price < 1e9
    assert model.loaded in (None, True, False)


@pytest.mark.parametrize("kind", kinds())
def test_recognition(kind: str) -> None:
    provider: type[Provider] = provider_class(kind)
    chance = random.Random(kind)  # noqa: S311
    for _ in range(300):
        value = chance.choice((None, damaged(chance), damaged(chance)))
        path = chance.choice((MODELS, *provider.recognition.probes))
        assert provider.recognise(Probe(path, chance.choice((200, 401, 404)), {}, json.dumps(value), value)) in (
            True,
            False,
        )
