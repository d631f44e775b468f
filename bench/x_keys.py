"""Keys, pointer and wheel of an X server, pressed from outside as a person does (X11 protocol, extension XTEST)."""

from __future__ import annotations

import socket
import struct
from pathlib import Path
from types import TracebackType
from typing import Self

_QUERY_EXTENSION, _FAKE_INPUT = 98, 2
_KEY_PRESS, _KEY_RELEASE, _BUTTON_PRESS, _BUTTON_RELEASE, _MOTION = 2, 3, 4, 5, 6
LETTERS = {"a": 38, "e": 26, "n": 57, "s": 39, "t": 28, " ": 65}
"""Key codes of a keyboard with the usual rules (evdev, us)."""
WHEEL_UP, WHEEL_DOWN = 4, 5


class XKeys:
    """A connection to the display of an environment that `virtual_display` made."""

    def __init__(self, display: str) -> None:
        number = display.removeprefix(":").partition(".")[0]
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.connect(str(Path("/tmp/.X11-unix") / f"X{number}"))  # noqa: S108 - where X servers listen
        self._socket.sendall(struct.pack("<BxHHHHxx", ord("l"), 11, 0, 0, 0))
        is_accepted, length = struct.unpack("<BxxxxxH", self._read(8))
        self._read(4 * length)
        if is_accepted != 1:
            raise RuntimeError("the X server refuses the connection")
        self._opcode = self._extension(b"XTEST")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._socket.close()

    def type(self, letter: str) -> None:
        """Presses and releases the key of a letter."""
        self._fake(_KEY_PRESS, LETTERS[letter])
        self._fake(_KEY_RELEASE, LETTERS[letter])

    def move(self, x: int, y: int) -> None:
        """Puts the pointer there."""
        self._fake(_MOTION, 0, x, y)

    def wheel(self, button: int) -> None:
        """Turns the wheel by a notch."""
        self._fake(_BUTTON_PRESS, button)
        self._fake(_BUTTON_RELEASE, button)

    def _fake(self, kind: int, detail: int, x: int = 0, y: int = 0) -> None:
        body = struct.pack("<BBxxIIxxxxxxxxhhxxxxxxxB", kind, detail, 0, 0, x, y, 0)
        self._socket.sendall(struct.pack("<BBH", self._opcode, _FAKE_INPUT, 9) + body)

    def _extension(self, name: bytes) -> int:
        padded = name + bytes(-len(name) % 4)
        self._socket.sendall(struct.pack("<BxHHxx", _QUERY_EXTENSION, 2 + len(padded) // 4, len(name)) + padded)
        reply = self._read(32)
        if not reply[8]:
            raise RuntimeError("the X server has no XTEST")
        return reply[9]

    def _read(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            data += self._socket.recv(size - len(data)) or self._gone()
        return data

    def _gone(self) -> bytes:
        raise RuntimeError("the X server is gone")
