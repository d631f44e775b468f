"""The seam between a turn and an endpoint: a provider takes a request and yields events."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, JsonValue

from chat_studio.errors import EndpointError
from chat_studio.events import Event
from chat_studio.messages import Message


@dataclass(frozen=True)
class Endpoint:
    """A connection made ready for use: detected, its key looked up, its texts normalised.

    `timeout` and `connect_timeout` are seconds; `timeout` is silence between bytes, not the length of an answer.
    """

    name: str
    base_url: str
    model: str = ""
    api_key: str = field(default="", repr=False)
    timeout: float = 300.0
    connect_timeout: float = 10.0
    max_tokens: int | None = None
    temperature: float | None = None
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    default_parameters: Mapping[str, JsonValue] = field(default_factory=dict)
    verify_cert: bool = True
    ca_file: str = ""
    proxy: str = field(default="", repr=False)
    is_local: bool = False


@dataclass(frozen=True)
class ToolDefinition:
    """A tool as the model sees it; `parameters` is a JSON schema."""

    name: str
    description: str
    parameters: Mapping[str, JsonValue]


@dataclass(frozen=True)
class Parameters:
    """What the user may set for an answer; None leaves it to the connection, then to the server."""

    temperature: float | None = None
    top_p: float | None = None
    max_tokens: int | None = None
    seed: int | None = None
    stop: tuple[str, ...] = ()
    reasoning_effort: str = ""
    json_schema: Mapping[str, JsonValue] | None = None
    extra: Mapping[str, JsonValue] = field(default_factory=dict)


@dataclass(frozen=True)
class ChatRequest:
    """One request for an answer. `model` "" means the endpoint's own."""

    messages: tuple[Message, ...]
    model: str = ""
    parameters: Parameters = Parameters()
    tools: tuple[ToolDefinition, ...] = ()
    stream: bool = True


Stream = Callable[[ChatRequest], AsyncGenerator[Event, None]]
"""The signature of `Provider.stream`. Wrappers take one and return one, so that they nest.

Whoever opens a stream closes it in the same task (`contextlib.aclosing`): that is what aborts the request.
"""


@dataclass(frozen=True)
class ModelInfo:
    """A model that the server offers, with what it tells of it; `context_length` in tokens, `size` in bytes."""

    id: str
    context_length: int | None = None
    max_output_tokens: int | None = None
    size: int | None = None
    quantization: str = ""
    loaded: bool | None = None
    capabilities: frozenset[str] = frozenset()


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
    """How a kind is told from others without sending anything: by host and by the port it usually has.

    `hosts` are exact names or suffixes that begin with a dot.
    """

    hosts: tuple[str, ...] = ()
    ports: tuple[int, ...] = ()
    model_prefixes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Probe:
    """What an unknown server answered to one GET, for `Provider.recognise`. `json` is None for other bodies."""

    path: Literal["/v1/models", "/", "/api/version", "/version", "/props"]
    status: int
    headers: Mapping[str, str]
    text: str
    json: JsonValue = None


class Options(BaseModel):
    """What a kind lets the user choose beyond the connection's common fields; the editor's form derives from it."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Provider(ABC):
    """A kind of endpoint, bound to one `Endpoint`. One instance serves any number of requests at the same time."""

    kind: ClassVar[str]
    label: ClassVar[str]
    default_base_url: ClassVar[str] = ""
    key_variable: ClassVar[str] = ""
    """The environment variable that usually holds this kind's key."""
    needs_key: ClassVar[bool] = False
    needs_address: ClassVar[bool] = True
    """False where no server is involved (the demo)."""
    capabilities: ClassVar[Capabilities] = Capabilities()
    recognition: ClassVar[Recognition] = Recognition()
    Options: ClassVar[type[Options]] = Options

    def __init__(self, endpoint: Endpoint, *, read_pause: float = 0.0) -> None:
        """`read_pause`: least seconds between two reads of a stream; tokens come in batches that a screen can show."""
        self.endpoint = endpoint
        self.read_pause = read_pause

    @classmethod
    def normalise_url(cls, typed: str) -> str:
        """The canonical base URL for what a person typed or pasted."""
        return typed

    @classmethod
    def recognise(cls, probe: Probe) -> bool:
        """Whether the answer to a probe is surely this kind's."""
        del probe
        return False

    @abstractmethod
    def stream(self, request: ChatRequest) -> AsyncGenerator[Event, None]:
        """The events of one answer, ending with `Finished`. Raises EndpointError; closing it aborts the request."""

    @abstractmethod
    async def list_models(self) -> Sequence[ModelInfo]:
        """The models on offer, in the server's order. Raises EndpointError."""

    @abstractmethod
    async def check(self) -> ServerInfo:
        """One cheap request that proves that the server answers and takes the key. Raises EndpointError."""

    async def embed(self, model: str, texts: Sequence[str]) -> list[list[float]]:
        """One vector for each text. Raises EndpointError where the kind has no embeddings."""
        del model, texts
        raise EndpointError(f"{self.label} has no embeddings.").on(self.endpoint.name)

    def explain(self, error: EndpointError) -> EndpointError:
        """Adds to `error` what to do next on this kind of server; returns it for `raise`."""
        return error.on(self.endpoint.name)

    async def aclose(self) -> None:
        """Closes the pooled connections."""
        return
