"""What to do about the failures of Anthropic's API, and of gateways to it."""

from __future__ import annotations

from chat_studio.errors import Overloaded
from chat_studio.providers._wire.advice import Advice

_TOO_LARGE = 413
"""Also Cloudflare's, whose page comes before Anthropic's own words."""

ADVICE = Advice(
    {"which is the maximum": "Lower max_tokens in the connection to what the model can write."},
    {Overloaded: "The service is short of capacity. Try again in a moment, or use another model."},
    {_TOO_LARGE: "Remove images or files from the conversation; Anthropic takes 32 MB."},
)
