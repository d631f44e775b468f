"""Azure OpenAI and Azure AI Foundry: deployments of models, by their classic addresses and by the v1 API."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import ClassVar
from urllib.parse import quote, unquote

from pydantic import Field

from chat_studio.errors import ContentFiltered, EndpointError, InvalidRequest, ModelNotFound, Unauthorized, WrongAddress
from chat_studio.events import Event
from chat_studio.providers._azure.addresses import Form, is_dated, read
from chat_studio.providers._chat_completions.provider import ChatCompletionsProvider, ChatOptions
from chat_studio.providers._chat_completions.quirks import Quirks
from chat_studio.providers._openai.models import RULES, known
from chat_studio.providers.values import ChatRequest, ModelInfo, Options, Probe, Recognition, ServerInfo, Variables

_PORTAL = "https://ai.azure.com"
_NAME_ONE = f"Give the name of a deployment of this resource, not that of a model; {_PORTAL} lists them."
_CAPABILITIES = {"chat_completion": "completion", "completion": "text_completion", "inference": "", "fine_tune": ""}
"""Azure's names of what a base model can do, and the usual ones."""


class AzureOptions(ChatOptions):
    """What the address does not tell."""

    api_version: str = Field(default="", title="API version", description="of the classic API, as in 2024-10-21")
    deployment: str = Field(default="", title="Deployment", description="that answers, unless a model is chosen")


class Azure(ChatCompletionsProvider):
    kind = "azure"
    label = "Azure OpenAI"
    variables = Variables(
        ("AZURE_OPENAI_API_KEY", "AZURE_OPENAI_AD_TOKEN", "AZURE_API_KEY"),
        ("AZURE_OPENAI_ENDPOINT", "AZURE_OPENAI_BASE_URL"),
        "AZURE_OPENAI",
        {"api_version": "OPENAI_API_VERSION", "deployment": "AZURE_OPENAI_DEPLOYMENT"},
    )
    needs_key = True
    is_service = True
    key_page = "https://portal.azure.com"
    advice_without_models = _NAME_ONE
    recognition = Recognition(
        hosts=(
            "*.openai.azure.com",
            "*.services.ai.azure.com",
            "*.cognitiveservices.azure.com",
            "*.models.ai.azure.com",
        )
    )
    quirks = Quirks(token_limit_field="max_completion_tokens", models=RULES, replays=frozenset())  # noqa: S106
    Options: ClassVar[type[Options]] = AzureOptions
    _turned = False
    """Whether a bare address turned out to be served in the less likely form."""

    @classmethod
    def normalise_url(cls, typed: str) -> str:
        return read(typed).text

    @classmethod
    def fields_of_url(cls, typed: str) -> dict[str, str]:
        address = read(typed)
        fields = {"deployment": address.deployment, "model": address.deployment, "api_version": address.api_version}
        return {name: value for name, value in fields.items() if value}

    @classmethod
    def recognise(cls, probe: Probe) -> bool:
        return "apim-request-id" in probe.headers or "x-ms-region" in probe.headers

    def headers(self) -> dict[str, str]:
        """The key as Azure wants it, or a token of Entra ID; serverless endpoints take their key as a token."""
        key = self.key()
        if key.startswith("eyJ"):
            return super().headers()
        is_serverless = self.base_url.endswith("/v1") and not self.base_url.endswith("/openai/v1")
        return {"api-key": key, **(super().headers() if is_serverless else {})} if key else {}

    def url(self, base_url: str, path: str) -> str:
        model, _, request = path.removeprefix("deployments/").partition("/") if "/" in path else ("", "", path)
        form = self._form(base_url)
        return read(base_url).url(request, model=unquote(model), api_version=self._azure.api_version, form=form)

    def route(self, path: str, model: str) -> str:
        return f"deployments/{quote(model, safe='')}/{path}"

    def deployment(self, model: str = "") -> str:
        """The deployment that answers: another than the connection's only where another `model` is asked for."""
        named = self._azure.deployment.strip() or read(self.base_url).deployment
        return named if named and model in ("", self.endpoint.model) else model or self.endpoint.model

    async def stream(self, request: ChatRequest) -> AsyncGenerator[Event, None]:
        async with aclosing(super().stream(replace(request, model=self.deployment(request.model)))) as events:
            async for event in events:
                yield event

    async def default_model(self) -> str:
        if name := self.deployment():
            return name
        raise ModelNotFound("The connection names no deployment.", hint=_NAME_ONE).on(self.endpoint.name)

    async def listed(self) -> list[ModelInfo]:
        """The connection's deployment, and the base models: a key cannot list deployments."""
        named = self.deployment()
        models = [_base_model(model) for model in await super().listed()]
        return [*([known(ModelInfo(named))] if named else []), *(model for model in models if model.id != named)]

    async def check(self) -> ServerInfo:
        await super().check()
        named = self.deployment()
        return ServerInfo(note=f"deployment {named}" if named else "Azure does not list deployments: name one")

    async def embed(self, model: str, texts: Sequence[str]) -> list[list[float]]:
        return await super().embed(self.deployment(model), texts)

    def hint(self, error: EndpointError) -> str:
        match error:
            case Unauthorized() if self.endpoint.api_key:
                return (
                    "Copy a key of this very resource from “Keys and Endpoint” in the Azure portal: a key of another "
                    "resource, or the address of another one, is refused like this."
                )
            case ModelNotFound():
                return f"{_NAME_ONE} A new one answers after some minutes."
            case WrongAddress():
                return (
                    "Paste the endpoint as the Azure portal shows it, such as https://NAME.openai.azure.com, or the "
                    "whole address of a deployment; with the latter check the api-version."
                )
            case InvalidRequest() if "api version" in error.detail.lower() or "api-version" in error.detail.lower():
                return "Set the connection's API version to 2024-10-21, or use the address ending in /openai/v1."
            case ContentFiltered():
                return f"Say it differently. How strict the filter is can be set for a deployment, at {_PORTAL}."
        return super().hint(error)

    @property
    def _azure(self) -> AzureOptions:
        return self.options if isinstance(self.options, AzureOptions) else AzureOptions()

    def _form(self, base_url: str) -> Form:
        address = read(base_url)
        if address.form is not Form.BARE:
            return address.form
        is_classic = is_dated(address.api_version or self._azure.api_version) is not self._turned
        return Form.CLASSIC if is_classic else Form.V1

    async def _is_elsewhere(self) -> bool:
        """Turns from one form to the other once, and back if that one was wrong too."""
        if self._address_is_sure or read(self.base_url).form is not Form.BARE:
            return False
        self._turned = not self._turned
        return self._turned

    async def _models_elsewhere(self) -> list[ModelInfo] | None:
        if not await self._is_elsewhere():
            return None
        try:
            return await self.listed()
        except EndpointError:
            self._turned = False
            return None

    async def _suggest(self, model: str, error: ModelNotFound) -> None:
        """Names nothing: the list has no deployments."""


def _base_model(model: ModelInfo) -> ModelInfo:
    told = frozenset(_CAPABILITIES.get(name, name) for name in model.capabilities) - {""}
    return known(replace(model, name=f"{model.id} (base model, not a deployment)", capabilities=told))


provider = Azure
