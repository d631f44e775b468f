"""Error bodies of all shapes, and what they are called."""

from __future__ import annotations

import json
from email.utils import formatdate

import pytest

from chat_studio.errors import (
    BadResponse,
    BillingRequired,
    ContentFiltered,
    ContextLengthExceeded,
    EndpointError,
    ImagesUnsupported,
    InvalidRequest,
    ModelLoading,
    ModelNotFound,
    Overloaded,
    ProxyFailed,
    RateLimited,
    ServerFailed,
    ToolsUnsupported,
    Unauthorized,
    WrongAddress,
)
from chat_studio.providers._wire.failures import failure, failure_in, is_error

# (where it was seen, status, body, class, words that must be told)
BODIES: list[tuple[str, int, object, type[EndpointError], str]] = [
    ("OpenAI: key", 401, {"error": {"message": "Incorrect API key provided", "code": "invalid_api_key"}}, Unauthorized,
     "Incorrect"),
    ("OpenAI: country", 403, {"error": {"message": "Country not supported", "code": "unsupported_country"}},
     Unauthorized, "Country"),
    ("OpenAI: model", 404, {"error": {"message": "The model `x` does not exist or you do not have access to it.",
     "code": "model_not_found"}}, ModelNotFound, "access"),
    ("OpenAI: context", 400, {"error": {"message": "too long", "code": "context_length_exceeded"}},
     ContextLengthExceeded, "too long"),
    ("OpenAI: parameter", 400, {"error": {"message": "Unsupported value", "param": "temperature"}}, InvalidRequest,
     "(parameter: temperature)"),
    ("OpenAI: quota", 429, {"error": {"message": "You exceeded your current quota", "type": "insufficient_quota"}},
     BillingRequired, "quota"),
    ("OpenAI: rate", 429, {"error": {"message": "Rate limit reached", "code": "rate_limit_exceeded"}}, RateLimited,
     "Rate"),
    ("Azure: filter", 400, {"error": {"message": "The response was filtered", "code": "content_filter",
     "innererror": {"code": "ResponsibleAIPolicyViolation"}}}, ContentFiltered, "filtered"),
    ("Azure: deployment", 404, {"error": {"code": "DeploymentNotFound",
     "message": "The API deployment for this resource does not exist."}}, ModelNotFound, "deployment"),
    ("Anthropic: credit", 400, {"type": "error", "error": {"type": "invalid_request_error",
     "message": "Your credit balance is too low to access the Anthropic API."}}, BillingRequired, "credit"),
    ("Anthropic: spend limit", 429, {"type": "error", "error": {"type": "rate_limit_error", "message": "limit",
     "details": {"error_code": "enforced_spend_limit_reached"}}}, BillingRequired, "limit"),
    ("Anthropic: model", 404, {"type": "error", "error": {"type": "not_found_error", "message": "model: claude-x"}},
     ModelNotFound, "claude-x"),
    ("Anthropic: prompt", 400, {"type": "error", "error": {"type": "invalid_request_error",
     "message": "prompt is too long: 210000 tokens > 200000 maximum"}}, ContextLengthExceeded, "210000"),
    ("Ollama: text", 404, {"error": "model 'x' not found"}, ModelNotFound, "'x'"),
    ("Ollama: older", 404, {"error": 'model "x" not found, try pulling it first'}, ModelNotFound, "pulling"),
    ("Ollama: tools", 400, {"error": "registry.ollama.ai/library/gemma:latest does not support tools"},
     ToolsUnsupported, "gemma"),
    ("Ollama: queue", 503, {"error": "server busy, please try again.  maximum pending requests exceeded"}, Overloaded,
     "busy"),
    ("Ollama: crash", 500, {"error": "model runner has unexpectedly stopped"}, ServerFailed, "runner"),
    ("vLLM: 401 as text", 401, {"error": "Unauthorized"}, Unauthorized, "Unauthorized"),
    ("vLLM: old and flat", 400, {"object": "error", "message": "This model's maximum context length is 4096 tokens.",
     "type": "BadRequestError", "param": None, "code": 400}, ContextLengthExceeded, "4096"),
    ("vLLM: text model", 400, {"error": {"message": "tiny is not a multimodal model"}}, ImagesUnsupported, "tiny"),
    ("llama.cpp: context", 400, {"error": {"code": 400, "type": "exceed_context_size_error", "n_ctx": 512,
     "message": "the request exceeds the available context size, try increasing it"}}, ContextLengthExceeded, "size"),
    ("llama.cpp: loading", 503, {"error": {"code": 503, "message": "Loading model", "type": "unavailable_error"}},
     ModelLoading, "Loading"),
    ("llama.cpp: path", 404, {"error": {"code": 404, "message": "File Not Found", "type": "not_found_error"}},
     WrongAddress, "File"),
    ("llama.cpp: image", 500, {"error": {"code": 500, "message": "image input is not supported - hint: mmproj"}},
     ImagesUnsupported, "mmproj"),
    ("LM Studio: context", 400, {"error": "The number of tokens to keep from the initial prompt is greater than the "
     "context length (n_keep: 13055>= n_ctx: 4096)."}, ContextLengthExceeded, "13055"),
    ("LM Studio: nothing loaded", 400, {"error": {"message": "No models loaded. Please load a model"}}, ModelNotFound,
     "load"),
    ("Jan: plain text", 404, "No running session found for model 'x'", ModelNotFound, "'x'"),
    ("FastAPI: text", 404, {"detail": "Not Found"}, WrongAddress, "Not Found"),
    ("FastAPI: list", 422, {"detail": [{"loc": ["body", "temperature"], "msg": "Input should be a number"},
     {"loc": ["body", "n"], "msg": "too large"}]}, InvalidRequest, "body.temperature: Input should be a number; body"),
    ("Mistral: closed schema", 422, {"object": "error", "message": {"detail": [{"type": "extra_forbidden",
     "loc": ["body", "x"], "msg": "Extra inputs are not permitted"}]}}, InvalidRequest, "body.x: Extra inputs"),
    ("Mistral: model", 400, {"object": "error", "message": "Invalid model: x", "type": "invalid_model",
     "code": "1500"}, ModelNotFound, "Invalid model"),
    ("Mistral: rate", 429, {"message": "Requests rate limit exceeded"}, RateLimited, "Requests"),
    ("Gemini: list", 400, [{"error": {"code": 400, "message": "Unknown name “x”", "status": "INVALID_ARGUMENT"}}],
     InvalidRequest, "Unknown name"),
    ("Gemini: key", 400, [{"error": {"code": 400, "message": "API key not valid. Please pass a valid API key.",
     "status": "INVALID_ARGUMENT"}}], Unauthorized, "not valid"),
    ("Gemini: context", 400, [{"error": {"message": "The input token count (9) exceeds the maximum"}}],
     ContextLengthExceeded, "(9)"),
    ("xAI: flat", 400, {"code": "invalid-argument", "error": "This model's maximum prompt length is 500000 but"},
     ContextLengthExceeded, "500000"),
    ("xAI: key", 400, {"code": "invalid-argument", "error": "Incorrect API key provided: xx"}, Unauthorized, "key"),
    ("Cohere: flat", 401, {"id": "1", "message": "invalid api token"}, Unauthorized, "token"),
    ("OpenRouter: raw", 400, {"error": {"code": 400, "message": "Provider returned error", "metadata": {
     "provider_name": "X", "raw": '{"error": {"message": "maximum context length is 8192 tokens"}}'}}},
     ContextLengthExceeded, "8192"),
    ("OpenRouter: tools", 404, {"error": {"code": 404, "message": "No endpoints found that support tool use."}},
     ToolsUnsupported, "endpoints"),
    ("OpenRouter: moderation", 403, {"error": {"code": 403, "message": "Input flagged", "metadata": {"reasons": []}}},
     ContentFiltered, "flagged"),
    ("RunPod: nested", 400, {"error": {"message": 'vLLM returned HTTP 400: {"error":{"message":"The model `x` does not '
     'exist.","code":404}}', "type": "worker_error"}}, ModelNotFound, "`x`"),
    ("RunPod: in words", 500, {"error": {"message": 'vLLM returned HTTP 404: {"error":{"message":"no such route",'
     '"type":"NotFoundError"}}', "type": "worker_error"}}, ServerFailed, "no such route"),
    ("xAI: credits", 403, {"code": "The caller does not have permission", "error": "Your new team doesn't have "
     "any credits yet. You can purchase credits on https://console.x.ai"}, BillingRequired, "credits"),
    ("xAI: limit", 429, {"code": "Some resource has been exhausted", "error": "Your team has either used all available "
     "credits or reached its monthly spending limit."}, BillingRequired, "monthly"),
    ("xAI: model", 404, {"code": "Some requested entity was not found", "error": "The model grok-9 does not exist or "
     "your team 1 does not have access to it."}, ModelNotFound, "grok-9"),
    ("xAI: effort", 400, {"code": "Client specified an invalid argument", "error": "Model grok-4-0709 does not support "
     "parameter reasoningEffort."}, InvalidRequest, "reasoningEffort"),
    ("Mistral: key", 401, {"detail": "Unauthorized"}, Unauthorized, "Unauthorized"),
    ("Mistral: capacity", 429, {"object": "error", "message": "Service tier capacity exceeded for this model.",
     "type": "service_tier_capacity_exceeded", "code": "3505"}, RateLimited, "capacity"),
    ("Mistral: context", 400, {"object": "error", "message": "Prompt contains 40000 tokens and 0 draft, too large "
     "for model with 32768 maximum context length", "type": "invalid_request_prompt", "code": "3051"},
     ContextLengthExceeded, "40000"),
    ("Cohere: context", 400, {"id": "1", "message": "too many tokens: total number of tokens cannot exceed 128000"},
     ContextLengthExceeded, "128000"),
    ("Cohere: trial", 429, {"id": "1", "message": "You are using a Trial key, limited to 20 API calls / minute."},
     RateLimited, "Trial"),
    ("GPT4All: strict", 400, {"error": {"message": "'stream' is not supported", "type": "invalid_request_error",
     "param": None, "code": None}}, InvalidRequest, "'stream'"),
    ("Cloudflare: 524", 524, "<html><title>host | 524: A timeout occurred</title>", ServerFailed, "524"),
    ("HF: credits", 402, {"error": "You have exceeded your monthly included credits"}, BillingRequired, "monthly"),
    ("HF: model", 400, {"error": {"message": "The requested model 'x' is not supported by any provider",
     "code": "model_not_supported"}}, ModelNotFound, "'x'"),
    ("JSON:API: list", 400, {"errors": [{"message": "first"}, "second"]}, InvalidRequest, "first; second"),
    ("a gateway's msg", 500, {"code": 1001, "msg": "broken"}, ServerFailed, "broken"),
    ("gateway: 407", 407, "", ProxyFailed, ""),
    ("gateway: 408", 408, "", ServerFailed, ""),
    ("gateway: page", 503, "<html><head><title>503 &amp; more</title></head><body>x", Overloaded, "503 & more"),
    ("page without a title", 500, "<p>Oh <b>no</b></p><script>x</script>", ServerFailed, "Oh no"),
    ("nothing", 500, "", ServerFailed, ""),
    ("broken JSON", 400, '{"error": ', InvalidRequest, '{"error":'),
    ("nested without end", 400, "[" * 100_000, InvalidRequest, "[["),
    ("not an object", 400, "null", InvalidRequest, "null"),
    ("odd types", 400, {"error": {"message": None, "code": [], "type": {}}}, InvalidRequest, ""),
]  # fmt: skip


