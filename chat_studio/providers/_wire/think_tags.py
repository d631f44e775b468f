"""Reasoning that comes inside the text, between tags: told apart while it streams."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum, auto

from chat_studio.events import Event, ReasoningDelta, ReasoningReclassified, TextDelta

_TAGS = {
    "<think>": "</think>",
    "<thinking>": "</thinking>",
    "<thought>": "</thought>",
    "<seed:think>": "</seed:think>",
    "<|channel|>analysis<|message|>": "<|end|><|start|>assistant<|channel|>final<|message|>",
}
_LONE_CLOSER = "</think>"
_LONE_OPENER = "<think>"
_FENCE = "```"


class _State(Enum):
    START = auto()  # nothing but blanks and perhaps the beginning of a tag
    REASONING = auto()
    TEXT = auto()  # began without a tag; a closing one may still come
    GAP = auto()  # the blank after a tag
    ANSWER = auto()  # tags mean nothing any more


class ThinkTagSplitter:
    """Cuts streamed text into reasoning and answer.

    Opening tags count only at the very beginning. A closing `</think>` without one means that all text so far was
    reasoning (templates that open the tag themselves), unless it stands in code or was opened in the text.
    """

    def __init__(self) -> None:
        self._state = _State.START
        self._held = ""
        self._closer = ""
        self._after_gap = _State.ANSWER
        self._seen: list[str] = []

    def feed(self, text: str) -> Iterator[Event]:
        """The events of a piece of text. What may be part of a tag is held until the next piece."""
        if self._state is _State.ANSWER:
            yield TextDelta(text)
        elif self._state is _State.TEXT and not self._held and "<" not in text:
            yield from self._text(text)
        else:
            self._held += text
            yield from self._advance()

    def close(self) -> Iterator[Event]:
        """What was held, as what it now must be."""
        held, self._held = self._held, ""
        if held:
            yield ReasoningDelta(held) if self._state is _State.REASONING else TextDelta(held)

    def settle(self) -> Iterator[Event]:
        """The server marks its reasoning otherwise: from now on tags are text. Blanks before it are dropped."""
        if self._state is not _State.ANSWER:
            self._held = "" if self._held.isspace() else self._held
            yield from self.close()
            self._state = _State.ANSWER

    def _advance(self) -> Iterator[Event]:
        before = None
        while self._held and self._state is not before:  # what one state leaves is for the next
            before = self._state
            match before:
                case _State.START:
                    self._begin()
                case _State.REASONING:
                    yield from self._reason()
                case _State.TEXT:
                    yield from self._watch()
                case _State.GAP:
                    self._held = self._held.lstrip()
                    self._state = self._after_gap if self._held else _State.GAP
                case _State.ANSWER:
                    yield from self.close()

    def _begin(self) -> None:
        text = self._held.lstrip()
        opener = next((tag for tag in _TAGS if text.startswith(tag)), "")
        if opener:
            self._closer = _TAGS[opener]
            self._held = text[len(opener) :]
            self._state, self._after_gap = _State.GAP, _State.REASONING
        elif text and not any(tag.startswith(text) for tag in _TAGS):
            self._state = _State.TEXT

    def _reason(self) -> Iterator[Event]:
        thought, closer, rest = self._held.partition(self._closer)
        if closer:
            self._held = rest
            self._state, self._after_gap = _State.GAP, _State.ANSWER
        else:
            thought, self._held = _without_start_of(self._closer, thought)
        if thought:
            yield ReasoningDelta(thought)

    def _watch(self) -> Iterator[Event]:
        text, closer, rest = self._held.partition(_LONE_CLOSER)
        if not closer:
            text, self._held = _without_start_of(_LONE_CLOSER, text)
            yield from self._text(text)
        elif not self._is_lone(text):
            self._state = _State.ANSWER
        else:
            yield from self._text(text)
            yield ReasoningReclassified()
            self._held = rest
            self._state = _State.GAP

    def _text(self, text: str) -> Iterator[Event]:
        if text:
            self._seen.append(text)
            yield TextDelta(text)

    def _is_lone(self, text: str) -> bool:
        """Whether a closing tag after `text` has no opening one, and stands neither in a code block nor in ticks."""
        before = "".join((*self._seen, text))
        line = before.rpartition("\n")[2]
        return _LONE_OPENER not in before and before.count(_FENCE) % 2 == 0 and line.count("`") % 2 == 0


def _without_start_of(tag: str, text: str) -> tuple[str, str]:
    """`text` cut before the longest end of it that may be the beginning of `tag`."""
    for length in range(min(len(tag) - 1, len(text)), 0, -1):
        if text.endswith(tag[:length]):
            return text[:-length], text[-length:]
    return text, ""
