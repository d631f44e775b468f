"""The standard streams: answers go to standard output, everything else that is told to standard error."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Mapping

from chat_studio.errors import StorageError, StudioError

_CONTROLS = {code: None for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in "\n\t"}


def prepare() -> None:
    """Pipes and files are UTF-8 whatever the system's encoding; no character is an error anywhere.

    A standard input that was closed reads as an empty one.
    """
    sys.stdin = sys.stdin or io.StringIO()
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="replace")


def write(text: str) -> None:
    """Writes to standard output at once. A terminal gets no control characters: an answer could hold any.

    Raises BrokenPipeError when the reader went away, and StorageError when it cannot be written for another reason.
    """
    if sys.stdout is None:
        raise StorageError("The answer could not be written: standard output is closed.")
    try:
        sys.stdout.write(text.translate(_CONTROLS) if sys.stdout.isatty() else text)
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        abandon()
        raise StorageError(f"The answer could not be written: {error.strerror}.", detail=str(error)) from error


def write_json(value: Mapping[str, object]) -> None:
    """Writes one line of JSON."""
    write(json.dumps(value, ensure_ascii=False) + "\n")


def flush() -> None:
    """Writes what is still buffered. Raises as `write`."""
    if sys.stdout is not None:
        write("")


def notice(text: str) -> None:
    """Tells something that is not part of the answer."""
    if sys.stderr is not None:
        sys.stderr.write(text + "\n")
        sys.stderr.flush()


def failure(error: StudioError, *, verbose: bool) -> None:
    """Tells what happened and what to do next, and with `verbose` the server's own words."""
    is_named = not error.connection or error.connection in error.message
    notice(error.message if is_named else f"{error.connection}: {error.message}")
    if error.hint:
        notice(f"→ {error.hint}")
    if verbose and error.detail:
        notice(error.detail)


def abandon() -> None:
    """Standard output is gone; what is still buffered for it goes nowhere, without a complaint at exit."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