@pytest.mark.parametrize(
    ("status", "body", "kind", "words"), [case[1:] for case in BODIES], ids=[case[0] for case in BODIES]
)
def test_statuses(status: int, body: object, kind: type[EndpointError], words: str) -> None:
    data = (body if isinstance(body, str) else json.dumps(body)).encode()
    error = failure(status, {}, data, model="m")
    assert type(error) is kind
    assert error.status == status
    assert words in error.detail
    assert error.hint
    assert error.message.endswith((".", "…"))


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ({"error": {"message": "Context size has been exceeded."}}, ContextLengthExceeded),
        ({"error": {"type": "overloaded_error", "message": "Overloaded"}}, Overloaded),
        ({"error": "x", "error_type": "overloaded"}, Overloaded),
        ({"error": "pull model manifest: file does not exist"}, ModelNotFound),
        ({"error": {"type": "rate_limit_error", "message": "x"}}, RateLimited),
        ({"error": {"code": 429, "message": "x"}}, RateLimited),
        ({"error": {"code": "502", "message": "x"}}, ServerFailed),
        ({"error": {"type": "invalid_request_error", "message": "x"}}, InvalidRequest),
        ({"error": {"message": "x"}}, ServerFailed),
        (
            {
                "error": {
                    "message": 'vLLM returned HTTP 400: {"error": {"message": "x", "type": "y"}}',
                    "type": "worker_error",
                }
            },
            InvalidRequest,
        ),
        ({"error": {"message": "vLLM returned HTTP 503: down", "type": "worker_error"}}, Overloaded),
        (
            {"error": {"message": 'vLLM returned HTTP 404: {"detail": "Not Found"}', "type": "worker_error"}},
            WrongAddress,
        ),
        ({"code": 500, "message": "x", "type": "server_error"}, ServerFailed),
        ({"base_resp": {"status_code": 1008, "status_msg": "insufficient balance"}}, BillingRequired),
    ],
)
def test_errors_in_a_stream(value: object, kind: type[EndpointError]) -> None:
    assert is_error(value)
    assert type(failure_in(value)) is kind


