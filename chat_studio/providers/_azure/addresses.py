"""The many addresses of Azure OpenAI, told apart by their paths, so that gateways in front of it work the same."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from urllib.parse import parse_qs, quote, unquote

from chat_studio.providers._wire import urls
from chat_studio.providers._wire.urls import host_of

CLASSIC_VERSION = "2024-10-21"
"""The latest stable api-version of the classic API; later work went into the v1 API (Azure's documentation, 2026)."""

INFERENCE_VERSION = "2024-05-01-preview"
"""The api-version of the model inference API under `/models`."""

_DEPLOYMENT = re.compile(r"(.*)/deployments/([^/]+)(?:/.*)?")
_REQUEST = re.compile(r"/(?:chat/completions|completions|embeddings|responses)$")
_PROJECT = re.compile(r"/api/projects/[^/]+$")
_SERVERLESS = ".models.ai.azure.com"
_INFERENCE = "/models"


class Form(Enum):
    """How requests are addressed."""

    CLASSIC = "the deployment stands in the path, an api-version behind it"
    V1 = "like OpenAI's own, with the deployment as the model"
    BARE = "not told: v1, or else classic"


@dataclass(frozen=True)
class Address:
    """`base` is what requests stand under; in the classic form it ends before `/deployments`."""

    form: Form
    base: str
    deployment: str = ""
    api_version: str = ""

    @property
    def text(self) -> str:
        """The canonical form, from which the same address is read again."""
        deployment = f"/deployments/{quote(self.deployment, safe='')}" if self.deployment else ""
        version = f"?api-version={quote(self.api_version)}" if self.api_version else ""
        return f"{self.base}{deployment}{version}"

    @property
    def fields(self) -> dict[str, str]:
        """What it tells beside the place, as fields of a connection's entry."""
        told = {"deployment": self.deployment, "model": self.deployment, "api_version": self.api_version}
        return {name: value for name, value in told.items() if value}

    def url(self, path: str, *, model: str, api_version: str, form: Form) -> str:
        """The address of a request for a deployment; `api_version` is for an address that names none."""
        version = self.api_version or api_version
        if form is Form.CLASSIC:
            openai = f"{self.base}/openai" if self.form is Form.BARE else self.base
            place = f"/deployments/{quote(model, safe='')}" if model else ""
            return f"{openai}{place}/{path}?api-version={quote(version or CLASSIC_VERSION)}"
        base = f"{self.base}/openai/v1" if self.form is Form.BARE else self.base
        told = self._version_of_v1(version) if base.endswith("/openai/v1") else self._version_of_others()
        return urls.join(base, path) + (f"?api-version={quote(told)}" if told else "")

    def _version_of_v1(self, version: str) -> str:
        """The v1 API knows “preview” and “latest” only; a date is meant for the classic one, and may be refused."""
        return "" if is_dated(version) else version

    def _version_of_others(self) -> str:
        return self.api_version or (INFERENCE_VERSION if self.base.endswith(_INFERENCE) else "")


def is_dated(version: str) -> bool:
    """Whether it is a version of the classic API (2024-10-21, 2025-04-01-preview)."""
    return version[:1].isdigit()


def is_serverless(base_url: str) -> bool:
    """Whether it is the canonical address of a serverless endpoint, or of a gateway that looks like one."""
    return base_url.endswith("/v1") and not base_url.endswith("/openai/v1")


def read(typed: str) -> Address:
    """The address that was typed or pasted, in any of its forms."""
    url, version = urls.whole(typed), _api_version(typed)
    if found := _DEPLOYMENT.fullmatch(url):
        return Address(Form.CLASSIC, found[1], unquote(found[2]), version)
    base = re.sub(r"/openai/v1/.*", "/openai/v1", _REQUEST.sub("", url))
    if base.endswith("/v1") or (base.endswith(_INFERENCE) and not base.endswith("/openai/models")):
        return Address(Form.V1, base, api_version=version)
    base = _PROJECT.sub("", re.sub(r"/openai(?:/models)?$", "", base))
    if f".{host_of(base)}".endswith(_SERVERLESS):
        return Address(Form.V1, f"{base}/v1", api_version=version)
    return Address(Form.BARE, base, api_version=version)


def _api_version(typed: str) -> str:
    query = typed.strip().strip("\"'“”‘’`<>").partition("#")[0].partition("?")[2]
    return next(iter(parse_qs(query).get("api-version", [])), "")
