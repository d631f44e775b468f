"""Streaming into the visible window: what a token costs, how long the loop is held up, how late the end is seen."""

from __future__ import annotations

import contextlib
import statistics
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bench.figures import Figure
from bench.homes import with_connection
from bench.running import program, told

RATE = 100
FLOOD = 2000
LONG_RATE = 500
WARM_UP = "tokens=1200 rate=400"
"""An answer with a formula in it: what draws formulas is imported for the first one, which takes 0.25 s, once."""


def streaming(env: Mapping[str, str], rounds: int, tokens: int) -> list[Figure]:
    """Answers of real Markdown at 100 tokens/s; the first one only warms up."""
    asks = [WARM_UP] + [f"tokens={tokens} rate={RATE}"] * rounds
    answers = _answers(env, asks, "--every", str(max(tokens // 10, 1)))[1:]
    costs = [1000 * _cost(notes["cpu"]) for _, notes in answers]
    late = [1000 * (notes["last_painted"] - written["last"]) for written, notes in answers]
    beats = [notes for _, notes in _answers(env, asks, "--heartbeat")[1:]]
    return [
        Figure(f"CPU a token at {RATE} tokens/s, painting included", "ms", costs, bound=0.6),
        Figure("event loop held up, 99 of 100 beats below", "ms", [_held_up(notes, 0.99) for notes in beats], bound=16),
        Figure("longest block of the event loop", "ms", [max(_held_up(notes, 1.0) for notes in beats)], bound=50),
        Figure("last token painted after it was written", "ms", late, bound=50),
    ]


def flood(env: Mapping[str, str], rounds: int, tokens: int) -> list[Figure]:
    """Answers that come as fast as they are taken, and at 2,000 tokens/s."""
    as_fast = [WARM_UP] + [f"tokens={tokens} rate=0"] * rounds
    costs = [1000 * _cost(notes["cpu"]) for _, notes in _answers(env, as_fast, "--every", str(tokens // 10))[1:]]
    at_rate = [WARM_UP] + [f"tokens={tokens} rate={FLOOD}"] * rounds
    answers = _answers(env, at_rate, "--heartbeat")[1:]
    late = [1000 * (notes["last_painted"] - written["last"]) for written, notes in answers]
    worst = max(_held_up(notes, 1.0) for _, notes in answers)
    return [
        Figure("CPU a token in a flood, painting included", "ms", costs, bound=0.15),
        Figure(f"at {FLOOD:,} tokens/s: last token painted after it was written, worst", "ms", [max(late)], bound=100),
        Figure(f"at {FLOOD:,} tokens/s: longest block of the event loop", "ms", [worst], bound=50),
    ]


def many_answers(env: Mapping[str, str], seconds: int) -> list[Figure]:
    """16 conversations that stream at once, the last of them in the visible window."""
    asks = [argument for _ in range(16) for argument in ("--ask", f"tokens={seconds * RATE} rate={RATE} quiet=1")]
    with model_server() as (_, port), tempfile.TemporaryDirectory() as home:
        with_connection(Path(home), port)
        with program("bench.studio", "--home", home, *asks, "--at-once", "--heartbeat", env=env) as studio:
            told(studio)
            notes = told(studio)
    name = f"16 conversations at {RATE} tokens/s: longest block of the window"
    return [Figure(name, "ms", [_held_up(notes, 1.0)], bound=50)]


def flatness(env: Mapping[str, str], tokens: int) -> list[Figure]:
    """Whether the end of a long answer costs what its beginning did; faster than people read, so that it ends."""
    asks = [WARM_UP, f"tokens={tokens} rate={LONG_RATE}"]
    _, notes = _answers(env, asks, "--every", str(tokens // 10))[1]
    tenths = [_cost(pair) for pair in zip(notes["cpu"], notes["cpu"][1:], strict=False) if pair[1][0] > pair[0][0]]
    ratio = tenths[9] / tenths[0]
    return [
        Figure(f"CPU a token over {tokens:,} tokens at {LONG_RATE} tokens/s", "ms", [1000 * _cost(notes["cpu"])]),
        Figure("last tenth of it against the first", "×", [ratio], bound=1.2),
    ]


def first_token(env: Mapping[str, str], rounds: int) -> list[Figure]:
    """From pressing “send” to the painted first token, against a bare httpx client on the same server."""
    with model_server() as (server, port), tempfile.TemporaryDirectory() as home:
        with_connection(Path(home), port)
        asks = [argument for _ in range(rounds + 1) for argument in ("--ask", "tokens=1 rate=0")]
        with program("bench.studio", "--home", home, *asks, env=env) as studio:
            told(studio)
            ours = []
            for _ in range(rounds + 1):
                notes = told(studio)
                told(server)
                ours.append(notes["first_painted"] - notes["asked"])
        with program("bench.bare_client", str(port), str(rounds)) as client:
            bare = told(client)
    added = statistics.median(ours[1:]) - statistics.median(bare)
    return [
        Figure("bare httpx client: time to first token", "ms", [1000 * value for value in bare]),
        Figure("time from “send” to the painted first token", "ms", [1000 * value for value in ours[1:]]),
        Figure("added to the time to first token", "ms", [1000 * added], bound=20),
    ]


def _answers(env: Mapping[str, str], asks: list[str], *options: str) -> list[tuple[Any, Any]]:
    """For each question what the server and the window noted."""
    with model_server() as (server, port), tempfile.TemporaryDirectory() as home:
        with_connection(Path(home), port)
        arguments = [argument for ask in asks for argument in ("--ask", ask)]
        with program("bench.studio", "--home", home, *arguments, *options, env=env) as studio:
            told(studio)
            return [(told(server), told(studio)) for _ in asks]


@contextlib.contextmanager
def model_server() -> Iterator[tuple[subprocess.Popen[str], int]]:
    """The measuring server and its port, for the length of a block."""
    with program("bench.llm_server") as process:
        yield process, int(told(process))


def _cost(samples: list[tuple[int, float]]) -> float:
    """CPU seconds a token between the first and the last sample."""
    (tokens, cpu), (tokens_later, cpu_later) = samples[0], samples[-1]
    return (cpu_later - cpu) / (tokens_later - tokens)


def _held_up(notes: dict[str, Any], share: float) -> float:
    """Milliseconds by which no more than this share of the beats was late."""
    late = sorted(notes["held_up"])
    on_time = notes["beats"] - len(late)
    place = min(max(round(share * notes["beats"]), 1), notes["beats"]) - 1
    return 1000 * late[place - on_time] if place >= on_time else 0.0