@pytest.mark.parametrize(
    "value",
    [
        {"choices": []}, {"data": []}, {"error": None, "choices": []}, {"error": "", "choices": []}, {"type": "ping"},
        {"code": 0, "message": "ok", "data": {}}, {"base_resp": {"status_code": 0}}, "error", None, [], [{"id": 1}],
    ],
)  # fmt: skip
def test_what_is_no_error(value: object) -> None:
    assert not is_error(value)


@pytest.mark.parametrize(
    ("headers", "body", "seconds"),
    [
        ({"retry-after": "7"}, "", 7.0),
        ({"retry-after": "1.5"}, "", 1.5),
        ({"retry-after-ms": "250", "retry-after": "7"}, "", 0.25),
        ({"retry-after": formatdate(0)}, "", 0.0),
        ({"retry-after": "soon"}, "", None),
        ({"retry-after": "-3"}, "", None),
        ({"retry-after": "inf"}, "", None),
        ({}, '{"error": {"message": "Please try again in 1.2s."}}', 1.2),
        ({}, '{"error": {"message": "Please try again in 20ms."}}', 0.02),
        ({}, '{"error": {"message": "Please retry after 12 seconds."}}', 12.0),
        ({}, '[{"error": {"message": "x", "details": [{"retryDelay": "34s"}]}}]', 34.0),
        ({}, "", None),
    ],
)
def test_how_long_to_wait(headers: dict[str, str], body: str, seconds: float | None) -> None:
    assert failure(429, headers, body.encode()).retry_after == seconds


