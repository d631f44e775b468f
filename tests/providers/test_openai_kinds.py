"""The kinds that share this protocol: lists of models, embeddings, being recognised."""

from __future__ import annotations

from typing import Any

import pytest
from servers import json_reply, reply, serve
from wire.talk import endpoint

from chat_studio.errors import BadResponse, Unauthorized, WrongAddress
from chat_studio.providers._chat_completions.models import read_models
from chat_studio.providers.base import Provider
from chat_studio.providers.custom import Custom
from chat_studio.providers.openai import OpenAI
from chat_studio.providers.registry import kinds, provider_class
from chat_studio.providers.values import Endpoint, ModelInfo, Probe
from chat_studio.providers.vllm import Vllm

MODELS: list[tuple[str, Any, list[ModelInfo]]] = [
    ("OpenAI", {"object": "list", "data": [{"id": "gpt", "object": "model"}]}, [ModelInfo("gpt")]),
    ("vLLM", {"data": [{"id": "q", "max_model_len": 4096}]}, [ModelInfo("q", context_length=4096)]),
    ("llama.cpp", {"models": [{"name": "x"}], "data": [{"id": "y", "meta": {"n_ctx": 8, "n_ctx_train": 9, "size": 5}}]},
     [ModelInfo("y", context_length=8, size=5)]),
    ("LM Studio", {"data": [{"id": "a", "state": "loaded", "max_context_length": 9, "loaded_context_length": 4,
     "quantization": "Q4", "capabilities": ["tool_use"]}, {"id": "b", "state": "not-loaded"}]},
     [ModelInfo("a", context_length=4, quantization="Q4", loaded=True, capabilities=frozenset({"tools"})),
      ModelInfo("b", loaded=False)]),
    ("OpenRouter", {"data": [{"id": "a/b", "context_length": 9, "top_provider": {"max_completion_tokens": 3},
     "architecture": {"input_modalities": ["text", "image"]}}]},
     [ModelInfo("a/b", context_length=9, max_output_tokens=3, capabilities=frozenset({"vision"}))]),
    ("Mistral, with aliases", {"data": [{"id": "m", "max_context_length": 7, "capabilities": {"vision": True,
     "fim": False}}, {"id": "m"}]}, [ModelInfo("m", context_length=7, capabilities=frozenset({"vision"}))]),
    ("Cohere", {"models": [{"name": "c", "context_length": 5}]}, [ModelInfo("c", context_length=5)]),
    ("a list", [{"id": "a"}, "b", {"id": ""}, 7], [ModelInfo("a"), ModelInfo("b")]),
    ("null", {"object": "list", "data": None}, []),
    ("odd numbers", {"data": [{"id": "a", "max_model_len": -1, "context_length": "9"}]}, [ModelInfo("a")]),
]  # fmt: skip


@pytest.mark.parametrize(("body", "models"), [case[1:] for case in MODELS], ids=[case[0] for case in MODELS])
def test_lists_of_models(body: object, models: list[ModelInfo]) -> None:
    assert read_models(body) == models


@pytest.mark.parametrize("body", [{}, None, "x", {"data": "x"}, {"status": "ok"}])
def test_what_is_no_list_of_models(body: object) -> None:
    with pytest.raises(BadResponse):
        read_models(body)


@pytest.mark.parametrize("typed", ["", "/v1", "/v1/", "/v1/chat/completions", "/v1/models"])
async def test_listing_from_any_typed_address(typed: str) -> None:
    async with serve({"GET /v1/models": json_reply({"data": [{"id": "a"}]})}) as server:
        provider = Vllm(endpoint(f"{server.url}{typed}"))
        assert await provider.list_models() == [ModelInfo("a")]
        await provider.aclose()
    assert server.requests[0].headers["authorization"].startswith("Bearer sk-")


