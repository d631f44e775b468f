"""Writing into the window: how soon a key is seen while answers stream, and what a long paste takes."""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Mapping
from itertools import cycle
from pathlib import Path

from bench.figures import Figure
from bench.homes import with_connection
from bench.running import program, told
from bench.streaming import RATE, model_server
from bench.x_keys import WHEEL_DOWN, WHEEL_UP, XKeys

CONVERSATIONS = 4
WORDS = "at ten ants test a neat tea set as assets nest at sea "
_WHEEL_EVERY = 3
"""Keys between two notches of the wheel."""


def typing(env: Mapping[str, str], keys: int) -> list[Figure]:
    """Four conversations stream while somebody types some twelve characters a second and turns the wheel."""
    seconds = keys // 10 + 20
    asks = [arg for _ in range(CONVERSATIONS) for arg in ("--ask", f"tokens={seconds * RATE} rate={RATE} quiet=1")]
    with model_server() as (_, port), tempfile.TemporaryDirectory() as home:
        with_connection(Path(home), port)
        with program("bench.writing", "--home", home, *asks, "--keys", str(keys), env=env) as studio:
            place = told(studio)
            with XKeys(env["DISPLAY"]) as hands:
                hands.move(place["x"], place["y"])
                pressed = _type(hands, keys)
            painted = told(studio)
    echoes = sorted(1000 * (seen - sent) for sent, seen in zip(pressed, painted, strict=False))
    late = echoes[int(len(echoes) * 0.99)]
    name = f"{CONVERSATIONS} conversations at {RATE} tokens/s: a key is painted"
    return [
        Figure(name, "ms", echoes),
        Figure(f"{name}, 99th percentile", "ms", [late], bound=33),
    ]


def paste(env: Mapping[str, str], rounds: int) -> list[Figure]:
    """Twenty thousand lines, as an attachment and then into the text."""
    attached, inline = [], []
    for _ in range(rounds):
        with model_server() as (_, port), tempfile.TemporaryDirectory() as home:
            with_connection(Path(home), port)
            with program("bench.writing", "--home", home, "--paste", env=env) as studio:
                took = told(studio)
                attached.append(1000 * took[0])
                inline.append(1000 * took[1])
    return [
        Figure("paste of 20,000 lines, to the painted attachment", "ms", attached, bound=300),
        Figure("20,000 lines put inline, painted", "ms", inline, bound=300),
    ]


def _type(hands: XKeys, keys: int) -> list[float]:
    """When each key was pressed; irregular, as people are."""
    rhythm = random.Random(1)  # noqa: S311 - the same in every run
    pressed = []
    for number, letter in zip(range(keys), cycle(WORDS), strict=False):
        pressed.append(time.time())
        hands.type(letter)
        if number % _WHEEL_EVERY == 0:
            hands.wheel(WHEEL_UP if number // 30 % 2 == 0 else WHEEL_DOWN)
        time.sleep(rhythm.uniform(0.03, 0.13))
    return pressed
