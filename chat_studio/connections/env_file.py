"""Reading a `.env` file: its variables and nothing else, neither exported nor filled in from the environment."""

from __future__ import annotations

import io
from pathlib import Path

from chat_studio.errors import FileUnusable

LARGEST = 1024 * 1024
"""Bytes; a file of variables has some hundreds."""


def read_env_file(path: Path) -> dict[str, str]:
    """The variables of a file, those without a value left out. `${…}` in a value stays as it is written.

    Raises FileUnusable, with the line of the fault and never with what stands there.
    """
    bindings: dict[str, str] = {}
    for key, value, line, is_wrong in _bindings(_text(path)):
        if is_wrong or (key and "\0" in (value or "")):
            raise FileUnusable(
                f"{path.name} cannot be read: line {line} is not a variable.", hint="Write it as NAME=value."
            )
        if key and value is not None:
            bindings[key] = value
    return bindings


def _bindings(text: str) -> list[tuple[str | None, str | None, int, bool]]:
    """Name, value, line (from 1) and whether it is a fault, of each binding."""
    from dotenv.parser import parse_stream

    found = []
    for binding in parse_stream(io.StringIO(text)):
        written = binding.original.string
        blank = written[: len(written) - len(written.lstrip())].count("\n")
        found.append((binding.key, binding.value, binding.original.line + blank, binding.error))
    return found


def _text(path: Path) -> str:
    try:
        if path.exists() and not path.is_file():
            raise FileUnusable(f"{path.name} is not a file.", hint="Choose a file of lines like NAME=value.")
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise FileUnusable(
            f"{path.name} cannot be read: {(error.strerror or str(error)).lower()}.",
            hint="Check its path and that you may read it.",
            detail=str(error),
        ) from error
    if len(content) > LARGEST:
        raise FileUnusable(
            f"{path.name} is larger than a megabyte: it is no file of variables.", hint="Choose another file."
        )
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise FileUnusable(f"{path.name} cannot be read: line {line} is not UTF-8.", hint="Save it as UTF-8.") from None
