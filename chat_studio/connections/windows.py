"""How much models can read at once, where their server does not tell."""

from __future__ import annotations

import json
from collections.abc import Mapping

from chat_studio.resources import resource


def listed_windows() -> Mapping[str, int]:
    """Tokens by the name of the model, of those in `resources/model_templates.json`. Reads a file: use a thread."""
    listed = json.loads(resource("model_templates.json").read_text(encoding="utf-8"))
    return {one["model_id"]: one["context_length"] for one in listed if one.get("context_length")}
