"""From a status, headers and an error body to an error of our tree. Pure: nothing is read or sent."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

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
from chat_studio.providers._wire.error_bodies import ServerWords, is_error, read_body, read_value
from chat_studio.providers._wire.waiting import retry_after, should_retry

__all__ = ["REFUSED_KEY", "failure", "failure_in", "is_error"]


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)


_BILLING_CODES = _pattern(
    "insufficient_quota|credit_balance_exhausted|enforced_spend_limit_reached|billing_error|billing_not_active"
)
_BILLING = _pattern(
    "credit balance is too low|exceeded your monthly included credits|insufficient (?:credits|balance|funds)"
    "|spend(?:ing)? limit reached|reached its monthly spending limit|used all available credits|have any credits"
)
_BAD_KEY = _pattern(
    "(?:incorrect|invalid).{0,12}api[ _-]?key|api[ _-]?key.{0,16}(?:not valid|invalid|incorrect|required)"
    "|authentication_error|invalid_api_key"
)
_FILTERED = _pattern("content_filter|content_policy|ResponsibleAIPolicyViolation|moderation|flagged|safety")
_CONTEXT = _pattern(
    "maximum context length|context_length_exceeded|exceed(?:s|ed)?.{0,40}context|prompt is too long"
    "|context (?:size|window)|too many (?:input )?tokens|n_keep|input length exceeds|maximum prompt length"
    "|input token count|too large for model with|tokens \\+ `?max_(?:new_)?tokens`? must be"
)
_TOOLS = _pattern(
    "does not support tools|tool-call-parser|enable-auto-tool-choice|tool use is not supported"
    "|No endpoints found that support tool use|param requires --jinja"
)
_IMAGES = _pattern(r"does not support image|image input|mmproj|multimodal|at most 0 image|'image_url' is not")
_MODEL = _pattern(
    "model.*(?:not found|does not exist)|try pulling|not supported by any provider|model_not_found|invalid_model"
    "|DeploymentNotFound|no models loaded|no running session found for model|^model: "
    "|no endpoints found|is not a valid model"
)
_ADDRESS = _pattern("unexpected endpoint or method")
_RATE = _pattern("rate.?limit|too many requests|RESOURCE_EXHAUSTED|slow_down")
_OVERLOADED = _pattern("overloaded|server busy|UNAVAILABLE")
_INVALID = _pattern("invalid_request|BadRequest|validation|INVALID_ARGUMENT")

_BY_STATUS: dict[int, type[EndpointError]] = {
    401: Unauthorized,
    402: BillingRequired,
    403: Unauthorized,
    404: WrongAddress,
    405: WrongAddress,
    407: ProxyFailed,
    408: ServerFailed,
    409: ServerFailed,
    429: RateLimited,
    498: ContentFiltered,  # Cohere's
    503: Overloaded,
    529: Overloaded,
}
REFUSED_KEY = "The server refused the key"

_MESSAGES: dict[type[EndpointError], tuple[str, str]] = {
    Unauthorized: (REFUSED_KEY, "Check the key of this connection."),
    BillingRequired: (
        "The account has no credit or quota left",
        "Add credit at the provider, or use another connection; waiting does not help.",
    ),
    ModelNotFound: ("The server does not have {model}", "Choose one of the models that the server lists."),
    ContextLengthExceeded: (
        "The conversation does not fit the model's context",
        "Start a new conversation, shorten this one, ask for fewer tokens, or use a model with a longer context.",
    ),
    ToolsUnsupported: ("{Model} does not take tools here", "Switch the tools off, or use another model."),
    ImagesUnsupported: ("{Model} does not take images", "Use a model that can see, or remove the image."),
    ContentFiltered: ("The provider's filter refused the request", "Say it differently, or use another model."),
    RateLimited: ("Too many requests", "Wait a little and try again."),
    Overloaded: ("The server is overloaded", "Try again in a moment."),
    ModelLoading: ("The server is still loading the model", "Try again when it has finished."),
    ProxyFailed: ("The proxy wants a user and a password", "Write them into the connection's proxy, or clear it."),
    WrongAddress: (
        "The server answered, but it has nothing at this path",
        "Check the base URL; for OpenAI-compatible servers it usually ends in /v1.",
    ),
    InvalidRequest: ("The server rejected the request", "Check the connection's parameters."),
    ServerFailed: ("The server failed", "Try again; if it goes on failing, look into the server's log."),
    BadResponse: ("The server's answer cannot be understood", "Check the base URL."),
}
_WITH_WORDS = (InvalidRequest, ServerFailed, BadResponse)
"""Errors whose sentence says little without the server's own."""

