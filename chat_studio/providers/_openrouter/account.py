"""What OpenRouter tells of a key, and what to do about its refusals."""

from __future__ import annotations

from chat_studio.errors import BillingRequired, Overloaded
from chat_studio.providers._wire import json_values
from chat_studio.providers._wire.advice import Advice

_PRIVACY = "Your privacy settings exclude all its providers: https://openrouter.ai/settings/privacy."

ADVICE = Advice(
    {"data policy": _PRIVACY, "guardrail": _PRIVACY},
    {
        BillingRequired: "Add credit at https://openrouter.ai/settings/credits, lower max_tokens, or take a model "
        "whose name ends in “:free”.",
        Overloaded: "No provider of this model answers now. Try again in a moment, or use another model.",
    },
)


def credit_left(answer: object) -> str:
    """What the key may still spend, or has spent, from an answer to `GET /key`; "" if it does not tell."""
    told = json_values.mapping(json_values.mapping(answer).get("data"))
    left, limit = json_values.number(told.get("limit_remaining")), json_values.number(told.get("limit"))
    if left is not None and limit:
        return f"${left:.2f} of the key's ${limit:.2f} left"
    used = json_values.number(told.get("usage"))
    return f"${used:.2f} used, the key has no limit" if used is not None else ""
