"""Everything that can go wrong in the user's world, as one tree.

    StudioError
    ├── ConfigurationError      exit code 4: something on this computer must be set up first
    │   ├── ConnectionNotFound      no connection has this id or name
    │   ├── ConnectionBroken        its entry in the file cannot be used
    │   ├── KeyUnavailable          the key it refers to is not where it should be
    │   └── FileUnusable            a file of ours cannot be read or parsed
    ├── StorageError            exit code 4: the disk or the database refused: full, read-only, damaged, busy
    │   ├── HistoryDamaged          its file is damaged; a repair or a backup helps
    │   ├── ConversationNotFound    the history has no conversation of this id
    │   └── FolderNotFound          it has no folder of this id or name
    ├── ExchangeError           exit code 4: conversations that go out into a file, or come from one
    │   ├── ExportFailed            the file could not be made
    │   └── ImportFailed            the file is not what can be taken in, or not readable
    ├── AttachmentRefused       exit code 2: a file cannot be sent along: its type, its size, unreadable
    └── EndpointError           exit code 3: the endpoint did not do what was asked
        ├── Unreachable
        │   ├── ConnectionRefused   nothing listens there
        │   ├── NameNotResolved     the host name has no address
        │   ├── ConnectTimedOut     no answer to the connection attempt
        │   ├── TlsFailed           certificate or handshake
        │   └── ProxyFailed         the proxy refused or cannot be reached
        ├── Unauthorized            401: key missing, wrong, or without the right
        ├── BillingRequired         no credit or quota left; waiting does not help
        ├── ModelNotFound
        ├── ContextLengthExceeded   the prompt does not fit the model's window
        ├── ToolsUnsupported
        ├── ImagesUnsupported
        ├── InvalidRequest          400, 422: a parameter or the body was rejected
        ├── ContentFiltered         refused by moderation
        ├── RateLimited             429, with `retry_after` in seconds where told
        ├── Overloaded              503, 529
        ├── ModelLoading            503 while the server loads the model
        ├── ServerFailed            other 5xx, or an error event in the stream
        ├── Stalled                 no byte for the idle timeout
        ├── StreamInterrupted       the answer ended before its end
        └── BadResponse             not the protocol: HTML, broken JSON, an unknown shape
            └── WrongAddress        a server answered, but not at this path

Each says what happened (`message`), on which connection (`connection`), what to do next (`hint`) and the
server's own words (`detail`). Errors of the program itself are ordinary Python exceptions, never these.
"""

from __future__ import annotations

from typing import ClassVar, Self


class StudioError(Exception):
    """Base of the tree. `message` is one sentence for the user; none of the texts ever holds a key."""

    kind: ClassVar[str] = "error"

    def __init__(self, message: str, *, hint: str = "", detail: str = "", connection: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.detail = detail
        self.connection = connection

    def on(self, connection: str) -> Self:
        """Names the connection it happened on, unless one is named already."""
        self.connection = self.connection or connection
        return self

    def __str__(self) -> str:
        return self.message


class ConfigurationError(StudioError):
    kind = "configuration"


class ConnectionNotFound(ConfigurationError):
    kind = "connection_not_found"


class ConnectionBroken(ConfigurationError):
    kind = "connection_broken"


class KeyUnavailable(ConfigurationError):
    kind = "key_unavailable"


class FileUnusable(ConfigurationError):
    kind = "file_unusable"


class StorageError(StudioError):
    kind = "storage"


class HistoryDamaged(StorageError):
    kind = "history_damaged"


class ConversationNotFound(StorageError):
    kind = "conversation_not_found"


class FolderNotFound(StorageError):
    kind = "folder_not_found"


class ExchangeError(StudioError):
    kind = "exchange"


class ExportFailed(ExchangeError):
    kind = "export_failed"


class ImportFailed(ExchangeError):
    kind = "import_failed"


class AttachmentRefused(StudioError):
    kind = "attachment_refused"


class EndpointError(StudioError):
    """The endpoint failed. `retryable` says whether the same request may succeed a little later."""

    kind = "endpoint"
    retryable: bool = False

    def __init__(
        self,
        message: str,
        *,
        hint: str = "",
        detail: str = "",
        connection: str = "",
        status: int | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message, hint=hint, detail=detail, connection=connection)
        self.status = status
        self.retry_after = retry_after


class Unreachable(EndpointError):
    kind = "unreachable"
    retryable = True


class ConnectionRefused(Unreachable):
    kind = "connection_refused"


class NameNotResolved(Unreachable):
    kind = "name_not_resolved"
    retryable = False


class ConnectTimedOut(Unreachable):
    kind = "connect_timed_out"


class TlsFailed(Unreachable):
    kind = "tls_failed"
    retryable = False


class ProxyFailed(Unreachable):
    kind = "proxy_failed"


class Unauthorized(EndpointError):
    kind = "unauthorized"


class BillingRequired(EndpointError):
    kind = "billing_required"


class ModelNotFound(EndpointError):
    kind = "model_not_found"


class ContextLengthExceeded(EndpointError):
    kind = "context_length_exceeded"


class ToolsUnsupported(EndpointError):
    kind = "tools_unsupported"


class ImagesUnsupported(EndpointError):
    kind = "images_unsupported"


class InvalidRequest(EndpointError):
    kind = "invalid_request"


class ContentFiltered(EndpointError):
    kind = "content_filtered"


class RateLimited(EndpointError):
    kind = "rate_limited"
    retryable = True


class Overloaded(EndpointError):
    kind = "overloaded"
    retryable = True


class ModelLoading(Overloaded):
    kind = "model_loading"


class ServerFailed(EndpointError):
    kind = "server_failed"
    retryable = True


class Stalled(EndpointError):
    kind = "stalled"


class StreamInterrupted(EndpointError):
    kind = "stream_interrupted"
    retryable = True


class BadResponse(EndpointError):
    kind = "bad_response"


class WrongAddress(BadResponse):
    kind = "wrong_address"


def error_class(kind: str) -> type[StudioError]:
    """The class of a kind that was stored or printed; StudioError for one that this version does not know."""
    pending: list[type[StudioError]] = [StudioError]
    while pending:
        candidate = pending.pop()
        if candidate.kind == kind:
            return candidate
        pending.extend(candidate.__subclasses__())
    return StudioError
