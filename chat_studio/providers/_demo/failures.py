"""The ways the demo can be told to fail, each with the error that a real server would cause."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from chat_studio import errors
from chat_studio.errors import EndpointError

_ON_PURPOSE = "This failed on purpose: choose the model “demo” for an answer."


class Failure(StrEnum):
    """What goes wrong; the demo's model list has one model for each."""

    NONE = "none"
    REFUSE = "refuse"
    NAME_NOT_RESOLVED = "name_not_resolved"
    CONNECT_TIMEOUT = "connect_timeout"
    TLS = "tls"
    UNAUTHORIZED = "unauthorized"
    BILLING = "billing"
    MODEL_NOT_FOUND = "model_not_found"
    CONTEXT_LENGTH = "context_length"
    INVALID_REQUEST = "invalid_request"
    FILTERED = "filtered"
    RATE_LIMIT = "rate_limit"
    OVERLOADED = "overloaded"
    LOADING = "loading"
    SERVER_ERROR = "server_error"
    HTML = "html"
    STALL = "stall"
    CUT_OFF = "cut_off"
    MALFORMED = "malformed"


@dataclass(frozen=True)
class StagedFailure:
    """One failure: the error's class and texts, and whether it strikes in the middle of the answer."""

    error: type[EndpointError]
    message: str
    advice: str
    detail: str = ""
    status: int | None = None
    retry_after: float | None = None
    midway: bool = False

    def raised(self) -> EndpointError:
        """The error, ready for `raise`."""
        return self.error(
            self.message,
            hint=f"{self.advice} {_ON_PURPOSE}",
            detail=self.detail,
            status=self.status,
            retry_after=self.retry_after,
        )


STAGED: Mapping[Failure, StagedFailure] = MappingProxyType(
    {
        Failure.REFUSE: StagedFailure(
            errors.ConnectionRefused,
            "Nothing listens at demo.invalid:8000: the connection was refused.",
            "Is the server running, and is this its port?",
            detail="[Errno 111] Connection refused",
        ),
        Failure.NAME_NOT_RESOLVED: StagedFailure(
            errors.NameNotResolved,
            "The name “demo.invalid” has no address.",
            "Check the spelling of the address and your network.",
            detail="[Errno -2] Name or service not known",
        ),
        Failure.CONNECT_TIMEOUT: StagedFailure(
            errors.ConnectTimedOut,
            "demo.invalid:8000 did not answer the connection attempt.",
            "Is the computer on, and does a firewall block the port?",
        ),
        Failure.TLS: StagedFailure(
            errors.TlsFailed,
            "The certificate of demo.invalid:8000 could not be verified.",
            "For a private authority, set its CA file in the connection.",
            detail="certificate verify failed: unable to get local issuer certificate",
        ),
        Failure.UNAUTHORIZED: StagedFailure(
            errors.Unauthorized,
            "The demo did not accept the API key.",
            "Enter the key again in the connection.",
            detail="Incorrect API key provided.",
            status=401,
        ),
        Failure.BILLING: StagedFailure(
            errors.BillingRequired,
            "The account at the demo has no credit left.",
            "Add credit at the provider; waiting does not help.",
            detail="You exceeded your current quota, please check your plan and billing details.",
            status=429,
        ),
        Failure.MODEL_NOT_FOUND: StagedFailure(
            errors.ModelNotFound,
            "The demo has no model “demo-model-not-found”.",
            "Choose one from the list.",
            detail="The model `demo-model-not-found` does not exist.",
            status=404,
        ),
        Failure.CONTEXT_LENGTH: StagedFailure(
            errors.ContextLengthExceeded,
            "The conversation is longer than the model's context window.",
            "Start a new conversation, or choose a model with a larger window.",
            detail="This model's maximum context length is 4096 tokens, but your messages resulted in 5120 tokens.",
            status=400,
        ),
        Failure.INVALID_REQUEST: StagedFailure(
            errors.InvalidRequest,
            "The demo rejected the request.",
            "Look at the parameters of the connection.",
            detail="Unsupported value: 'temperature' does not support 0.7 with this model.",
            status=400,
        ),
        Failure.FILTERED: StagedFailure(
            errors.ContentFiltered,
            "The demo's moderation refused the message.",
            "Say it in other words.",
            detail="The response was filtered due to the prompt triggering the content management policy.",
            status=403,
        ),
        Failure.RATE_LIMIT: StagedFailure(
            errors.RateLimited,
            "The demo takes no more requests for now: its rate limit is reached.",
            "Try again in 2 seconds.",
            detail="Rate limit reached for requests. Please try again in 2s.",
            status=429,
            retry_after=2.0,
        ),
        Failure.OVERLOADED: StagedFailure(
            errors.Overloaded,
            "The demo is overloaded.",
            "Try again in a moment.",
            detail="Overloaded",
            status=529,
        ),
        Failure.LOADING: StagedFailure(
            errors.ModelLoading,
            "The demo is still loading the model.",
            "Try again in a moment.",
            detail="Loading model",
            status=503,
        ),
        Failure.SERVER_ERROR: StagedFailure(
            errors.ServerFailed,
            "The demo failed with an error of its own (status 500).",
            "Look at the log of the server.",
            detail="Internal server error",
            status=500,
        ),
        Failure.HTML: StagedFailure(
            errors.BadResponse,
            "The demo answered with a web page instead of an API answer.",
            "Is a proxy or a login page in between? Check the address.",
            detail="502 Bad Gateway",
            status=502,
        ),
        Failure.STALL: StagedFailure(
            errors.Stalled,
            "The demo fell silent: nothing came for as long as the connection's timeout allows.",
            "Raise the timeout of the connection if the server needs longer.",
            midway=True,
        ),
        Failure.CUT_OFF: StagedFailure(
            errors.StreamInterrupted,
            "The demo's answer ended before its end.",
            "What had arrived is kept. Ask again for the whole answer.",
            detail="peer closed connection without sending complete message body (incomplete chunked read)",
            midway=True,
        ),
        Failure.MALFORMED: StagedFailure(
            errors.BadResponse,
            "The demo sent something in its answer that is not JSON.",
            "Does the address belong to this kind of server?",
            detail='{"choices":[{"delta":{"content": …',
            midway=True,
        ),
    }
)
