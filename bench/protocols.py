"""What the core costs without a window: decoding, many streams at once, thousands of requests, giving up."""

from __future__ import annotations

from typing import Any

from bench.figures import Figure
from bench.running import program, told
from bench.streaming import model_server

NAMES = {"custom": "chat completions", "ollama": "Ollama", "anthropic": "Anthropic"}


def decoding(tokens: int, rounds: int) -> list[Figure]:
    """CPU for each chunk over what httpx alone uses for the same bytes."""
    figures = []
    for kind, name in NAMES.items():
        measured = _core("decode", kind, tokens, rounds)
        bare = [1e6 * seconds / tokens for seconds in measured["bare"]]
        over = [1e6 * (ours - bare) / tokens for ours, bare in zip(measured["ours"], measured["bare"], strict=True)]
        figures.append(Figure(f"{name}: bare httpx, CPU a chunk", "µs", bare))
        figures.append(Figure(f"{name}: decoding over that, CPU a chunk", "µs", over, bound=25))
    return figures


def many_streams(seconds: int) -> list[Figure]:
    """16 answers at 100 tokens/s in one process."""
    tokens = 100 * seconds
    measured = _core("many", 16, tokens, 100)
    missing = sum(tokens + 1 - arrived for arrived in measured["arrived"])
    return [
        Figure("16 streams at 100 tokens/s: longest block of the loop", "ms", [1000 * measured["longest"]], bound=50),
        Figure("the same: CPU of one core", "%", [100 * measured["cpu"] / measured["seconds"]]),
        Figure("the same: chunks that came with another or not at all", "", [missing]),
    ]


def many_requests(count: int) -> list[Figure]:
    """One request after the other."""
    measured = _core("requests", count)
    change = 100 * (measured["late"] / measured["early"] - 1)
    return [
        Figure(f"{count:,} requests: growth of memory", "%", [change], bound=5),
        Figure(f"{count:,} requests: sockets left open", "", [measured["sockets"]], bound=0),
    ]


def giving_up(rounds: int) -> list[Figure]:
    """From closing a stream to the server's noticing it."""
    figures = []
    for kind, name in NAMES.items():
        with model_server() as (process, port), program("bench.core", str(port), "cancel", kind, str(rounds)) as core:
            noticed = [told(process)["gone"] for _ in range(rounds)]
            given_up = told(core)
        late = [1000 * (gone - up) for gone, up in zip(noticed, given_up, strict=True)]
        figures.append(Figure(f"{name}: from Stop to the server's noticing", "ms", late, bound=200))
    return figures


def _core(*arguments: object) -> Any:
    with model_server() as (_, port), program("bench.core", str(port), *map(str, arguments)) as core:
        return told(core)
