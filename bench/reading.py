"""Reading: opening, scrolling and resizing a conversation of any length, and messages of any size.

Each scenario runs in a fresh process with a visible window (`bench.reader`). A frame's cost is processor time, painting
included: what the machine does besides does not count.
"""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from typing import Any

from bench.figures import Figure
from bench.running import program, told


def open_long(env: Mapping[str, str], rounds: int) -> list[Figure]:
    """A conversation of 10,000 messages and 5 MB: opened for the first time, and come back to."""
    told_of = [_read(env, "open-long") for _ in range(rounds)]
    return [
        Figure("10,000 messages: opened and painted", "ms", _ms(notes["opening"][0] for notes in told_of), bound=150),
        Figure("10,000 messages: memory", "MB", [notes["memory"][0] for notes in told_of], bound=30),
        Figure("10,000 messages: come back to", "ms", _ms(max(notes["switching"]) for notes in told_of), bound=50),
    ]


def scroll(env: Mapping[str, str], pages: int) -> list[Figure]:
    """Through the long conversation by the page, by the wheel and by the thumb."""
    notes = _read(env, "scroll", "--pages", str(pages))
    frames = [*notes["pages"], *notes["wheel"], *notes["thumb"]]
    return [
        *(
            Figure(f"scrolling by {how}: dearest frame of 100", "ms", _ms([_p99(notes[how])]), bound=16)
            for how in notes
        ),
        Figure("scrolling: dearest frame of all", "ms", _ms([max(frames)]), bound=50),
    ]


def resize(env: Mapping[str, str]) -> list[Figure]:
    """Other widths of the window and of the column, and other text sizes, in the middle of the long conversation."""
    notes = _read(env, "resize")
    text = notes.pop("size of the text")  # with a new style sheet for the whole program
    return [
        *(Figure(f"10,000 messages: another {what}", "ms", _ms([max(notes[what])]), bound=50) for what in notes),
        Figure("10,000 messages: another size of the text", "ms", _ms([max(text)]), bound=100),
    ]


def huge_message(env: Mapping[str, str]) -> list[Figure]:
    """A megabyte in one message, in several shapes."""
    notes = _read(env, "huge-message")
    figures: list[Figure] = []
    for shape, (opening, step) in notes.items():
        bound = 1000 if "10 MB" in shape else 500
        figures.append(Figure(f"{shape}: opened and painted", "ms", _ms([opening]), bound=bound))
        figures.append(Figure(f"{shape}: dearest jump in it", "ms", _ms([step]), bound=100))
    return figures


def _read(env: Mapping[str, str], scenario: str, *options: str) -> Any:
    with program("bench.reader", scenario, *options, env=env) as reader:
        return told(reader)


def _ms(seconds: Any) -> list[float]:
    return [1000 * value for value in seconds]


def _p99(samples: list[float]) -> float:
    return statistics.quantiles(samples, n=100)[-1] if len(samples) > 1 else samples[0]
