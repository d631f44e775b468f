"""What servers say of themselves, and who recognises it: the kind it is, and no other."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wire.recorded import FOLDER, Recording

from chat_studio.connections.recognition import askable
from chat_studio.providers.values import MODELS, Probe

UNEXPECTED = {"error": "Unexpected endpoint or method. (GET {path}). Returning 200 anyway"}
NOT_FOUND = {"detail": "Not Found"}
LLAMA_ERROR = {"code": 503, "message": "Loading model", "type": "unavailable_error"}
JAN_PAGE = '<!DOCTYPE html><html><head>\n<title>API Docs</title></head><body id="swagger-ui"></body></html>'
NATIVE = {"type": "llm", "key": "qwen/qwen3-8b", "loaded_instances": [], "max_context_length": 40960}


def listed(**model: Any) -> dict[str, Any]:
    return {"object": "list", "data": [{"id": "m", "object": "model", **model}]}


SAID: list[tuple[str | None, str, int, object]] = [
    ("ollama", MODELS, 200, listed(owned_by="library", created=1)),
    ("ollama", "/", 200, "Ollama is running"),
    ("ollama", "/api/version", 200, {"version": "0.12.3"}),
    ("vllm", MODELS, 200, listed(owned_by="vllm", max_model_len=4096, permission=[])),
    ("vllm", MODELS, 401, {"error": "Unauthorized"}),
    ("llamacpp", MODELS, 200, listed(owned_by="llamacpp", meta=None)),
    ("llamacpp", MODELS, 200, listed(owned_by="me", meta={"n_ctx_train": 8192, "n_params": 1})),
    ("llamacpp", MODELS, 503, {"error": LLAMA_ERROR}),
    ("llamacpp", MODELS, 401, {"error": {"code": 401, "message": "Invalid API Key", "type": "authentication_error"}}),
    ("llamacpp", "/props", 503, {"error": LLAMA_ERROR}),
    ("llamacpp", "/props", 200, {"default_generation_settings": {"n_ctx": 8192}, "total_slots": 1}),
    ("llamacpp", "/", 200, "<!doctype html><title>llama.cpp - chat</title>"),
    ("lmstudio", MODELS, 200, listed(owned_by="organization_owner")),
    *(
        ("lmstudio", path, 200, {"error": UNEXPECTED["error"].format(path=path)})
        for path in (MODELS, "/", "/api/version", "/version", "/props", "/.well-known/localai.json", "/healthz")
    ),
    ("lmstudio", "/api/v1/models", 200, {"models": [NATIVE]}),
    ("lmstudio", "/api/v0/models", 200, listed(type="llm", state="not-loaded", max_context_length=4096)),
    ("jan", MODELS, 200, listed(owned_by="user", created=1)),
    ("jan", "/", 200, JAN_PAGE),
    ("cortex", MODELS, 200, {**listed(ctx_len=4096, engine="llama-cpp"), "result": "OK"}),
    ("cortex", MODELS, 200, {"object": "list", "data": [], "result": "OK"}),
    ("cortex", "/healthz", 200, "cortex-cpp is alive!!!"),
    ("gpt4all", MODELS, 200, listed(owned_by="humanity", created=0, permissions=[])),
    ("localai", MODELS, 401, {"error": {"code": 401, "message": "An authentication key is required", "type": ""}}),
    ("localai", "/.well-known/localai.json", 200, {"version": "v3.9.0", "endpoints": {}, "capabilities": {}}),
    ("localai", "/version", 200, {"version": "v3.9.0 (f7b2d5e)"}),
    # nobody's: what any server may say
    (None, MODELS, 200, {"object": "list", "data": []}),
    (None, MODELS, 200, listed()),
    (None, MODELS, 200, listed(owned_by="sglang", max_model_len=4096)),
    (None, MODELS, 401, {"error": {"message": "Missing key", "type": "invalid_request_error"}}),
    (None, MODELS, 404, NOT_FOUND),
    (None, MODELS, 200, {"data": "x", "models": [7], "error": None}),
    (None, MODELS, 200, [{"id": "a"}]),
    (None, MODELS, 403, "<title>403 Forbidden</title>"),
    (None, "/", 200, "<title>Welcome to nginx!</title>"),
    (None, "/version", 200, {"version": "0.12.3"}),
    (None, "/version", 200, {"version": 3}),
    (None, "/api/version", 200, {"version": "0.9.0"}),
    (None, "/healthz", 200, "ok"),
    (None, "/props", 200, {"version": "0.12.3"}),
    (None, "/api/v1/models", 200, {"models": []}),
    (None, "/api/v0/models", 200, listed()),
    (None, "/.well-known/localai.json", 404, NOT_FOUND),
]


def said(path: str, status: int, answer: object, **headers: str) -> Probe:
    text = answer if isinstance(answer, str) else json.dumps(answer)
    return Probe(path, status, headers, text, None if isinstance(answer, str) else json.loads(text))


def recognisers(probe: Probe) -> set[str]:
    return {kind.kind for kind in askable() if kind.recognise(probe)}


@pytest.mark.parametrize(("kind", "path", "status", "answer"), SAID)
def test_each_kind_is_recognised_by_itself_alone(kind: str | None, path: str, status: int, answer: object) -> None:
    assert recognisers(said(path, status, answer)) == ({kind} if kind else set())


PATHS = {"get_v1_models": MODELS, "get_root": "/", "get_props": "/props", "get_version": "/version",
         "get_api_version": "/api/version", "get_models_no_key": MODELS}  # fmt: skip
RECORDED = {
    "llama-server": {"get_v1_models", "get_props"},
    "vllm": {"get_v1_models", "get_version"},
    "vllm-tools": {"get_v1_models", "get_version", "get_models_no_key"},
}
KINDS = {"llama-server": "llamacpp", "vllm": "vllm", "vllm-tools": "vllm"}


ANSWERS = [(server, name) for server in RECORDED for name in PATHS if (FOLDER / server / f"{name}.http").exists()]


@pytest.mark.parametrize(("server", "name"), ANSWERS)
def test_recorded_servers(server: str, name: str) -> None:
    recording = Recording(server, name, 0)
    first, *lines = recording.path.read_bytes().partition(b"\r\n\r\n")[0].decode().split("\r\n")
    headers = {line.partition(": ")[0].lower(): line.partition(": ")[2] for line in lines}
    probe = Probe(PATHS[name], int(first.split()[1]), headers, recording.body.decode(), json.loads(recording.body))
    assert recognisers(probe) == ({KINDS[server]} if name in RECORDED[server] else set())


WORDS = "data models error message version owned_by meta key state id capabilities result type"
KEYS = st.sampled_from(WORDS.split())
TEXTS = st.sampled_from(["vllm", "Unauthorized", "OK", "v3", ""]) | st.text(max_size=3)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=8,
)


@given(path=st.sampled_from(sorted({path for _, path, _, _ in SAID})), answer=ANYTHING)
def test_whatever_is_said_nobody_stumbles(path: str, answer: object) -> None:
    recognisers(Probe(path, 200, {}, json.dumps(answer), answer))  # type: ignore[arg-type]


def test_the_paths_are_asked_for() -> None:
    wanted = {path for kind in askable() for path in kind.recognition.probes} | {MODELS}
    assert {path for kind, path, _, _ in SAID if kind} <= wanted


def test_a_local_server_is_never_recognised() -> None:
    assert all("local" not in recognisers(said(path, status, answer)) for _, path, status, answer in SAID)
