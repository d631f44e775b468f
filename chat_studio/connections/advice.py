"""What to do about a server that refuses: other places where something listens, and keys of other services."""

from __future__ import annotations

import asyncio
import socket
from urllib.parse import urlsplit

from chat_studio.connections.recognition import FALLBACK, by_key, host_of, owns, usual_ports
from chat_studio.errors import ConfigurationError
from chat_studio.net.listening import PATIENCE, is_listening, is_loopback, is_own_address
from chat_studio.providers.base import Provider
from chat_studio.providers.registry import provider_class

_HERE = "127.0.0.1"


async def beside(url: str) -> str:
    """The same address with 127.0.0.1 for host, if something listens there; "" if not, or if it is another computer.

    For names that lead to `::1` only, and for this computer's address in the network.
    """
    base_url = provider_class(FALLBACK).normalise_url(url)
    parts = urlsplit(base_url)
    host = parts.hostname or ""
    if host == _HERE or not await _is_this_computer(host):
        return ""
    other = parts._replace(netloc=f"{_HERE}:{parts.port}" if parts.port else _HERE).geturl()
    return other if await is_listening(other) else ""


async def after_refusal(base_url: str, kind: type[Provider]) -> str:
    """Where something does listen, when nothing does at `base_url`; "" if nothing is found, or on another computer.

    `kind` is what was expected there; its own usual port is thought of first.
    """
    if other := await beside(base_url):
        return _bound_to_loopback(base_url, other)
    parts = urlsplit(base_url)
    if not is_loopback(parts.hostname or ""):
        return ""
    ports = await asyncio.to_thread(usual_ports)  # imports the kinds, which takes a while
    others = sorted(set(ports) - {parts.port}, key=lambda port: (port not in kind.recognition.ports, port))
    found = await asyncio.gather(*(is_listening(f"http://{_HERE}:{port}") for port in others))
    port = next((port for port, listens in zip(others, found, strict=True) if listens), None)
    if port is None:
        return ""
    whose = f"{kind.label}'s" if port in kind.recognition.ports else f"{' or '.join(ports[port])}'s"
    asked = parts.port or (443 if parts.scheme == "https" else 80)
    return f"Nothing listens on {asked}, but something does on {port}, {whose} usual port."


def check_key(kind: type[Provider], base_url: str, key: str) -> None:
    """Raises ConfigurationError for a key of another service, when the address is this kind's own.

    A key belongs to the kind whose prefix fits it longest (`sk-ant-` before `sk-`). The key itself is not told.
    """
    other = by_key(key)
    if other is None or other is kind or not owns(kind, base_url):
        return
    if _prefix(other, key) and len(_prefix(other, key)) > len(_prefix(kind, key)):
        raise ConfigurationError(
            f"The key begins with “{_prefix(other, key)}”, as {other.label}'s do, but {host_of(base_url)} is "
            f"{kind.label}'s. It was not sent.",
            hint=f"Enter a key of {kind.label}{_form(kind)}, or make it a connection to {other.label}.",
        )


def about_refused_key(kind: type[Provider], key: str) -> str:
    """What is odd about a key that a server refused, "" if nothing is."""
    if not key:
        return ""
    if key.lower().startswith("bearer "):
        return "The key begins with “Bearer”: leave that word out, it is added when the key is sent."
    if key[0] in "\"'" or any(character.isspace() for character in key):
        return "The key holds quotes or blanks: copy it again, without them."
    other = by_key(key)
    if other and other is not kind and len(_prefix(other, key)) > len(_prefix(kind, key)):
        return f"The key begins with “{_prefix(other, key)}”, as {other.label}'s do."
    if kind.recognition.key_prefixes and not _prefix(kind, key):
        return f"It does not look like a key of {kind.label}{_form(kind)}."
    return ""


def _form(kind: type[Provider]) -> str:
    prefixes = kind.recognition.key_prefixes
    return f" (they begin with “{min(prefixes, key=len)}”)" if prefixes else ""


def _prefix(kind: type[Provider], key: str) -> str:
    """The kind's longest prefix that the key begins with, "" if none."""
    return max((prefix for prefix in kind.recognition.key_prefixes if key.startswith(prefix)), key=len, default="")


def _bound_to_loopback(base_url: str, other: str) -> str:
    place = urlsplit(other).netloc
    if is_loopback(host_of(base_url)):
        return f"But something listens at {place}: put that into the base URL."
    return (
        f"The server listens at {place} only, which no other address leads to: put that into the base URL, or start "
        "the server so that it listens on all addresses (--host 0.0.0.0)."
    )


async def _is_this_computer(host: str) -> bool:
    """Whether all addresses of a host are this computer's own."""
    try:
        async with asyncio.timeout(PATIENCE):
            found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, TimeoutError):
        return False
    addresses = {str(address[0]) for *_, address in found}
    return all(is_own_address(address) for address in addresses)
