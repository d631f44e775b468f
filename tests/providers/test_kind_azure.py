"""Azure OpenAI: its many addresses, deployments in the path or in the body, and what its streams begin with."""

from __future__ import annotations

from typing import Any

import pytest
from servers import json_reply, serve, sse
from wire.talk import KEY, QUESTION, ask, endpoint

from chat_studio.connections.recognition import by_host
from chat_studio.errors import (
    ContentFiltered,
    EndpointError,
    InvalidRequest,
    ModelNotFound,
    RateLimited,
    Unauthorized,
    WrongAddress,
)
from chat_studio.events import Finished, Notice, Started, TextDelta, UsageReported
from chat_studio.messages import FinishReason
from chat_studio.providers._azure.provider import AzureOptions
from chat_studio.providers.azure import Azure
from chat_studio.providers.values import MODELS, ChatRequest, Endpoint, Probe

RESOURCE = "https://res.openai.azure.com"
HI = {"id": "1", "model": "gpt-4o-2024-11-20", "choices": [{"index": 0, "delta": {"content": "Hi"}}]}
STOP = {"id": "1", "model": "gpt-4o-2024-11-20", "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}
NOTHING_HERE = json_reply({"error": {"code": "404", "message": "Resource not found"}}, 404)
CLASSIC = "/openai/deployments/dep/chat/completions"

# (what was pasted, its canonical form, the fields that it holds)
ADDRESSES: list[tuple[str, str, dict[str, str]]] = [
    ("res.openai.azure.com", RESOURCE, {}),
    (f"{RESOURCE}/", RESOURCE, {}),
    (f"{RESOURCE}/openai", RESOURCE, {}),
    (f"{RESOURCE}/openai/v1/", f"{RESOURCE}/openai/v1", {}),
    (f"{RESOURCE}/openai/v1/chat/completions?api-version=preview", f"{RESOURCE}/openai/v1?api-version=preview",
     {"api_version": "preview"}),
    (f"{RESOURCE}/openai/deployments/my%20dep/chat/completions?api-version=2025-01-01-preview",
     f"{RESOURCE}/openai/deployments/my%20dep?api-version=2025-01-01-preview",
     {"deployment": "my dep", "model": "my dep", "api_version": "2025-01-01-preview"}),
    (f"{RESOURCE}/openai/deployments/dep", f"{RESOURCE}/openai/deployments/dep", {"deployment": "dep", "model": "dep"}),
    (f"{RESOURCE}/openai/models?api-version=2024-10-21", f"{RESOURCE}?api-version=2024-10-21",
     {"api_version": "2024-10-21"}),
    (f"{RESOURCE}/openai/responses?api-version=2025-04-01-preview", f"{RESOURCE}?api-version=2025-04-01-preview",
     {"api_version": "2025-04-01-preview"}),
    ("https://f.services.ai.azure.com/api/projects/p", "https://f.services.ai.azure.com", {}),
    ("https://f.services.ai.azure.com/models/chat/completions?api-version=2024-05-01-preview",
     "https://f.services.ai.azure.com/models?api-version=2024-05-01-preview", {"api_version": "2024-05-01-preview"}),
    ("https://x.eastus2.models.ai.azure.com", "https://x.eastus2.models.ai.azure.com/v1", {}),
    ("https://x.eastus2.models.ai.azure.com/v1/chat/completions", "https://x.eastus2.models.ai.azure.com/v1", {}),
    ("https://gate.example/team/deployments/dep/chat/completions?api-version=2024-10-21",
     "https://gate.example/team/deployments/dep?api-version=2024-10-21",
     {"deployment": "dep", "model": "dep", "api_version": "2024-10-21"}),
    ("", "", {}),
]  # fmt: skip


@pytest.mark.parametrize(("typed", "canonical", "fields"), ADDRESSES, ids=[case[0] for case in ADDRESSES])
def test_pasted_addresses(typed: str, canonical: str, fields: dict[str, str]) -> None:
    assert Azure.normalise_url(typed) == canonical
    assert Azure.normalise_url(canonical) == canonical
    assert Azure.fields_of_url(typed) == fields


@pytest.mark.parametrize("host", ["res.openai.azure.com", "f.services.ai.azure.com", "r.cognitiveservices.azure.com",
                                  "x.eastus2.models.ai.azure.com"])  # fmt: skip
def test_its_hosts(host: str) -> None:
    assert by_host(f"https://{host}/openai/v1") is Azure


def test_it_is_recognised_by_its_headers() -> None:
    assert Azure.recognise(Probe(MODELS, 401, {"apim-request-id": "1"}, "", None))
    assert not Azure.recognise(Probe(MODELS, 401, {"x-request-id": "1"}, "", None))


# (path of the base URL, its options, the model, the path that is asked, the model in the body)
REQUESTS: list[tuple[str, dict[str, str], str, str, str]] = [
    ("/openai/deployments/dep/chat/completions?api-version=2025-01-01-preview", {}, "gpt-4o",
     f"{CLASSIC}?api-version=2025-01-01-preview", "dep"),
    ("/openai/deployments/dep", {}, "", f"{CLASSIC}?api-version=2024-10-21", "dep"),
    ("/openai/deployments/dep", {"api_version": "2024-06-01"}, "dep", f"{CLASSIC}?api-version=2024-06-01", "dep"),
    ("/openai/deployments/dep", {"deployment": "other"}, "m",
     "/openai/deployments/other/chat/completions?api-version=2024-10-21", "other"),
    ("/gate/deployments/dep", {}, "", "/gate/deployments/dep/chat/completions?api-version=2024-10-21", "dep"),
    ("/openai/v1", {}, "dep", "/openai/v1/chat/completions", "dep"),
    ("/openai/v1", {"api_version": "2024-10-21"}, "dep", "/openai/v1/chat/completions", "dep"),
    ("/openai/v1", {"api_version": "preview"}, "dep", "/openai/v1/chat/completions?api-version=preview", "dep"),
    ("/openai/v1?api-version=2024-10-21", {}, "dep", "/openai/v1/chat/completions", "dep"),
    ("/openai/v1", {"deployment": "dep"}, "", "/openai/v1/chat/completions", "dep"),
    ("/v1", {}, "dep", "/v1/chat/completions", "dep"),
    ("/models/chat/completions", {}, "Phi-4", "/models/chat/completions?api-version=2024-05-01-preview", "Phi-4"),
    ("", {}, "dep", "/openai/v1/chat/completions", "dep"),
    ("", {"api_version": "2024-06-01"}, "dep", f"{CLASSIC}?api-version=2024-06-01", "dep"),
    ("?api-version=2024-06-01", {}, "a b/c", "/openai/deployments/a%20b%2Fc/chat/completions?api-version=2024-06-01",
     "a b/c"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "options", "model", "asked", "named"), REQUESTS)
async def test_requests(path: str, options: dict[str, str], model: str, asked: str, named: str) -> None:
    async with serve(sse(HI, STOP)) as server:
        told, error = await ask(Azure, endpoint(f"{server.url}{path}", model=model, options=AzureOptions(**options)))
    assert error is None
    assert TextDelta("Hi") in told
    (request,) = server.requests
    assert request.path == asked
    assert request.json["model"] == named
    assert request.headers["api-key"] == KEY


@pytest.mark.parametrize(
    ("path", "key", "sent"),
    [
        ("/openai/v1", "abc123", {"api-key": "abc123"}),
        ("/openai/v1", "eyJhbGciOi.x.y", {"authorization": "Bearer eyJhbGciOi.x.y"}),
        ("/v1", "abc123", {"api-key": "abc123", "authorization": "Bearer abc123"}),
        ("/openai/v1", "", {}),
    ],
)
async def test_keys_and_tokens(path: str, key: str, sent: dict[str, str]) -> None:
    async with serve(sse(HI, STOP)) as server:
        await ask(Azure, endpoint(f"{server.url}{path}", api_key=key))
    headers = server.requests[0].headers
    assert {name: headers[name] for name in ("api-key", "authorization") if name in headers} == sent


@pytest.mark.parametrize(("deployment", "sent"), [("gpt-5-prod", False), ("gpt-4o", True), ("of-the-team", True)])
async def test_a_deployment_named_after_its_model_is_sent_what_that_takes(deployment: str, sent: bool) -> None:
    async with serve(sse(HI, STOP)) as server:
        told, _ = await ask(Azure, endpoint(f"{server.url}/openai/deployments/{deployment}", temperature=0.5))
    assert ("temperature" in server.requests[0].json) is sent
    assert isinstance(told[0], Notice) is not sent


async def test_another_deployment_can_be_asked_for() -> None:
    async with serve(sse(HI, STOP)) as server:
        at = endpoint(f"{server.url}/openai/deployments/dep", model="gpt-4o")
        await ask(Azure, at, ChatRequest(QUESTION.messages, model="other"))
        provider = Azure(at)
        assert await provider.default_model() == "dep"
        await provider.aclose()
    assert server.requests[0].path.startswith("/openai/deployments/other/")


async def test_a_bare_address_is_tried_as_v1_and_then_as_classic() -> None:
    async with serve({f"POST {CLASSIC}": sse(HI, STOP), "*": NOTHING_HERE}) as server:
        provider = Azure(endpoint(server.url, model="dep"))
        for _ in range(2):
            told = [event async for event in provider.stream(QUESTION)]
            assert isinstance(told[-1], Finished)
        await provider.aclose()
    v1, classic = "/openai/v1/chat/completions", f"{CLASSIC}?api-version=2024-10-21"
    assert [request.path for request in server.requests] == [v1, classic, classic]


async def test_a_bare_address_with_nothing_behind_it() -> None:
    async with serve(NOTHING_HERE) as server:
        provider = Azure(endpoint(server.url, model="dep"))
        for _ in range(2):
            with pytest.raises(WrongAddress, match="nothing at this path") as caught:
                [event async for event in provider.stream(QUESTION)]
        await provider.aclose()
    assert "api-version" in caught.value.hint
    assert len(server.requests) == 4


LISTED = {
    "data": [
        {"id": "gpt-4o", "capabilities": {"chat_completion": True, "completion": False, "inference": True}},
        {"id": "text-embedding-3-small", "capabilities": {"embeddings": True, "fine_tune": False}},
    ]
}


@pytest.mark.parametrize(
    ("served", "path", "asked"),
    [
        ("/openai/v1/models", "", ["/openai/v1/models"]),
        ("/openai/models", "", ["/openai/v1/models", "/openai/models?api-version=2024-10-21"]),
        ("/openai/models", "/openai/deployments/dep", ["/openai/models?api-version=2024-10-21"]),
    ],
)
async def test_the_list_is_one_of_base_models(served: str, path: str, asked: list[str]) -> None:
    async with serve({f"GET {served}": json_reply(LISTED), "*": NOTHING_HERE}) as server:
        provider = Azure(endpoint(f"{server.url}{path}", model="dep"))
        models = await provider.list_models()
        await provider.aclose()
    assert [request.path for request in server.requests] == asked
    assert [(model.id, model.name) for model in models] == [
        ("dep", ""), ("gpt-4o", "gpt-4o (base model, not a deployment)"),
        ("text-embedding-3-small", "text-embedding-3-small (base model, not a deployment)"),
    ]  # fmt: skip
    assert models[1].capabilities == {"completion", "vision", "tools"}
    assert not models[2].chats


async def test_check() -> None:
    async with serve({"GET /openai/v1/models": json_reply(LISTED)}) as server:
        named, unnamed = Azure(endpoint(server.url, model="dep")), Azure(endpoint(server.url, model=""))
        assert (await named.check()).note == "deployment dep"
        assert "name one" in (await unnamed.check()).note
        with pytest.raises(ModelNotFound) as caught:
            await unnamed.default_model()
        await named.aclose()
        await unnamed.aclose()
    assert "deployment" in caught.value.hint
    assert caught.value.connection == "Test"


async def test_embeddings_of_a_deployment() -> None:
    answer = json_reply({"data": [{"embedding": [1, 2]}]})
    async with serve({"POST /openai/deployments/emb/embeddings": answer, "*": NOTHING_HERE}) as server:
        provider = Azure(endpoint(f"{server.url}/openai/deployments/dep", model="dep"))
        assert await provider.embed("emb", ["x"]) == [[1.0, 2.0]]
        await provider.aclose()
    assert server.requests[0].path == "/openai/deployments/emb/embeddings?api-version=2024-10-21"


FILTER = {"choices": [], "created": 0, "id": "", "model": "", "object": "", "prompt_filter_results": [{}]}
NOTE = {"id": "", "model": "", "choices": [{"index": 0, "finish_reason": None, "content_filter_offsets": {},
        "content_filter_results": {}}]}  # fmt: skip
NULL = {"id": "", "model": "", "choices": [{"index": 0, "finish_reason": None, "delta": None}]}
USAGE = {"id": "1", "choices": [], "usage": {"prompt_tokens": 1, "completion_tokens": 2}}


async def test_the_notes_of_the_content_filter_are_no_text() -> None:
    async with serve(sse(FILTER, NOTE, NULL, HI, NOTE, STOP, NOTE, USAGE)) as server:
        told, error = await ask(Azure, endpoint(f"{server.url}/openai/v1"))
    assert error is None
    assert [type(event) for event in told] == [Started, TextDelta, UsageReported, Finished]
    assert told[0] == Started("gpt-4o-2024-11-20", "1")


async def test_an_answer_that_the_filter_ends() -> None:
    filtered = {"choices": [{"index": 0, "delta": {}, "finish_reason": "content_filter"}]}
    async with serve(sse(HI, filtered)) as server:
        told, _ = await ask(Azure, endpoint(f"{server.url}/openai/v1"))
    assert told[-1] == Finished(FinishReason.CONTENT_FILTER, "content_filter")


REPAIRED: list[tuple[int, dict[str, Any], str]] = [
    (400, {"error": {"message": "Unrecognized request argument supplied: stream_options"}}, "stream_options"),
    (422, {"detail": [{"type": "extra_forbidden", "loc": ["body", "max_completion_tokens"],
                       "msg": "Extra inputs are not permitted"}]}, "max_completion_tokens"),
    (400, {"error": {"message": "Unrecognized request argument supplied: max_completion_tokens"}},
     "max_completion_tokens"),
]  # fmt: skip


@pytest.mark.parametrize(("status", "body", "field"), REPAIRED)
async def test_what_old_versions_and_other_models_do_not_take(status: int, body: dict[str, Any], field: str) -> None:
    async with serve({f"POST {CLASSIC}": [json_reply(body, status), sse(HI, STOP)]}) as server:
        told, error = await ask(Azure, endpoint(f"{server.url}/openai/deployments/dep", max_tokens=7))
    assert error is None
    assert isinstance(told[0], Notice)
    assert field in server.requests[0].json
    assert field not in server.requests[1].json
    assert 7 in server.requests[1].json.values()


FAILURES: list[tuple[int, dict[str, Any], type[EndpointError], str]] = [
    (401, {"code": "401", "message": "Access denied due to invalid subscription key or wrong API endpoint."},
     Unauthorized, "very resource"),
    (404, {"code": "DeploymentNotFound", "message": "The API deployment for this resource does not exist."},
     ModelNotFound, "name of a deployment"),
    (404, {"code": "404", "message": "Resource not found"}, WrongAddress, "api-version"),
    (400, {"code": "BadRequest", "message": "API version not supported"}, InvalidRequest, "2024-10-21"),
    (400, {"code": "content_filter", "message": "The response was filtered", "innererror":
     {"code": "ResponsibleAIPolicyViolation", "content_filter_result": {}}}, ContentFiltered, "filter"),
    (429, {"code": "429", "message": "Requests to the ChatCompletions Operation have exceeded token rate limit. Please "
     "retry after 6 seconds."}, RateLimited, "6 s"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("status", "body", "expected", "hint"), FAILURES, ids=[case[1]["message"] for case in FAILURES]
)
async def test_failures(status: int, body: dict[str, Any], expected: type[EndpointError], hint: str) -> None:
    async with serve({f"POST {CLASSIC}": json_reply({"error": body}, status)}) as server:
        _, error = await ask(Azure, endpoint(f"{server.url}/openai/deployments/dep"))
    assert type(error) is expected
    assert hint in error.hint
    assert len(server.requests) == 1


async def test_without_a_key() -> None:
    async with serve(json_reply({"error": {"code": "401", "message": "Access denied"}}, 401)) as server:
        _, error = await ask(Azure, endpoint(f"{server.url}/openai/v1", api_key=""))
    assert type(error) is Unauthorized
    assert "AZURE_OPENAI_API_KEY" in error.hint


def test_it_has_no_address_of_its_own() -> None:
    assert Azure.default_base_url == ""
    assert Azure(Endpoint("x", RESOURCE)).base_url == RESOURCE
