"""Hugging Face: the router to its inference providers, and dedicated endpoints."""

from __future__ import annotations

from chat_studio.providers._huggingface.addresses import OTHER_DOORS, ROUTER, is_other_door, model_of
from chat_studio.providers._huggingface.advice import ADVICE, KEY_PAGE
from chat_studio.providers._huggingface.provider import RouterProvider
from chat_studio.providers._wire.probes import first_model
from chat_studio.providers.values import Probe, Recognition, Variables


class HuggingFace(RouterProvider):
    kind = "huggingface"
    label = "Hugging Face"
    default_base_url = f"https://{ROUTER}/v1"
    variables = Variables(
        ("HF_TOKEN", "HUGGINGFACE_API_KEY", "HUGGING_FACE_HUB_TOKEN", "HUGGINGFACEHUB_API_TOKEN"),
        ("HUGGINGFACE_BASE_URL", "HF_BASE_URL"),
        "HUGGINGFACE",
    )
    needs_key = True
    is_service = True
    key_page = KEY_PAGE
    recognition = Recognition(
        hosts=(ROUTER, "*.endpoints.huggingface.cloud", *OTHER_DOORS), key_hosts=(ROUTER,), key_prefixes=("hf_",)
    )
    advice = ADVICE

    @classmethod
    def normalise_url(cls, typed: str) -> str:
        """A model's page, and the API that is gone, mean the router; its providers' own paths are left alone."""
        url = super().normalise_url(typed)
        return cls.default_base_url if is_other_door(url) else url

    @classmethod
    def fields_of_url(cls, typed: str) -> dict[str, str]:
        return {"model": model} if (model := model_of(typed)) else {}

    @classmethod
    def recognise(cls, probe: Probe) -> bool:
        return isinstance(first_model(probe).get("providers"), list)


provider = HuggingFace