@pytest.mark.parametrize(
    ("status", "body", "headers", "expected"),
    [
        (500, b"", {}, True),
        (500, b"", {"x-should-retry": "false"}, False),
        (502, b"<html>", {"x-should-retry": "false"}, False),
        (400, b"", {}, False),
        (400, b"", {"x-should-retry": "true"}, True),
        (400, b"", {"x-should-retry": "perhaps"}, False),
        (429, b'{"error": {"code": "insufficient_quota"}}', {}, False),
        (409, b"", {}, True),
    ],
)
def test_whether_to_ask_again(status: int, body: bytes, headers: dict[str, str], expected: bool) -> None:
    assert failure(status, headers, body).retryable is expected


@pytest.mark.parametrize(
    ("status", "word"), [(502, "starting"), (504, "starting"), (524, "100 s"), (403, "login page")]
)
def test_what_a_page_of_a_gateway_means(status: int, word: str) -> None:
    assert word in failure(status, {}, b"<html><title>Sorry</title>").hint


def test_the_hint_says_how_long_to_wait() -> None:
    assert failure(429, {"retry-after": "4.2"}, b"").hint == "The server asks to wait 5 s."
    assert "Wait a little" in failure(429, {}, b"").hint


def test_the_message_names_the_model() -> None:
    error = failure(404, {}, b'{"error": "model not found"}', model="llama-9")
    assert error.message == "The server does not have the model “llama-9” (404)."


def test_a_long_text_is_cut() -> None:
    error = failure(500, {}, json.dumps({"error": "x" * 100_000}).encode())
    assert len(error.message) < 300
    assert len(error.detail) <= 2000


def test_an_answer_of_the_wrong_kind() -> None:
    assert type(failure(200, {}, b"OK")) is BadResponse
    assert type(failure(200, {}, b"<html>")) is WrongAddress
