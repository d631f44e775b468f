"""The values that pass between a turn, a connection and a provider, and what a kind declares of itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import BaseModel, ConfigDict, JsonValue

from chat_studio.messages import Message
from chat_studio.parameters import PLAIN, Parameters


class Options(BaseModel):
    """What a kind lets the user choose beyond the connection's common fields; the editor's form derives from it.

    Its fields stand in the connection's entry under their own names. Titles and descriptions are for the user.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")


@dataclass(frozen=True)
class Endpoint:
    """A connection made ready for use: detected, its key looked up, its texts normalised.

    `timeout`, `connect_timeout` and `short_timeout` are seconds; `timeout` is silence between bytes, not the length of
    an answer, and `short_timeout` the same for what a server answers from memory, such as its list of models.
    `urls` are further addresses of the same service.
    """

    name: str
    base_url: str
    model: str = ""
    api_key: str = field(default="", repr=False)
    timeout: float = 300.0
    connect_timeout: float = 10.0
    short_timeout: float = 30.0
    max_tokens: int | None = None
    temperature: float | None = None
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    default_parameters: Mapping[str, JsonValue] = field(default_factory=dict)
    urls: tuple[str, ...] = ()
    verify_cert: bool = True
    ca_file: str = ""
    proxy: str = field(default="", repr=False)
    is_local: bool = False
    options: Options | None = None
    """Of the class that the kind declares; None means its defaults."""


@dataclass(frozen=True)
class ToolDefinition:
    """A tool as the model sees it; `parameters` is a JSON schema."""

    name: str
    description: str
    parameters: Mapping[str, JsonValue]


@dataclass(frozen=True)
class ChatRequest:
    """One request for an answer. `model` "" means the endpoint's own."""

    messages: tuple[Message, ...]
    model: str = ""
    parameters: Parameters = PLAIN
    tools: tuple[ToolDefinition, ...] = ()
    stream: bool = True


@dataclass(frozen=True)
class Price:
    """US dollars for a million tokens; None is unknown, which is not free."""

    input: float | None = None
    output: float | None = None
    cached: float | None = None


_OTHER_WORK = frozenset(
    {"embedding", "rerank", "image", "transcript", "tts", "sound_generation", "vad", "detection"}
    | {"moderation", "video", "realtime"}
)
"""Capabilities of models that, unless told otherwise, hold no conversations (Ollama's, LocalAI's and OpenAI's)."""


@dataclass(frozen=True)
class ModelInfo:
    """A model that the server offers, with what it tells of it; `context_length` in tokens, `size` in bytes.

    `context_length` is the one in force: the allocated one where the server tells it, else the model's largest.
    `loaded` is None where the server does not tell. `capabilities` are of “completion”, “tools”, “vision”,
    “embedding”, “thinking”, “audio” and what else the server names.
    """

    id: str
    name: str = ""
    context_length: int | None = None
    max_output_tokens: int | None = None
    size: int | None = None
    quantization: str = ""
    loaded: bool | None = None
    capabilities: frozenset[str] = frozenset()
    price: Price | None = None

    @property
    def chats(self) -> bool:
        """Whether it holds conversations, as far as the server tells."""
        return "completion" in self.capabilities or not self.capabilities & _OTHER_WORK


@dataclass(frozen=True)
class Capabilities:
    """What a kind of endpoint can do at all; a model may do less."""

    streaming: bool = True
    tools: bool = True
    images: bool = True
    embeddings: bool = False
    model_list: bool = True


@dataclass(frozen=True)
class ServerInfo:
    """What a health check learned."""

    version: str = ""
    note: str = ""


@dataclass(frozen=True)
class Recognition:
    """How a kind is told from others: without sending anything by host, port and model, else by harmless questions.

    `hosts` are patterns of host names (“api.openai.com”, “*.openai.azure.com”); of two that fit the longer one counts.
    `key_hosts` are those of them that take the kind's usual key, all if none is named. `key_prefixes` are how its keys
    begin. `probes` are the paths that `Provider.recognise` wants to see the answers of, beside the list of models.
    """

    hosts: tuple[str, ...] = ()
    key_hosts: tuple[str, ...] = ()
    key_prefixes: tuple[str, ...] = ()
    ports: tuple[int, ...] = ()
    model_prefixes: tuple[str, ...] = ()
    model_suffixes: tuple[str, ...] = ()
    probes: tuple[str, ...] = ()


MODELS = "/v1/models"
"""The path of the first probe, whatever the server's own prefix is."""


@dataclass(frozen=True)
class Probe:
    """What an unknown server answered to one GET, for `Provider.recognise`. `json` is None for other bodies.

    `path` is `MODELS` or one of the paths that some kind asks for in its `Recognition`.
    """

    path: str
    status: int
    headers: Mapping[str, str]
    text: str
    json: JsonValue = None


@dataclass(frozen=True)
class Variables:
    """The environment variables in which people keep what a kind needs.

    `key` and `address` are names, the usual one first. `prefix` stands before `_MODEL`, `_TEMPERATURE`, `_MAX_TOKENS`
    and `_STREAM`. `fields` maps further fields of a connection's entry to their variables.
    """

    key: tuple[str, ...] = ()
    address: tuple[str, ...] = ()
    prefix: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)

    @property
    def usual_key(self) -> str:
        """The variable that most people keep the key in, "" if there is none."""
        return self.key[0] if self.key else ""


class Template(BaseModel):
    """A model, or a way to run one, that a connection can be made from.

    `context_length` and `max_output_tokens` in tokens, prices in US dollars for a million tokens as they were listed on
    `listed` (an ISO date); None is unknown. `needs` says what has to exist first, "" if nothing.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    name: str
    provider: str
    base_url: str = ""
    model_id: str
    auth: str = "none"
    """“none”, “optional”, “bearer”, “api-key” or “x-api-key”."""
    streaming: bool = True
    functions: bool = False
    vision: bool = False
    context_length: int | None = None
    max_output_tokens: int | None = None
    price_input: float | None = None
    price_output: float | None = None
    listed: str = ""
    temperature: float | None = None
    top_p: float | None = None
    key_placeholder: str = ""
    needs: str = ""
