"""What to do about the failures of Hugging Face's router and endpoints."""

from __future__ import annotations

from chat_studio.errors import BillingRequired, ModelLoading, Overloaded, Unauthorized
from chat_studio.providers._wire.advice import GENERAL, Advice

KEY_PAGE = "https://huggingface.co/settings/tokens"

_BUSY = (
    "The model is starting, or its provider is full. Ask again in a minute; an endpoint that slept needs some. "
    "“MODEL:PROVIDER” asks one provider, as in “:groq”."
)

ADVICE = Advice(
    {
        "any provider": "Allow more providers at https://huggingface.co/settings/inference-providers, or choose "
        f"another model. {GENERAL}",
    },
    {
        Unauthorized: f"Check the token at {KEY_PAGE}: it begins with “hf_”, and needs the permission “Make calls to "
        "Inference Providers”.",
        BillingRequired: "The credits are used up: add some at https://huggingface.co/settings/billing, or let an "
        "organization pay (“Bill to”).",
        ModelLoading: _BUSY,
        Overloaded: _BUSY,
    },
)
