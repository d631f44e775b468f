"""Damage to bytes: what broken servers, gateways and attackers make of an answer. The same seed does the same."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from itertools import pairwise

Mutation = Callable[[random.Random, bytes, Sequence[bytes]], bytes]

BOMBS = (
    b"[" * 60_000,
    b'{"a":' * 60_000,
    b'{"choices":[{"delta":' + b"[" * 300 + b"]" * 300 + b"}]}",
    b'"' + b"\\" * 999,
)
NUMBERS = (b"1e999", b"-1", b"9" * 400, b"9" * 5000, b"NaN", b"-Infinity", b"1e-400", b"0.1", b"true", b"null")
TEXTS = (rb"\ud800", rb"\udc00\ud800", rb"\u0000", b"\xed\xa0\x80", b"\xff\xfe", b"\xf0\x9f", b"\r", b"\n\n",
    b"\x00", b"<think>", b"</think>", b"```", b"data: ", b"event: error\n", b"[DONE]", b"\xef\xbb\xbf",
    b"\xe2\x80\xa8")  # fmt: skip


def flip(chance: random.Random, data: bytes, _: Sequence[bytes]) -> bytes:
    """One byte becomes another."""
    at = chance.randrange(len(data))
    return data[:at] + bytes([chance.randrange(256)]) + data[at + 1 :]


def delete(chance: random.Random, data: bytes, _: Sequence[bytes]) -> bytes:
    begin, end = _range(chance, data)
    return data[:begin] + data[end:]


def repeat(chance: random.Random, data: bytes, _: Sequence[bytes]) -> bytes:
    begin, end = _range(chance, data)
    return data[:end] + data[begin:end] * chance.choice((1, 2, 50)) + data[end:]


def cut(chance: random.Random, data: bytes, _: Sequence[bytes]) -> bytes:
    return data[: chance.randrange(len(data))]


def splice(chance: random.Random, data: bytes, others: Sequence[bytes]) -> bytes:
    """Goes on with a part of another answer, perhaps of another protocol."""
    other = chance.choice(others)
    begin, end = _range(chance, other)
    at = chance.randrange(len(data))
    return data[:at] + other[begin:end] + data[at:]


def shuffle(chance: random.Random, data: bytes, _: Sequence[bytes]) -> bytes:
    """Whole lines change places."""
    lines = data.split(b"\n")
    chance.shuffle(lines)
    return b"\n".join(lines)


def insert(chance: random.Random, data: bytes, _: Sequence[bytes]) -> bytes:
    at = chance.randrange(len(data))
    return data[:at] + chance.choice((*TEXTS, *NUMBERS)) + data[at:]


def replace_value(chance: random.Random, data: bytes, _: Sequence[bytes]) -> bytes:
    """A JSON value becomes one of another type or size."""
    found = list(re.finditer(rb'(?<=:)\s*(?:"(?:[^"\\]|\\.)*"|[\w.+-]+)', data))
    if not found:
        return data
    value = chance.choice(found)
    new = chance.choice(
        (*NUMBERS, *BOMBS[2:3], b"[]", b"{}", b'""', b'[{"type":7}]', b'"' + chance.choice(TEXTS) + b'"')
    )
    return data[: value.start()] + new + data[value.end() :]


def bomb(chance: random.Random, data: bytes, _: Sequence[bytes]) -> bytes:
    at = chance.randrange(len(data))
    return data[:at] + chance.choice(BOMBS) + data[at:]


MUTATIONS: tuple[Mutation, ...] = (
    *(flip, flip, delete, repeat, cut, splice, shuffle, insert, replace_value, replace_value, replace_value, bomb),
)


def mutated(chance: random.Random, data: bytes, others: Sequence[bytes]) -> bytes:
    """`data` with one to four damages."""
    for _ in range(chance.randint(1, 4)):
        data = chance.choice(MUTATIONS)(chance, data or b"\n", others)
    return data


def cut_up(chance: random.Random, data: bytes) -> list[bytes]:
    """`data` in one to nine pieces."""
    borders = sorted({0, len(data), *(chance.randrange(len(data) + 1) for _ in range(chance.randrange(9)))})
    return [data[begin:end] for begin, end in pairwise(borders)]


def _range(chance: random.Random, data: bytes) -> tuple[int, int]:
    begin = chance.randrange(len(data))
    return begin, min(len(data), begin + chance.choice((1, 3, 20, 200)))
