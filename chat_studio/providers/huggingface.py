"""Hugging Face: the router to its inference providers, and dedicated endpoints."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import ClassVar
from urllib.parse import quote

from pydantic import Field

from chat_studio.errors import (
    BadResponse,
    BillingRequired,
    EndpointError,
    ModelLoading,
    ModelNotFound,
    Overloaded,
    Unauthorized,
    WrongAddress,
)
from chat_studio.providers._chat_completions.provider import ChatCompletionsProvider, ChatOptions
from chat_studio.providers._chat_completions.quirks import Quirks
from chat_studio.providers._huggingface.models import models_of
from chat_studio.providers._wire import json_values, urls
from chat_studio.providers._wire.probes import first_model
from chat_studio.providers.values import ModelInfo, Options, Probe, Recognition, Variables

_ROUTER = "router.huggingface.co"
_OTHER_DOORS = ("huggingface.co", "www.huggingface.co", "api-inference.huggingface.co")
_PAGE = re.compile(r"https?://[^/]+/(?:models/)?((?!docs|settings|spaces|datasets|blog|models)[\w.-]+/[\w.-]+)(?:/.*)?")


class HuggingFaceOptions(ChatOptions):
    """Who pays."""

    bill_to: str = Field(default="", title="Bill to", description="an organization of yours that pays, by its name")


class HuggingFace(ChatCompletionsProvider):
    kind = "huggingface"
    label = "Hugging Face"
    default_base_url = f"https://{_ROUTER}/v1"
    variables = Variables(
        ("HF_TOKEN", "HUGGINGFACE_API_KEY", "HUGGING_FACE_HUB_TOKEN", "HUGGINGFACEHUB_API_TOKEN"),
        ("HUGGINGFACE_BASE_URL", "HF_BASE_URL"),
        "HUGGINGFACE",
    )
    needs_key = True
    is_service = True
    key_page = "https://huggingface.co/settings/tokens"
    recognition = Recognition(
        hosts=(_ROUTER, "*.endpoints.huggingface.cloud", *_OTHER_DOORS), key_hosts=(_ROUTER,), key_prefixes=("hf_",)
    )
    quirks = Quirks(replays=frozenset())
    Options: ClassVar[type[Options]] = HuggingFaceOptions

    @classmethod
    def normalise_url(cls, typed: str) -> str:
        """A model's page, and the API that is gone, mean the router; its providers' own paths are left alone."""
        url = super().normalise_url(typed)
        return cls.default_base_url if urls.host_of(url) in _OTHER_DOORS else url

    @classmethod
    def fields_of_url(cls, typed: str) -> dict[str, str]:
        """The model whose page was pasted."""
        url = urls.whole(typed)
        found = _PAGE.fullmatch(url) if urls.host_of(url) in _OTHER_DOORS else None
        return {"model": found[1]} if found else {}

    @classmethod
    def recognise(cls, probe: Probe) -> bool:
        return isinstance(first_model(probe).get("providers"), list)

    def headers(self) -> dict[str, str]:
        payer = self.options.bill_to.strip() if isinstance(self.options, HuggingFaceOptions) else ""
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
            vectors = [vector for item in json_values.items(answer) if (vector := json_values.vector(item)) is not None]
            if len(vectors) != len(texts):
                raise BadResponse(
                    "The server did not send one vector for each text.", hint="Use a model that is made for embeddings."
                )
            return vectors

    def hint(self, error: EndpointError) -> str:
        match error:
            case Unauthorized() if self.endpoint.api_key:
                begin = "" if self.endpoint.api_key.startswith("hf_") else "Its tokens begin with “hf_”. "
                return f"{begin}Check the token at {self.key_page}: it needs “Make calls to Inference Providers”."
            case BillingRequired():
                return (
                    "The credits are used up: add some at https://huggingface.co/settings/billing, or let an "
                    "organization pay (“Bill to”)."
                )
            case ModelNotFound() if "any provider" in error.detail:
                return (
                    "Allow more providers at https://huggingface.co/settings/inference-providers, or choose another "
                    f"model. {error.hint}"
                )
            case ModelLoading() | Overloaded():
                return (
                    "The model is starting, or its provider is full. Ask again in a minute; an endpoint that slept "
                    "needs some. “MODEL:PROVIDER” asks one provider, as in “:groq”."
                )
        return super().hint(error)


provider = HuggingFace
