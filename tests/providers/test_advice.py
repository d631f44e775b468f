"""What users are advised to do: about keys above all, which each server takes, and lacks, in its own way."""

from __future__ import annotations

import pytest

from chat_studio import errors
from chat_studio.errors import EndpointError
from chat_studio.providers._chat_completions.provider import ChatCompletionsProvider
from chat_studio.providers._wire.advice import GENERAL, Advice
from chat_studio.providers.registry import kinds, provider_class
from chat_studio.providers.values import Endpoint

POD = "https://abc-8000.proxy.runpod.net/v1"
BALANCER = "https://abc.api.runpod.ai/v1"


def advised(kind: str, error: EndpointError, *, base_url: str = "", api_key: str = "") -> str:
    address = base_url or provider_class(kind).default_base_url
    provider = provider_class(kind)(Endpoint(name="c", base_url=address, api_key=api_key))
    return provider.explain(error).hint


@pytest.mark.parametrize("api_key", ["", "wrong"])
@pytest.mark.parametrize(
    ("kind", "status", "hint"),
    [
        ("gpt4all", 401, "Enable Local API Server"),
        ("jan", 401, "Local API Server"),
        ("jan", 403, "trusted hosts"),
        ("llamacpp", 401, "--api-key"),
        ("lmstudio", 401, "API token"),
        ("localai", 401, "LOCALAI_API_KEY"),
        ("vllm", 401, "--api-key"),
    ],
)
def test_peoples_own_servers_say_where_the_key_is(kind: str, status: int, hint: str, api_key: str) -> None:
    assert hint in advised(kind, errors.Unauthorized("No.", status=status), api_key=api_key)


@pytest.mark.parametrize(
    "kind", ["openai", "openrouter", "gemini", "mistral", "xai", "cohere", "anthropic", "huggingface"]
)
def test_services_say_where_keys_are_made(kind: str) -> None:
    page = provider_class(kind).key_page
    assert page in advised(kind, errors.Unauthorized("No."), api_key="wrong")
    without = advised(kind, errors.Unauthorized("No."))
    assert page in without
    assert f"env:{provider_class(kind).variables.usual_key}" in without


@pytest.mark.parametrize(
    ("base_url", "api_key", "hint"),
    [
        (POD, "", "not RunPod's"),
        (POD, "wrong", "not RunPod's"),
        (BALANCER, "", "console.runpod.io"),
        (BALANCER, "wrong", "console.runpod.io"),
    ],
)
def test_a_pod_has_a_key_of_its_own(base_url: str, api_key: str, hint: str) -> None:
    assert hint in advised("runpod", errors.Unauthorized("No.", status=401), base_url=base_url, api_key=api_key)


def test_the_general_advice_may_stand_in_the_special_one_and_does_so_once() -> None:
    advice = Advice(by_class={errors.RateLimited: f"{GENERAL} Quotas end at midnight."})
    error = errors.RateLimited("Slowly.", hint="The server asks to wait 3 s.")
    error.hint = advice.hint(error)
    assert error.hint == "The server asks to wait 3 s. Quotas end at midnight."
    assert advice.hint(error) == error.hint


def test_words_count_more_than_the_status_and_that_more_than_the_class() -> None:
    advice = Advice({"full": "words"}, {errors.Overloaded: "class"}, {503: "status"})
    assert advice.hint(errors.Overloaded("No.", detail="It is FULL.", status=503)) == "words"
    assert advice.hint(errors.Overloaded("No.", status=503)) == "status"
    assert advice.hint(errors.Overloaded("No.", status=529)) == "class"
    assert advice.hint(errors.ServerFailed("No.")) == ""


def test_what_goes_back_to_whom() -> None:
    """A strict server refuses a field that it does not know, above all another provider's."""
    chat = [kind for name in kinds() if issubclass(kind := provider_class(name), ChatCompletionsProvider)]
    assert {kind.kind: set(kind.quirks.replays) for kind in chat if kind.quirks.replays} == {
        "custom": {"reasoning_details", "extra_content"},
        "gemini": {"extra_content"},
        "openrouter": {"reasoning_details"},
    }
