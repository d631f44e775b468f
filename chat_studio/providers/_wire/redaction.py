"""Takes keys out of texts before anyone sees them: servers quote the key they refuse."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from urllib.parse import quote, unquote

from chat_studio.errors import EndpointError
from chat_studio.providers.values import Endpoint

MASK = "•••"

_SHORTEST = 4
"""Shorter secrets are left alone: their letters are everywhere."""

_KEY_SHAPES = re.compile(
    r"\b(?:sk|pk|rk|hf|gsk|xai|rpa|nvapi|ghp|r8|fw|tgp|pplx)[-_][\w*.…-]{8,}"  # as vendors issue them
    r"|\bAIza[\w-]{16,}"
    r"|\beyJ[\w-]{8,}\.[\w.-]+"
    r"|(?<=[Bb]earer )[\w.*~+/=-]{6,}"
    r"|\b[A-Za-z0-9_-]{2,12}\*{3,}[A-Za-z0-9_-]*"  # half hidden by the server
    r"|\b(?=[A-Za-z]*\d)(?=[a-z\d]*[A-Z])(?=[A-Z\d]*[a-z])[A-Za-z0-9]{32,}\b"
)
_SECRET_NAMES = re.compile(r"auth|key|token|secret|cookie|password", re.IGNORECASE)


class Redactor:
    """Knows the secrets of one endpoint."""

    def __init__(self, secrets: Iterable[str]) -> None:
        forms = {form for secret in secrets if len(secret.strip()) >= _SHORTEST for form in _forms(secret)}
        self._secrets = sorted(forms, key=len, reverse=True)

    @classmethod
    def of(cls, endpoint: Endpoint) -> Redactor:
        """For an endpoint's key, its secret headers, and the passwords in its addresses."""
        headers = [value for name, value in endpoint.headers.items() if _SECRET_NAMES.search(name)]
        words = [word for value in headers for word in value.split()]
        addresses = (endpoint.base_url, *endpoint.urls, endpoint.proxy)
        return cls([endpoint.api_key, *headers, *words, *map(_secret_of, addresses)])

    def text(self, text: str) -> str:
        """`text` without the secrets, and without whatever else looks like a key."""
        for secret in self._secrets:
            text = text.replace(secret, MASK)
        return _KEY_SHAPES.sub(MASK, text)

    def clean(self, error: EndpointError) -> None:
        """Takes the secrets out of all texts of `error`."""
        error.message = self.text(error.message)
        error.hint = self.text(error.hint)
        error.detail = self.text(error.detail)
        error.args = (error.message,)


def _secret_of(url: str) -> str:
    """The password in an address; a name that stands there alone is mostly a token."""
    before, at, _ = url.partition("://")[2].rpartition("@") if "://" in url else url.rpartition("@")
    return before.rpartition(":")[2] if at else ""


def _forms(secret: str) -> set[str]:
    """A secret as it may be quoted: plain, in JSON, in a URL."""
    plain = secret.strip()
    return {plain, json.dumps(plain)[1:-1], quote(plain, safe=""), unquote(plain)}
