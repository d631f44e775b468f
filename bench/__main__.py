"""`python -m bench [--quick] [--only NAME]…`: measures, prints a table, writes bench/results.json."""

from __future__ import annotations

import argparse
import json
import platform
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from bench.big_history import big_history
from bench.display import virtual_display
from bench.figures import Figure, table
from bench.long_day import long_day
from bench.protocols import decoding, giving_up, many_requests, many_streams
from bench.reading import huge_message, open_long, resize, scroll
from bench.start_and_rest import rest, start
from bench.streaming import first_token, flatness, flood, many_answers, streaming
from bench.typing import paste, typing

Scenario = Callable[[Mapping[str, str]], list[Figure]]

THOROUGH: dict[str, Scenario] = {
    "start": lambda env: start(env, rounds=15),
    "rest": lambda env: rest(env, rounds=3, seconds=30),
    "streaming": lambda env: streaming(env, rounds=3, tokens=2000),
    "flood": lambda env: flood(env, rounds=3, tokens=10_000),
    "flatness": lambda env: flatness(env, tokens=50_000),
    "first-token": lambda env: first_token(env, rounds=30),
    "decoding": lambda _: decoding(tokens=20_000, rounds=5),
    "many-streams": lambda _: many_streams(seconds=20),
    "many-answers": lambda env: many_answers(env, seconds=20),
    "many-requests": lambda _: many_requests(10_000),
    "giving-up": lambda _: giving_up(rounds=30),
    "long-day": lambda env: long_day(env, conversations=50, answers=500, tokens=2000),
    "big-history": lambda env: big_history(env, conversations=100_000, rounds=3),
    "open-long": lambda env: open_long(env, rounds=5),
    "scroll": lambda env: scroll(env, pages=10_000),
    "resize": resize,
    "huge-message": huge_message,
    "typing": lambda env: typing(env, keys=600),
    "paste": lambda env: paste(env, rounds=5),
}
QUICK: dict[str, Scenario] = {
    "start": lambda env: start(env, rounds=5),
    "rest": lambda env: rest(env, rounds=1, seconds=10),
    "streaming": lambda env: streaming(env, rounds=1, tokens=1000),
    "flood": lambda env: flood(env, rounds=1, tokens=5_000),
    "flatness": lambda env: flatness(env, tokens=3000),
    "first-token": lambda env: first_token(env, rounds=10),
    "decoding": lambda _: decoding(tokens=20_000, rounds=3),
    "many-streams": lambda _: many_streams(seconds=5),
    "many-answers": lambda env: many_answers(env, seconds=10),
    "many-requests": lambda _: many_requests(5_000),
    "giving-up": lambda _: giving_up(rounds=10),
    "long-day": lambda env: long_day(env, conversations=10, answers=60, tokens=1000),
    "big-history": lambda env: big_history(env, conversations=10_000, rounds=1),
    "open-long": lambda env: open_long(env, rounds=1),
    "scroll": lambda env: scroll(env, pages=300),
    "resize": resize,
    "huge-message": huge_message,
    "typing": lambda env: typing(env, keys=200),
    "paste": lambda env: paste(env, rounds=1),
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("--quick", action="store_true", help="fewer rounds; the bounds are the same")
    parser.add_argument("--only", action="append", choices=THOROUGH, help="one scenario; may be repeated")
    options = parser.parse_args()
    scenarios = QUICK if options.quick else THOROUGH
    figures: list[Figure] = []
    with virtual_display() as env:
        for name in options.only or scenarios:
            print(f"{name} …", file=sys.stderr, flush=True)
            figures += scenarios[name](env)
    print(table(figures))
    if not options.only and not options.quick:
        results = {"python": platform.python_version(), "figures": [figure.as_json() for figure in figures]}
        Path(__file__).with_name("results.json").write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    return 0 if all(figure.holds for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
