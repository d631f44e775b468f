"""No test reaches another machine: an attempt is refused, and fails the test even if the program took it well."""

from __future__ import annotations

import errno
import ipaddress
import socket
import sys
from collections.abc import Iterator
from typing import Any

import pytest

_LOOKUPS = {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"}
_SENDS = {"socket.connect", "socket.sendto"}


class Border:
    """An audit hook, so that no way round it exists; `attempts` are the crossings that it refused."""

    def __init__(self) -> None:
        self.attempts: list[str] = []

    def __call__(self, event: str, args: tuple[Any, ...]) -> None:
        if event in _LOOKUPS:
            self._look_up(args[0])
        elif event in _SENDS and isinstance(args[1], tuple) and not _is_here(args[1][0]):
            self.attempts.append(f"{event} {args[1][:2]}")
            raise OSError(errno.ENETUNREACH, "Tests have no network")

    def _look_up(self, host: object) -> None:
        name = host.decode("ascii", "replace") if isinstance(host, bytes) else host
        if not isinstance(name, str) or _is_here(name) or _is_address(name):
            return
        if not name.endswith(".invalid"):  # a name that never exists, RFC 6761: any resolver may answer that
            self.attempts.append(f"lookup of {name!r}")
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")


def _is_here(host: str) -> bool:
    return host in ("", "localhost") or (_is_address(host) and ipaddress.ip_address(host).is_loopback)


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


_border = Border()
sys.addaudithook(_border)


@pytest.fixture(autouse=True)
def border() -> Iterator[Border]:
    _border.attempts.clear()
    yield _border
    if _border.attempts:
        pytest.fail(f"The test reached for the network: {'; '.join(_border.attempts)}")
