"""The seam between a turn and an endpoint: a provider takes a request and yields events."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Callable, Sequence
from typing import ClassVar, TypeVar

from chat_studio.errors import EndpointError, ModelNotFound
from chat_studio.events import Event
from chat_studio.providers.values import (
    Capabilities,
    ChatRequest,
    Endpoint,
    ModelInfo,
    Options,
    Probe,
    Recognition,
    ServerInfo,
    Template,
    Variables,
)

Stream = Callable[[ChatRequest], AsyncGenerator[Event, None]]
"""The signature of `Provider.stream`. Wrappers take one and return one, so that they nest.

Whoever opens a stream closes it in the same task (`contextlib.aclosing`): that is what aborts the request.
"""

ChosenOptions = TypeVar("ChosenOptions", bound=Options)


class Provider(ABC):
    """A kind of endpoint, bound to one `Endpoint`. One instance serves any number of requests at the same time."""

    kind: ClassVar[str]
    label: ClassVar[str]
    default_base_url: ClassVar[str] = ""
    needs_key: ClassVar[bool] = False
    needs_address: ClassVar[bool] = True
    """False where no server is involved (the demo)."""
    is_service: ClassVar[bool] = False
    """Whether it is somebody's service, with prices and limits, not a program that people run themselves."""
    key_page: ClassVar[str] = ""
    """Where its keys are made, as a URL."""
    advice_without_models: ClassVar[str] = "Type its name."
    """What to do when the server lists no model."""
    advice_without_loaded: ClassVar[str] = ""
    """What to do when none of the listed models is loaded; "" where the server loads one when it is asked."""
    capabilities: ClassVar[Capabilities] = Capabilities()
    recognition: ClassVar[Recognition] = Recognition()
    variables: ClassVar[Variables] = Variables()
    templates: ClassVar[tuple[Template, ...]] = ()
    """Models to begin with, beside those of `resources/model_templates.json`."""
    Options: ClassVar[type[Options]] = Options

    def __init__(self, endpoint: Endpoint, *, read_pause: float = 0.0) -> None:
        """`read_pause`: least seconds between two reads of a stream; tokens come in batches that a screen can show."""
        self.endpoint = endpoint
        self.read_pause = read_pause
        self.options = endpoint.options or self.Options()
        self._default_model = ""

    @classmethod
    def normalise_url(cls, typed: str) -> str:
        """The canonical base URL for what a person typed or pasted."""
        return typed

    @classmethod
    def fields_of_url(cls, typed: str) -> dict[str, str]:
        """Fields of a connection's entry that a pasted address holds, beside `base_url` (Azure's deployment)."""
        del typed
        return {}

    @classmethod
    def recognise(cls, probe: Probe) -> bool:
        """Whether the answer to a probe is surely this kind's."""
        del probe
        return False

    @classmethod
    def advice_for_missing(cls, model: str) -> str:
        """What to do about a model that the server does not list; "" where there is only to choose another."""
        del model
        return ""

    @property
    def base_url(self) -> str:
        """The canonical address that is asked; another than the endpoint's where that one turned out to be wrong."""
        return self.endpoint.base_url

    @abstractmethod
    def stream(self, request: ChatRequest) -> AsyncGenerator[Event, None]:
        """The events of one answer, ending with `Finished`. Raises EndpointError; closing it aborts the request."""

    @abstractmethod
    async def list_models(self) -> Sequence[ModelInfo]:
        """The models on offer, in the server's order. Raises EndpointError."""

    async def default_model(self) -> str:
        """For a connection that names no model: the first on the list that holds conversations, loaded ones first.

        Raises ModelNotFound if there is none, and EndpointError.
        """
        if not self._default_model:
            models = await self.list_models()
            able = sorted((model for model in models if model.chats), key=lambda model: model.loaded is not True)
            self._default_model = able[0].id if able else ""
        if not self._default_model:
            raise ModelNotFound(
                "The connection names no model, and the server lists none.", hint=self.advice_without_models
            ).on(self.endpoint.name)
        return self._default_model

    async def model_for(self, request: ChatRequest) -> str:
        """The model that answers a request. Raises ModelNotFound and EndpointError, as `default_model`."""
        return request.model or self.endpoint.model or await self.default_model()

    def chosen(self, options: type[ChosenOptions]) -> ChosenOptions:
        """What the user chose, as the options that a kind declares; its defaults where nothing was chosen."""
        return self.options if isinstance(self.options, options) else options()

    async def describe(self, model: str) -> ModelInfo | None:
        """What the server tells of one model beyond its list; None where it tells no more. Raises EndpointError."""
        del model
        return None

    @abstractmethod
    async def check(self) -> ServerInfo:
        """One cheap request that proves that the server answers and takes the key. Raises EndpointError."""

    async def embed(self, model: str, texts: Sequence[str]) -> list[list[float]]:
        """One vector for each text. Raises EndpointError where the kind has no embeddings."""
        del model, texts
        raise EndpointError(f"{self.label} has no embeddings.").on(self.endpoint.name)

    async def count_tokens(self, request: ChatRequest) -> int | None:
        """The tokens that the request's messages fill, counted by the server; None where it does not count.

        Raises EndpointError.
        """
        del request
        return None

    def explain(self, error: EndpointError) -> EndpointError:
        """Adds to `error` what to do next on this kind of server; returns it for `raise`."""
        return error.on(self.endpoint.name)

    async def aclose(self) -> None:
        """Closes the pooled connections."""
        return
