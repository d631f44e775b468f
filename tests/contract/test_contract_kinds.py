"""What every kind declares of itself, the offline one included."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wire.stories import story
from wire.talk import QUESTION, ask, endpoint

from chat_studio.providers.demo import Demo
from chat_studio.providers.registry import kinds, provider_class
from chat_studio.providers.values import ChatRequest

HOSTS = ["localhost", "127.0.0.1", "0.0.0.0", "[::1]", "gpu", "api.openai.com", "me.openai.azure.com", "openrouter.ai",
    "api.runpod.ai", "abc-8000.proxy.runpod.net", "ollama.com", "müller.example"]  # fmt: skip
BASES = ["", "/v1", "/v2/m", "/api/v1", "/openai/v1", "/openai", "/openai/deployments/m", "/v1beta/openai",
    "/compatibility/v1", "/v2/abc/runsync", "//v1//", "/gate%20way", "/.."]  # fmt: skip
ENDS = ["", " ", "/", "/chat/completions", "/completions", "/models", "/messages", "/api/tags", "/api", "/embeddings",
    "?api-version=2024-10-21", "#x", "?"]  # fmt: skip
ADDRESSES = st.builds(
    "{}{}{}{}{}".format,
    st.sampled_from(["", "http://", "https://", "HTTP://", " "]),
    st.sampled_from(HOSTS),
    st.sampled_from(["", ":8000", ":80", ":443"]),
    st.sampled_from(BASES),
    st.sampled_from(ENDS),
)


@pytest.mark.parametrize("kind", kinds())
def test_a_kind_is_named_and_described(kind: str) -> None:
    provider = provider_class(kind)
    assert provider.kind == kind
    assert provider.label.strip()
    assert provider.__module__ == f"chat_studio.providers.{kind}"
    module = __import__(provider.__module__, fromlist=["provider"])
    assert (module.__doc__ or "").strip().endswith((".", "…"))


@pytest.mark.parametrize("kind", kinds())
@given(typed=ADDRESSES)
def test_an_address_is_made_canonical_once(kind: str, typed: str) -> None:
    provider = provider_class(kind)
    once = provider.normalise_url(typed)
    assert provider.normalise_url(once) == once


@pytest.mark.parametrize("kind", kinds())
@given(typed=st.text(max_size=30) | st.builds("http://{}".format, st.text("[]:@/?#1x%", max_size=8)) | ADDRESSES)
def test_any_text_is_survived(kind: str, typed: str) -> None:
    provider = provider_class(kind)
    assert isinstance(provider.normalise_url(typed), str)
    assert isinstance(provider.fields_of_url(typed), dict)


@pytest.mark.parametrize("kind", kinds())
def test_its_own_address_is_canonical(kind: str) -> None:
    provider = provider_class(kind)
    assert provider.normalise_url(provider.default_base_url) == provider.default_base_url


@pytest.mark.parametrize("stream", [True, False])
async def test_the_offline_kind_answers_like_the_others(stream: bool) -> None:
    at = endpoint("", model="demo", default_parameters={"tokens_per_second": 0})
    events, error = await ask(Demo, at, ChatRequest(QUESTION.messages, stream=stream))
    assert error is None
    assert [one[0] for one in story(events)] == ["reasoning", "text", "usage", "finished"]
