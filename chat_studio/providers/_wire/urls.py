"""The address that a person typed or pasted, made canonical. Pure text work: nothing is looked up."""

from __future__ import annotations

import re
from collections.abc import Iterable
from ipaddress import IPv6Address, ip_address
from urllib.parse import SplitResult, urlsplit

_ENDPOINTS = (
    "/chat/completions",
    "/completions",
    "/embeddings",
    "/responses",
    "/messages",
    "/models",
)
"""Ends of pasted addresses that name a request, not a server; the longer ones first."""

_OLLAMAS = ("/api/chat", "/api/generate", "/api/tags", "/api")
"""The same of Ollama's own protocol. `/api` is also where gateways have the `/v1` of others."""

_ANY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - what servers print, and no client can connect to


def join(base: str, path: str) -> str:
    """`path` under `base`, whose own path stays (unlike urljoin, which drops it for a leading slash)."""
    return f"{base.rstrip('/')}/{path.lstrip('/')}"


def with_version(typed: str) -> str:
    """For OpenAI-compatible servers: `/v1` is added when there is no path, another path is left alone."""
    origin, path = _clean(typed, (*_ENDPOINTS, *_OLLAMAS))
    return f"{origin}{path or '/v1'}" if origin else ""


def without_version(typed: str) -> str:
    """For servers whose requests begin at the root (Ollama, Anthropic): a final `/v1` is cut."""
    origin, path = _clean(typed, _ENDPOINTS)
    return f"{origin}{path.removesuffix('/v1')}"


def whole(typed: str) -> str:
    """The address with all of its path, also the end that names a request."""
    origin, path = _parted(typed)
    return f"{origin}{path}"


def host_of(url: str) -> str:
    """The host of a canonical address, "" if it has none."""
    return _split(url).hostname or ""


def path_of(url: str) -> str:
    """The path of a canonical address, "" if it has none."""
    return _split(url).path


def other_form(base: str) -> str:
    """The same address with `/v1` if it has none, without it if it has: the one to try next."""
    return base.removesuffix("/v1") if base.endswith("/v1") else join(base, "v1")


def _split(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError:
        return urlsplit("")


def _clean(typed: str, ends: Iterable[str]) -> tuple[str, str]:
    """The origin, and the path without the end that names a request."""
    origin, path = _parted(typed)
    end = next((end for end in ends if path.endswith(end)), "")
    return origin, path.removesuffix(end).rstrip("/")


def _parted(typed: str) -> tuple[str, str]:
    """The origin and the path. What is no address stays as it is: the first request will say so."""
    text = typed.strip().strip("\"'“”‘’`<>").strip()
    try:
        parts = urlsplit(text if "://" in text else f"//{_bracketed(text)}")
        port = parts.port
    except ValueError:
        return text, ""
    host = parts.hostname
    if not host:
        return text, ""
    scheme = parts.scheme.lower() or ("http" if _is_near(host) or port else "https")
    return f"{scheme}://{_authority(parts, host)}", re.sub("/{2,}", "/", parts.path).rstrip("/")


def _authority(parts: SplitResult, host: str) -> str:
    host = _ANY_ADDRESS.get(host, host)
    user, at, _ = parts.netloc.rpartition("@")
    port = f":{parts.port}" if parts.port else ""
    return f"{user}{at}{f'[{host}]' if ':' in host else host}{port}"


def _bracketed(text: str) -> str:
    """Puts brackets around a bare IPv6 address."""
    host = text.partition("/")[0]
    try:
        IPv6Address(host)
    except ValueError:
        return text
    return f"[{host}]{text[len(host) :]}"


def _is_near(host: str) -> bool:
    """Whether `host` is this computer or one of the local network, where nobody has certificates."""
    try:
        address = ip_address(host)
    except ValueError:
        return "." not in host or host.endswith((".local", ".localhost"))
    return address.is_private or address.is_loopback or address.is_unspecified
