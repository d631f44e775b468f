"""What turns the bytes of an answer into events."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import ClassVar

from chat_studio.errors import BadResponse
from chat_studio.events import Event

NOT_THIS_KIND = "Check the base URL, and whether the connection's kind is that of the server."


class Decoder(ABC):
    """Bytes of one answer in, events out, free of I/O.

    Events come out before the error of what follows them is raised, so nothing that arrived is lost.
    """

    foreign: ClassVar[bytes] = b"{[<"
    """First bytes that show that the body is not this framing but one JSON document, or HTML."""

    done = False
    """The terminator has been seen: nothing more is to be read."""

    finishing = False
    """The answer is complete; what may still come is waited for no longer than LINGER."""

    @abstractmethod
    def feed(self, data: bytes) -> Iterable[Event]:
        """The events that `data` completes. Raises EndpointError for one that the server reports."""

    @abstractmethod
    def close(self) -> Iterable[Event]:
        """What was pending at the end of the stream, then `Finished`. Raises StreamInterrupted if it ended early."""

    def whole(self, body: object) -> Iterable[Event]:
        """The events of an answer that came as one JSON document. Raises EndpointError."""
        raise BadResponse(
            "The server sent one JSON document instead of a stream.", hint=NOT_THIS_KIND, detail=str(body)[:300]
        )
