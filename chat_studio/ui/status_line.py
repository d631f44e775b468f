"""The figures of the answer that is shown last: model, tokens, tokens a second, time to the first token."""

from __future__ import annotations

import time
from collections.abc import Sequence

from PySide6.QtWidgets import QLabel

from chat_studio.events import VISIBLE, Event, Progress
from chat_studio.history.records import MessageRecord, MessageState
from chat_studio.messages import Role
from chat_studio.ui.transcript.figures import seconds_text, tokens_per_second

UNKNOWN = "–"
CUT_SHORT = {
    MessageState.FAILED: "failed",
    MessageState.STOPPED: "stopped",
    MessageState.INTERRUPTED: "interrupted",
}
LONGEST_NAME = 32
"""Characters of a model's name: the figures after it must have room, and the selector shows it whole."""


class StatusLine:
    """Writes into a label what is known, and “–” for what the server did not tell; nothing is estimated."""

    def __init__(self, label: QLabel) -> None:
        self._label = label
        self._began = 0.0
        self._first_token: float | None = None

    def show_records(self, records: Sequence[MessageRecord]) -> None:
        """The figures of the last answer in a branch."""
        answers = (record for record in reversed(records) if record.message.role is Role.ASSISTANT)
        answer = next(answers, None)
        self._label.setText("" if answer is None else answer_status(answer))

    def begin(self, record: MessageRecord) -> None:
        """An answer was asked for just now."""
        self._began = time.monotonic()
        self._first_token = None
        self._label.setText(answer_status(record))

    def grow(self, record: MessageRecord, events: Sequence[Event]) -> None:
        """The running answer gained `events`."""
        if self._first_token is None and any(isinstance(event, VISIBLE) for event in events):
            self._first_token = time.monotonic() - self._began if self._began else None
            self._label.setText(_streaming(record, self._first_token))
        for event in events:
            if isinstance(event, Progress):
                self._label.setText(f"{_model(record)} · {event.label} {event.fraction:.0%}")


def answer_status(record: MessageRecord) -> str:
    """One line about an answer."""
    if record.state is MessageState.STREAMING:
        visible = bool(record.message.parts)
        return _streaming(record, None) if visible else f"{_model(record)} · waiting for the first token"
    usage, timing = record.usage, record.timing
    first = timing.first_token if timing else None
    if usage is None and record.state in CUT_SHORT:  # no server counts what it did not finish
        told = "" if first is None else f" · first token {seconds_text(first)}"
        return f"{_model(record)} · {CUT_SHORT[record.state]}{told}"
    speed = tokens_per_second(record)
    tokens_in = f"{usage.input_tokens:,}" if usage and usage.input_tokens is not None else UNKNOWN
    tokens_out = f"{usage.output_tokens:,}" if usage and usage.output_tokens is not None else UNKNOWN
    return " · ".join(
        (
            _model(record),
            f"{tokens_in} tokens in, {tokens_out} out",
            f"{UNKNOWN if speed is None else f'{speed:,.0f}'} tok/s",
            f"first token {UNKNOWN if first is None else seconds_text(first)}",
        )
    )


def _streaming(record: MessageRecord, first_token: float | None) -> str:
    first = "" if first_token is None else f" · first token {seconds_text(first_token)}"
    return f"{_model(record)} · streaming{first}"


def _model(record: MessageRecord) -> str:
    name = record.model.rpartition("/")[2] or record.connection_name or UNKNOWN
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1].rstrip('-_. ')}…"
