"""The muted line under an answer, in words. What the server did not tell is left out, never guessed."""

from __future__ import annotations

from datetime import datetime

from chat_studio.history.records import MessageRecord
from chat_studio.usage.costs import Cost

SEPARATOR = "    "


def answer_figures(record: MessageRecord, cost: Cost | None = None) -> str:
    """Such as “412 tokens in · 286 out    61 tok/s    first token 0.31 s    $0.0003”."""
    parts = [_tokens(record), _speed(record), _first_token(record), str(cost or "")]
    return SEPARATOR.join(part for part in parts if part)


def tokens_per_second(record: MessageRecord) -> float | None:
    """Output tokens by the seconds between the first token and the end; None where either is unknown."""
    usage, timing = record.usage, record.timing
    if usage is None or timing is None or not usage.output_tokens or timing.first_token is None:
        return None
    seconds = timing.total - timing.first_token
    return usage.output_tokens / seconds if seconds > 0 else None


def seconds_text(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds < 10 else f"{seconds:.1f} s" if seconds < 100 else f"{seconds:.0f} s"


def moment_text(moment: datetime) -> str:
    """The local time, with the date when it was not today."""
    local = moment.astimezone()
    today = datetime.now().astimezone().date()
    return f"{local:%H:%M}" if local.date() == today else f"{local:%d %b %Y, %H:%M}"


def _tokens(record: MessageRecord) -> str:
    usage = record.usage
    if usage is None:
        return ""
    told = []
    if usage.input_tokens is not None:
        told.append(f"{usage.input_tokens:,} tokens in")
    if usage.output_tokens is not None:
        told.append(f"{usage.output_tokens:,} out" if told else f"{usage.output_tokens:,} tokens out")
    return " · ".join(told)


def _speed(record: MessageRecord) -> str:
    speed = tokens_per_second(record)
    return f"{speed:,.0f} tok/s" if speed is not None else ""


def _first_token(record: MessageRecord) -> str:
    timing = record.timing
    return f"first token {seconds_text(timing.first_token)}" if timing and timing.first_token is not None else ""
