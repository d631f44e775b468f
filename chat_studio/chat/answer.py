"""Folding the events of a stream into an answer."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable

from chat_studio.events import (
    VISIBLE,
    Event,
    Finished,
    Notice,
    ReasoningDelta,
    ReasoningReclassified,
    RefusalDelta,
    Started,
    TextDelta,
    ToolCallDelta,
    ToolCallReady,
    UsageReported,
)
from chat_studio.history.journal import assemble, mended, pieces_of
from chat_studio.history.records import JournalPiece, PieceKind, Timing
from chat_studio.messages import FinishReason, Part, Usage


class AnswerBuilder:
    """An answer as it grows. Adding an event costs the same however long the answer is; `parts` is built when asked.

    `clock` returns seconds that never go back; time is counted from `start`. `begun` is what there is of the answer
    before its first event: the part that came before it was cut short.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic, begun: Iterable[Part] = ()) -> None:
        self._clock = clock
        self._began = clock()
        self._first_token: float | None = None
        self._reasoning_since: float | None = None
        self._pieces = pieces_of(begun)
        self._journalled = 0
        self.model = ""
        self.usage: Usage | None = None
        self.finish_reason: FinishReason | None = None

    def start(self) -> None:
        """The request is sent now."""
        self._began = self._clock()

    def add(self, event: Event) -> None:
        if self._first_token is None and isinstance(event, VISIBLE):
            self._first_token = self._clock()
        match event:
            case TextDelta(text) | RefusalDelta(text):
                self._end_reasoning()
                if text:
                    self._gain("text", text)
            case ReasoningDelta(text, replay):
                self._reason(text, replay)
            case ReasoningReclassified():
                self._gain("reclassified")
                self._gain("reasoned", str(self._clock() - (self._first_token or self._began)))
            case ToolCallDelta():
                self._end_reasoning()
            case ToolCallReady(call):
                self._end_reasoning()
                self._gain("tool_call", _json(call.model_dump(mode="json")))
            case Notice(text, passing=False):
                self._gain("notice", text)
            case _:
                self._learn(event)

    def end(self) -> None:
        """No more events come, whether the answer is whole or not."""
        self._end_reasoning()

    def parts(self) -> tuple[Part, ...]:
        return assemble(self._pieces)

    def timing(self) -> Timing:
        """Seconds since the start, up to now."""
        first = None if self._first_token is None else self._first_token - self._began
        return Timing(first_token=first, total=self._clock() - self._began)

    def unjournalled(self) -> list[JournalPiece]:
        """What came since the pieces that were last marked as journalled."""
        return self._pieces[self._journalled :]

    def mark_journalled(self, pieces: int) -> None:
        """So many of the `unjournalled` pieces are stored."""
        self._journalled += pieces

    @property
    def has_unjournalled(self) -> bool:
        return self._journalled < len(self._pieces)

    def _learn(self, event: Event) -> None:
        match event:
            case Started(model):
                self.model = model or self.model
            case UsageReported(usage):
                self.usage = usage
            case Finished(reason):
                self.finish_reason = reason

    def _reason(self, text: str, replay: object) -> None:
        if text:
            if self._reasoning_since is None:
                self._reasoning_since = self._clock()
            self._gain("reasoning", text)
        if replay is not None:
            self._gain("replay", _json(replay))

    def _end_reasoning(self) -> None:
        if self._reasoning_since is not None:
            self._gain("reasoned", str(self._clock() - self._reasoning_since))
            self._reasoning_since = None

    def _gain(self, kind: PieceKind, text: str = "") -> None:
        self._pieces.append(JournalPiece(kind, text))


def _json(value: object) -> str:
    return mended(json.dumps(value, ensure_ascii=False))
