"""What servers tell of themselves and their models, in the shapes of all of them, and the same with wrong values."""

from __future__ import annotations

import copy
import random
from typing import Any

DOCUMENTS: tuple[dict[str, Any], ...] = (
    {"object": "list", "data": [{"id": "m", "owned_by": "vllm", "max_model_len": 8, "permission": [], "root": "m"}]},
    {"data": [{"id": "m", "name": "M", "context_length": 8, "architecture": {"input_modalities": ["image"]},
               "pricing": {"prompt": "0.000001", "completion": "0.000002", "input_cache_read": "0"},
               "top_provider": {"context_length": 8, "max_completion_tokens": 4}, "supported_parameters": ["tools"]}],
     "links": {"next": None}},
    {"data": [{"id": "m", "providers": [{"provider": "x", "status": "live", "context_length": 8, "supports_tools": True,
                                         "pricing": {"input": 0.1, "output": 0.2}}]}]},
    {"data": [{"id": "m", "max_context_length": 8, "aliases": ["n"], "capabilities": {"vision": True, "ocr": False}}]},
    {"models": [{"id": "m", "prompt_text_token_price": 2000, "input_modalities": ["text"], "max_prompt_length": 8}]},
    {"models": [{"name": "m", "endpoints": ["chat"], "features": ["tools"], "context_length": 8}],
     "next_page_token": ""},
    {"models": [{"key": "m", "type": "llm", "display_name": "M", "quantization": {"name": "Q4", "bits_per_weight": 4},
                 "size_bytes": 9, "loaded_instances": [{"id": "m", "config": {"context_length": 8}}],
                 "max_context_length": 9, "capabilities": {"vision": True, "trained_for_tool_use": True}}]},
    {"data": [{"id": "m", "type": "vlm", "state": "loaded", "quantization": "Q4", "max_context_length": 8,
               "loaded_context_length": 4, "capabilities": ["tool_use"]}]},
    {"models": [{"name": "m", "model": "m", "size": 9, "details": {"quantization_level": "Q4", "context_length": 8},
                 "capabilities": ["completion"], "size_vram": 1, "context_length": 4, "expires_at": "2026-01-01"}]},
    {"details": {"quantization_level": "Q4"}, "model_info": {"general.architecture": "a", "a.context_length": 8},
     "capabilities": ["vision"], "parameters": "num_ctx 4096", "template": "{{ .Prompt }}"},
    {"default_generation_settings": {"n_ctx": 8, "params": {}}, "model_path": "/m", "build_info": "b1",
     "modalities": {"vision": True}, "chat_template_caps": {"supports_tools": True}},
    {"data": [{"id": "m", "owned_by": "llamacpp", "meta": {"n_ctx_train": 8, "size": 9},
               "status": {"value": "loaded"}}]},
    {"data": [{"type": "model", "id": "m", "display_name": "M", "max_input_tokens": 8, "max_tokens": 4,
               "capabilities": {"image_input": {"supported": True}}}], "has_more": False, "last_id": "m"},
    {"workers": {"idle": 1, "running": 0, "throttled": 2}, "jobs": {"inQueue": 3}},
    {"version": "0.9.0", "result": "OK", "status": "ok", "count": 5, "tokens": [1, 2], "input_tokens": 5},
    {"data": [{"index": 0, "embedding": [0.5, 1]}], "embeddings": [[0.5, 1]], "usage": {"prompt_tokens": 1}},
    {"data": {"limit": 10, "usage": 1.5, "label": "x", "is_free_tier": False, "limit_remaining": None}},
    {"error": {"message": "no", "code": 500}},
)  # fmt: skip

JUNK: tuple[Any, ...] = (
    *(
        None,
        True,
        False,
        0,
        -1,
        1.5,
        10**400,
        float("nan"),
        "",
        "m",
        "0.5",
        "x" * 400,
        "1e999",
        "1e999999",
        "sNaN",
        "\ud800",
    ),
    *([], [[]], [None], ["m"], [{}], {}, {"id": "m"}, {"": None}),
)


def damaged(chance: random.Random) -> Any:
    """One of the documents in which some values are of another type."""
    return _damaged(chance, copy.deepcopy(chance.choice(DOCUMENTS)), chance.choice((0.05, 0.2, 0.5)))


def _damaged(chance: random.Random, value: Any, likely: float) -> Any:
    if chance.random() < likely / 2:
        return chance.choice(JUNK)
    if isinstance(value, dict):
        return {name: _damaged(chance, inner, likely) for name, inner in value.items()}
    if isinstance(value, list):
        return [_damaged(chance, inner, likely) for inner in (*value, *value[: chance.randrange(3)])]
    return chance.choice(JUNK) if chance.random() < likely else value
