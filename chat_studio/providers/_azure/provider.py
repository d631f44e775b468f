"""Asking deployments in the place of models, by whichever of Azure's addresses answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar
from urllib.parse import quote, unquote

from pydantic import Field

from chat_studio.errors import EndpointError, ModelNotFound
from chat_studio.providers._azure.addresses import Form, is_dated, read
from chat_studio.providers._azure.advice import NAME_ONE
from chat_studio.providers._azure.models import base_model
from chat_studio.providers._chat_completions.provider import ChatCompletionsProvider, ChatOptions
from chat_studio.providers._openai.models import known
from chat_studio.providers.values import ChatRequest, ModelInfo, Options, ServerInfo


class AzureOptions(ChatOptions):
    """What the address does not tell."""

    api_version: str = Field(default="", title="API version", description="Of the classic API, as in 2024-10-21")
    deployment: str = Field(default="", title="Deployment", description="That answers, unless a model is chosen")


class DeploymentProvider(ChatCompletionsProvider):
    """Chat completions of deployments; a bare address is asked in the likely form, and once in the other."""

    Options: ClassVar[type[Options]] = AzureOptions
    _turned = False
    """Whether a bare address turned out to be served in the less likely form."""

    def url(self, base_url: str, path: str) -> str:
        model, _, request = path.removeprefix("deployments/").partition("/") if "/" in path else ("", "", path)
        version, form = self.chosen(AzureOptions).api_version, self._form(base_url)
        return read(base_url).url(request, model=unquote(model), api_version=version, form=form)

    def route(self, path: str, model: str) -> str:
        return f"deployments/{quote(model, safe='')}/{path}"

    def deployment(self, model: str = "") -> str:
        """The deployment that answers: another than the connection's only where another `model` is asked for."""
        named = self.chosen(AzureOptions).deployment.strip() or read(self.base_url).deployment
        return named if named and model in ("", self.endpoint.model) else model or self.endpoint.model

    async def model_for(self, request: ChatRequest) -> str:
        return self.deployment(request.model) or await self.default_model()

    async def default_model(self) -> str:
        if name := self.deployment():
            return name
        raise ModelNotFound("The connection names no deployment.", hint=NAME_ONE).on(self.endpoint.name)

    async def listed(self) -> list[ModelInfo]:
        """The connection's deployment, and the base models: a key cannot list deployments."""
        named = self.deployment()
        models = [base_model(model) for model in await super().listed()]
        return [*([known(ModelInfo(named))] if named else []), *(model for model in models if model.id != named)]

    async def check(self) -> ServerInfo:
        await super().check()
        named = self.deployment()
        return ServerInfo(note=f"deployment {named}" if named else "Azure does not list deployments: name one")

    async def embed(self, model: str, texts: Sequence[str]) -> list[list[float]]:
        return await super().embed(self.deployment(model), texts)

    def _form(self, base_url: str) -> Form:
        address = read(base_url)
        if address.form is not Form.BARE:
            return address.form
        is_classic = is_dated(address.api_version or self.chosen(AzureOptions).api_version) is not self._turned
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