_PAGE_HINTS = dict.fromkeys(
    (502, 503, 504), "The server behind the gateway does not answer: it may still be starting. Try again in a moment."
) | {
    524: "The gateway in front of the server waited 100 s for the first byte, no longer: let the answer stream, "
    "shorten the conversation, or try again when the model is loaded."
}
_SENTENCE = 160


def failure(status: int, headers: Mapping[str, str], body: bytes, *, model: str = "") -> EndpointError:
    """The error for an answer that is none: a status from 400, or a body of the wrong kind under 200.

    `model` is the name that was asked for. `retry_after` is filled from the headers or the body, where told.
    """
    words = read_body(body)
    if words.is_html:
        return _page(status, headers, words)
    return _told(_kind(status, words) if status >= 400 else BadResponse, status, headers, words, model)


def failure_in(value: object, *, model: str = "") -> EndpointError:
    """The error for a decoded error object, as it comes in a stream or in a body of status 200."""
    words = read_value(value)
    status = _status_in(words)
    return _told(_kind(status, words), status, {}, words, model)


def _told(
    kind: type[EndpointError], status: int | None, headers: Mapping[str, str], words: ServerWords, model: str
) -> EndpointError:
    sentence, hint = _MESSAGES[kind]
    message = sentence.format(
        model=f"the model “{model}”" if model else "this model", Model=f"“{model}”" if model else "This model"
    )
    if status:
        message += f" ({status})"
    if kind in _WITH_WORDS and words.message:
        message += f": {_one_line(words.message)}"
    wait = retry_after(headers, words)
    error = kind(
        message if message.endswith((".", "!", "…")) else f"{message}.",
        hint=f"The server asks to wait {math.ceil(wait)} s." if kind is RateLimited and wait else hint,
        detail=words.detail,
        status=status,
        retry_after=wait,
    )
    return _as_asked(error, headers)


def _page(status: int, headers: Mapping[str, str], words: ServerWords) -> EndpointError:
    """For HTML: a proxy, a captive portal or a website answered, not the model's server."""
    kind = _BY_STATUS.get(status, WrongAddress if status < 500 else ServerFailed)
    title = f": “{words.message}”" if words.message else ""
    error = kind(
        f"A web page came instead of an answer ({status}){title}.",
        hint=_PAGE_HINTS.get(
            status, "Is the base URL that of the API, and is a proxy, a login page or a tunnel in between?"
        ),
        detail=words.message,
        status=status,
        retry_after=retry_after(headers, words),
    )
    return _as_asked(error, headers)


def _as_asked(error: EndpointError, headers: Mapping[str, str]) -> EndpointError:
    """The error, to be retried or not as the server says, if it says so."""
    asked = should_retry(headers)
    if asked is not None:
        error.retryable = asked
    return error


def _kind(status: int | None, words: ServerWords) -> type[EndpointError]:
    text = f"{words.codes} {words.message}"
    if status == 402 or _BILLING_CODES.search(words.codes) or _BILLING.search(words.message):
        return BillingRequired
    if status == 403 and _FILTERED.search(text):
        return ContentFiltered
    if status != 429 and (status in (401, 403) or _BAD_KEY.search(text)):
        return Unauthorized
    found = None if status == 429 else _kind_by_words(status, text, words)
    return found or _kind_by_status(status, text)


def _kind_by_words(status: int | None, text: str, words: ServerWords) -> type[EndpointError] | None:
    rules: tuple[tuple[re.Pattern[str], str, type[EndpointError]], ...] = (
        (_CONTEXT, text, ContextLengthExceeded),
        (_TOOLS, text, ToolsUnsupported),
        (_IMAGES, text, ImagesUnsupported),
        (_FILTERED, words.codes, ContentFiltered),
        (_pattern("loading model|is currently loading"), words.message, ModelLoading),
        (_ADDRESS, text, WrongAddress),
    )
    for pattern, where, kind in rules:
        if pattern.search(where):
            return kind
    # an API version or a route may be “not found” for a model's name too, a crash is never about the name
    return ModelNotFound if (status or 0) < 500 and (_MODEL.search(words.message) or _MODEL.search(text)) else None


def _kind_by_status(status: int | None, text: str) -> type[EndpointError]:
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    if status and status < 500:
        return InvalidRequest
    if _OVERLOADED.search(text):
        return Overloaded
    if status:
        return ServerFailed
    if _RATE.search(text):
        return RateLimited
    return InvalidRequest if _INVALID.search(text) else ServerFailed


def _status_in(words: ServerWords) -> int | None:
    """A status that stands in the body as its code (OpenRouter, vLLM, llama.cpp)."""
    return int(words.code) if re.fullmatch("[45][0-9]{2}", words.code) else None


def _one_line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SENTENCE else f"{line[: _SENTENCE - 1].rstrip()}…"