async def test_listing_at_the_other_form_of_the_address() -> None:
    async with serve({"GET /models": json_reply({"data": [{"id": "a"}]})}) as server:
        provider = Custom(endpoint(server.url))
        assert await provider.list_models() == [ModelInfo("a")]
        assert await provider.list_models() == [ModelInfo("a")]
        await provider.aclose()
    assert [request.path for request in server.requests] == ["/v1/models", "/models", "/models"]


async def test_lm_studio_answers_200_to_wrong_paths() -> None:
    wrong = json_reply({"error": "Unexpected endpoint or method. (GET /llm/models)"})
    async with serve({"GET /v1/models": json_reply({"data": []}), "*": wrong}) as server:
        provider = Custom(endpoint(f"{server.url}/llm"))
        with pytest.raises(WrongAddress) as caught:
            await provider.list_models()
        await provider.aclose()
    assert caught.value.connection == "Test"
    assert "/v1" in caught.value.hint


async def test_check() -> None:
    async with serve({"GET /v1/models": json_reply({"data": [{"id": "a"}, {"id": "b"}]})}) as server:
        custom, vllm = Custom(endpoint(server.url)), Vllm(endpoint(server.url))
        assert (await custom.check()).note == "2 models"
        assert (await vllm.check()).version == ""  # a gateway that hides /version
        await custom.aclose()
        await vllm.aclose()


async def test_embeddings_come_in_the_order_of_the_texts() -> None:
    data = [{"index": 1, "embedding": [3, 4]}, {"index": 0, "embedding": [1.5, 2]}]
    async with serve({"POST /v1/embeddings": json_reply({"data": data})}) as server:
        provider = Custom(endpoint(server.url))
        assert await provider.embed("e", ["a", "b"]) == [[1.5, 2.0], [3.0, 4.0]]
        with pytest.raises(BadResponse):
            await provider.embed("e", ["a", "b", "c"])
        await provider.aclose()
    assert server.requests[0].json == {"model": "e", "input": ["a", "b"]}


@pytest.mark.parametrize("body", [{}, [], {"data": [{"embedding": "AAAA"}]}, {"data": [{"embedding": ["x"]}]}])
async def test_what_is_no_embedding(body: object) -> None:
    async with serve(json_reply(body)) as server:
        provider = Custom(endpoint(server.url))
        with pytest.raises(BadResponse):
            await provider.embed("e", ["a"])
        await provider.aclose()


async def test_embedding_without_a_key() -> None:
    async with serve(reply("", "text/plain", 401)) as server:
        provider = OpenAI(endpoint(server.url, api_key=""))
        with pytest.raises(Unauthorized) as caught:
            await provider.embed("e", ["a"])
        await provider.aclose()
    assert "OPENAI_API_KEY" in caught.value.hint


def test_openai_has_an_address_of_its_own() -> None:
    assert OpenAI(Endpoint(name="x", base_url="")).base_url == "https://api.openai.com/v1"


def test_the_registry_finds_them() -> None:
    for kind, cls in (("openai", OpenAI), ("vllm", Vllm), ("custom", Custom)):
        assert kind in kinds()
        assert provider_class(kind) is cls
        assert cls.kind == kind


VLLM = {"data": [{"id": "a", "owned_by": "vllm"}]}
LIKE_VLLM = {"data": [{"id": "a", "max_model_len": 1, "permission": []}]}
OTHER = {"data": [{"id": "a", "owned_by": "llamacpp"}]}


@pytest.mark.parametrize(
    ("kind", "json", "recognised"),
    [
        (Vllm, VLLM, True), (Vllm, LIKE_VLLM, True), (Vllm, OTHER, False), (Vllm, {"data": []}, False),
        (Vllm, [], False), (Vllm, None, False),
        (Custom, OTHER, True), (Custom, {"data": []}, True), (Custom, {"models": []}, False), (Custom, None, False),
        (OpenAI, OTHER, False),
    ],
)  # fmt: skip
def test_recognising(kind: type[Provider], json: Any, recognised: bool) -> None:
    assert kind.recognise(Probe("/v1/models", 200, {}, "", json)) is recognised
    assert not kind.recognise(Probe("/", 200, {}, "", json))
