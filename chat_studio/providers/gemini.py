"""Google's Gemini, through its OpenAI-compatible API."""

from __future__ import annotations

from chat_studio.errors import RateLimited
from chat_studio.providers._chat_completions.quirks import Quirks
from chat_studio.providers._gemini.addresses import BASE, HOST, canonical, model_of
from chat_studio.providers._gemini.provider import GeminiProvider
from chat_studio.providers._gemini.schemas import UNKNOWN_KEYWORDS
from chat_studio.providers._gemini.thoughts import UNSIGNED
from chat_studio.providers._wire import json_values
from chat_studio.providers._wire.advice import GENERAL, Advice
from chat_studio.providers._wire.probes import first_model
from chat_studio.providers.values import Probe, Recognition, Variables


class Gemini(GeminiProvider):
    kind = "gemini"
    label = "Gemini"
    default_base_url = BASE
    variables = Variables(("GEMINI_API_KEY", "GOOGLE_API_KEY"), ("GEMINI_BASE_URL",), "GEMINI")
    needs_key = True
    is_service = True
    key_page = "https://aistudio.google.com/apikey"
    recognition = Recognition(
        hosts=(HOST, "*aiplatform.googleapis.com"),
        key_hosts=(HOST,),
        key_prefixes=("AIza",),
        model_prefixes=("gemini", "models/gemini"),
    )
    quirks = Quirks(
        images="data",
        replays=frozenset({"extra_content"}),
        call_default=UNSIGNED,
        schema_drops=UNKNOWN_KEYWORDS,
    )
    advice = Advice(
        {
            "location is not supported": "Google does not serve Gemini where this request came from; OpenRouter and "
            "Vertex AI may."
        },
        {RateLimited: f"{GENERAL} Quotas are counted by minute and by day: https://aistudio.google.com/usage."},
    )

    @classmethod
    def normalise_url(cls, typed: str) -> str:
        return canonical(typed)

    @classmethod
    def fields_of_url(cls, typed: str) -> dict[str, str]:
        return {"model": model} if (model := model_of(typed)) else {}

    @classmethod
    def recognise(cls, probe: Probe) -> bool:
        return json_values.text(first_model(probe).get("id")).startswith("models/gemini")


provider = Gemini
