"""What Hugging Face's router has otherwise than OpenAI: who pays, its list of models, and embeddings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar
from urllib.parse import quote

from pydantic import Field

from chat_studio.errors import WrongAddress
from chat_studio.providers._chat_completions.provider import ChatCompletionsProvider, ChatOptions
from chat_studio.providers._huggingface.models import models_of
from chat_studio.providers._wire import json_values
from chat_studio.providers._wire.embeddings import vectors
from chat_studio.providers.values import ModelInfo, Options


class HuggingFaceOptions(ChatOptions):
    """Who pays."""

    bill_to: str = Field(default="", title="Bill to", description="The name of an organization of yours that pays")


class RouterProvider(ChatCompletionsProvider):
    """Subclasses say where the router is."""

    Options: ClassVar[type[Options]] = HuggingFaceOptions

    def headers(self) -> dict[str, str]:
        payer = self.chosen(HuggingFaceOptions).bill_to.strip()
        return super().headers() | ({"x-hf-bill-to": payer} if payer else {})

    async def listed(self) -> list[ModelInfo]:
        return models_of(await self.fetch("GET", "models"))

    async def embed(self, model: str, texts: Sequence[str]) -> list[list[float]]:
        """The router has embeddings under a path of its own; dedicated endpoints have them as OpenAI has."""
        try:
            return await super().embed(model, texts)
        except WrongAddress:
            name = model or self.endpoint.model
        with self.explaining():
            path = f"/hf-inference/models/{quote(name)}/pipeline/feature-extraction"
            answer = await self.fetch("POST", path, {"inputs": list(texts)}, model=name)
            return vectors(json_values.items(answer), len(texts), answer)
