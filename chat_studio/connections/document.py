"""The text of `llm_connections.json`, cut into its entries, so that an edit leaves every other byte as it was."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pydantic import JsonValue

from chat_studio.errors import FileUnusable

ARRAY = "connections"
_decoder = json.JSONDecoder()
_whitespace = re.compile(r"[ \t\n\r]*")


@dataclass(frozen=True)
class Item:
    """One entry: its value, the JSON text that spells it, and the line where it begins (0: not from a file)."""

    value: JsonValue
    text: str
    line: int = 0


@dataclass(frozen=True)
class Document:
    """The file as `head` up to the array's “[”, the entries, and `tail` from its “]”.

    `gap` is the white space before each entry, `end` that before the “]”. `lacks_array` is true where the file has no
    array of connections yet; writing adds one.
    """

    head: str
    items: tuple[Item, ...]
    tail: str
    gap: str
    end: str
    lacks_array: bool = False

    @classmethod
    def parse(cls, text: str, name: str) -> Document:
        """Cuts the text of the file `name`. Raises FileUnusable with the line and column of what is wrong."""
        root = _checked(text, name)
        start = _skip(text, 0)
        if isinstance(root, list):
            return cls._around(text, start, "\n  ", "\n")
        if not isinstance(root, dict):
            raise FileUnusable(f"{name} holds no connections: it is not a JSON object.")
        found = [span for key, *span in _members(text, start) if key == ARRAY]
        if not found:
            close = text.rindex("}")
            head = text[:close].rstrip() + ("," if root else "") + f'\n  "{ARRAY}": ['
            return cls(head, (), "]\n" + text[close:], "\n    ", "\n  ", lacks_array=True)
        begin, end = found[-1]
        if root[ARRAY] is None:
            return cls(text[:begin] + "[", (), "]" + text[end:], "\n    ", "\n  ", lacks_array=True)
        if not isinstance(root[ARRAY], list):
            line = text.count("\n", 0, begin) + 1
            raise FileUnusable(f"{name} cannot be used: “{ARRAY}” in line {line} is not a list.")
        return cls._around(text, begin, "\n    ", "\n  ")

    @classmethod
    def _around(cls, text: str, opening: int, gap: str, end: str) -> Document:
        """The document whose array opens at `opening`; `gap` and `end` serve where the text has no line breaks."""
        items, closing = _items(text, opening)
        first = text[opening + 1 : _skip(text, opening + 1)]
        last = text[len(text[:closing].rstrip()) : closing]
        return cls(
            head=text[: opening + 1],
            items=items,
            tail=text[closing:],
            gap=first if items and "\n" in first else gap,
            end=last if items and "\n" in last else end,
        )

    def item(self, value: JsonValue) -> Item:
        """A new entry, spelled as this file indents."""
        text = json.dumps(value, indent=2, ensure_ascii=not _is_encodable(value))
        return Item(value, text.replace("\n", "\n" + self.gap.rpartition("\n")[2]))

    def with_items(self, items: Sequence[Item]) -> Document:
        return replace(self, items=tuple(items))

    def render(self) -> str:
        if not self.items:
            return self.head + self.tail
        return self.head + ",".join(self.gap + item.text for item in self.items) + self.end + self.tail


def _checked(text: str, name: str) -> JsonValue:
    if not text.strip():
        raise FileUnusable(f"{name} is empty.")
    try:
        value: JsonValue = json.loads(text)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise FileUnusable(f"{name} is not valid JSON at {where}.", detail=f"{where}: {error.msg}") from error
    except (ValueError, RecursionError) as error:
        reason = "it is nested too deeply" if isinstance(error, RecursionError) else "a number in it is too long"
        raise FileUnusable(f"{name} cannot be read: {reason}.", detail=str(error)) from error
    return value


def _members(text: str, opening: int) -> Iterator[tuple[str, int, int]]:
    """Each member of the (valid) object at `opening`: key, where its value begins and ends."""
    at = _skip(text, opening + 1)
    while text[at] != "}":
        key, at = _decoder.raw_decode(text, at)
        begin = _skip(text, _skip(text, at) + 1)
        _, end = _decoder.raw_decode(text, begin)
        yield key, begin, end
        at = _after_comma(text, end)


def _items(text: str, opening: int) -> tuple[tuple[Item, ...], int]:
    """The elements of the (valid) array at `opening`, and where its “]” is."""
    items: list[Item] = []
    line, counted = 1, 0
    at = _skip(text, opening + 1)
    while text[at] != "]":
        value, end = _decoder.raw_decode(text, at)
        line, counted = line + text.count("\n", counted, at), at
        items.append(Item(value, text[at:end], line))
        at = _after_comma(text, end)
    return tuple(items), at


def _after_comma(text: str, at: int) -> int:
    at = _skip(text, at)
    return _skip(text, at + 1) if text[at] == "," else at


def _skip(text: str, at: int) -> int:
    """The first position from `at` that is not white space."""
    match = _whitespace.match(text, at)
    return match.end() if match else at


def _is_encodable(value: JsonValue) -> bool:
    """False for a value with half a surrogate pair, which JSON can only spell escaped."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True
