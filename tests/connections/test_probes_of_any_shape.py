"""No answer to a probe makes the program stumble, whatever its shape."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from chat_studio.connections import bystanders, probing
from chat_studio.connections.recognition import askable
from chat_studio.providers.values import MODELS, Probe

PATHS = sorted({MODELS, *bystanders.PATHS, *(path for kind in askable() for path in kind.recognition.probes)})
NAMES = st.sampled_from(
    [
        "data",
        "models",
        "object",
        "version",
        "error",
        "owned_by",
        "id",
        "meta",
        "key",
        "state",
        "result",
        "capabilities",
        "max_model_len",
        "permission",
        "default_generation_settings",
        "loaded_instances",
        "pricing",
        "top_provider",
    ]
)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
VALUES: st.SearchStrategy[Any] = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4), max_leaves=12
)
HEADERS = st.dictionaries(st.sampled_from(["server", "content-type", "request-id"]), st.text(max_size=12), max_size=2)


@given(st.sampled_from(PATHS), st.sampled_from([200, 204, 401, 404, 503]), HEADERS, VALUES, st.booleans())
def test_every_kind_judges_any_answer(path: str, status: int, headers: dict[str, str], value: Any, is_json: bool):
    text = json.dumps(value) if is_json else str(value)
    probe = Probe(path, status, headers, text, value if is_json else None)
    for kind in askable():
        assert kind.recognise(probe) in (True, False)
    assert isinstance(bystanders.name_of(probe), str)
    assert probing.lists_models(probe) in (True, False)
    assert probing.is_page(probe) in (True, False)
