"""One connection: an entry of `llm_connections.json`, checked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, JsonValue, StringConstraints, field_validator, model_validator

PLACEHOLDER_HOSTS = frozenset({"your-vllm-server", "your-server", "your-resource.openai.azure.com"})
"""Hosts of the sample file and of templates that stand for one the user has to fill in."""
PLACEHOLDER_PATH = "/your-endpoint-id/"
"""What stands for such a part of an address."""

LONGEST_HOST = 253
"""Characters (RFC 1035)."""

_HOST = re.compile(r"[\w.:%-]+")
"""A name in any script, or an IP address, maybe with a zone. A setting (`OPENAI_API_KEY=sk-…`) is not looked up."""

Text = Annotated[str, StringConstraints(strip_whitespace=True)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class Connection(BaseModel):
    """The fields of an entry; what the program does not know is kept and written back.

    `timeout` is an idle timeout: seconds without a byte; `short_timeout` the same for lists and checks. `urls` are
    further addresses of the same service. Prices are US dollars for a million tokens. The fields that only some kinds
    have (`Provider.Options`) are among the unknown ones here. `api_key` is null, "keychain:ID", "env:NAME", or, in a
    hand-edited file, the key itself until the first save moves it to the keychain.
    """

    model_config = ConfigDict(extra="allow", frozen=True)

    id: Name
    name: Name
    provider: Text = ""
    base_url: Text = ""
    model: Text = ""
    api_key: str | None = Field(default=None, repr=False)
    api_key_env_var: Text = ""
    timeout: float = Field(default=300.0, gt=0, le=86_400)
    connect_timeout: float = Field(default=10.0, gt=0, le=600)
    short_timeout: float = Field(default=30.0, gt=0, le=3600)
    max_tokens: int | None = Field(default=None, ge=1)
    temperature: float | None = Field(default=None, ge=0, le=2)
    is_local: bool = False
    enabled: bool = True
    headers: dict[str, str] = Field(default_factory=dict, repr=False)
    default_parameters: dict[str, JsonValue] = Field(default_factory=dict)
    urls: list[Text] = Field(default_factory=list)
    verify_cert: bool = True
    ca_file: Text = ""
    proxy: Text = Field(default="", repr=False)
    context_length: int | None = Field(default=None, ge=1)
    price_input: float | None = Field(default=None, ge=0)
    price_output: float | None = Field(default=None, ge=0)

    @field_validator("base_url", "model", "provider", "api_key_env_var", "ca_file", "proxy", mode="before")
    @classmethod
    def _null_means_empty(cls, value: object) -> object:
        return "" if value is None else value

    @field_validator("urls", mode="before")
    @classmethod
    def _null_means_no_others(cls, value: object) -> object:
        return [] if value is None else value

    @field_validator("headers", "default_parameters", mode="before")
    @classmethod
    def _null_means_none(cls, value: object) -> object:
        return {} if value is None else value

    @field_validator("base_url")
    @classmethod
    def _is_an_address(cls, value: str) -> str:
        return checked_address(value) if value else value

    @field_validator("urls")
    @classmethod
    def _are_addresses(cls, values: list[str]) -> list[str]:
        return [checked_address(value) for value in values if value]

    @field_validator("proxy")
    @classmethod
    def _is_a_proxy(cls, value: str) -> str:
        if value and urlsplit(value).scheme not in ("http", "https", "socks5", "socks5h"):
            raise ValueError("must begin with http://, https://, socks5:// or socks5h://")
        return value

    @field_validator("headers")
    @classmethod
    def _can_be_sent(cls, value: dict[str, str]) -> dict[str, str]:
        for name, content in value.items():
            if not name.isascii() or not name.replace("-", "").replace("_", "").isalnum():
                raise ValueError(f"“{name}” is not a header name")
            if not content.isascii() or "\n" in content or "\r" in content:
                raise ValueError(f"the value of “{name}” has a character that cannot be sent")
        return value

    @model_validator(mode="after")
    def _has_an_address(self) -> Self:
        if not (self.base_url or self.urls or self.provider or self.model):
            raise ValueError("needs a base_url, or a provider or model that has one of its own")
        return self

    @property
    def first_address(self) -> str:
        """The first of its addresses, "" if it has none and goes to its kind's own."""
        return self.base_url or next(filter(None, self.urls), "")

    @property
    def is_placeholder(self) -> bool:
        """Whether the address still is the sample's, to be edited by the user."""
        address = self.first_address
        url = address if "://" in address else f"http://{address}"
        parts = urlsplit(url)
        return parts.hostname in PLACEHOLDER_HOSTS or PLACEHOLDER_PATH in f"{parts.path}/"


def checked_address(value: str) -> str:
    """The value, if it can be a base URL. Raises ValueError with a reason that follows the field's name."""
    parts = urlsplit(value if "://" in value else f"http://{value}")
    if parts.scheme not in ("http", "https"):
        raise ValueError("must begin with http:// or https://")
    host = parts.hostname or ""
    if len(host) > LONGEST_HOST or not _HOST.fullmatch(host) or any(character.isspace() for character in value):
        raise ValueError("is not an address; write something like http://localhost:8000")
    _ = parts.port  # raises ValueError with its own words when it is not a number below 65536
    return value


@dataclass(frozen=True)
class BrokenConnection:
    """An entry of the file that cannot be used: it stays in the file, and is shown with its reason.

    `line` is where the entry begins, from 1; 0 if unknown. `id` and `name` are what could be read of it.
    """

    position: int
    line: int
    reason: str
    id: str
    name: str


Entry = Connection | BrokenConnection
