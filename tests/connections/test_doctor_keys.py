"""Keys that are missing, odd, or another service's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from connections.examining import SCRIPT, WITH_REPLICAS, connection, examined, failure
from servers import Answer, json_reply, serve

from chat_studio.connections import advice
from chat_studio.connections.secrets import Secrets
from chat_studio.errors import ConfigurationError, KeyUnavailable, Unauthorized
from chat_studio.providers.registry import provider_class

ExtraKind = Callable[..., Any]
REFUSED: dict[str, Answer] = {"/v1/models": json_reply({"error": {"message": "Invalid API key"}}, 401)}
OURS, THEIRS = "ours-0123456789abcdef", "ours-too-0123456789abcdef"


async def test_a_key_of_another_service_is_not_sent(secrets: Secrets, extra_kind: ExtraKind):
    extra_kind("ourservice", hosts=("127.0.0.1",), key_prefixes=("ours-",))
    extra_kind("theirservice", key_prefixes=("ours-too-",))
    async with serve(SCRIPT) as server:
        made = connection(base_url=server.url, provider="ourservice")
        failed = failure(await examined(secrets, made, THEIRS))
        assert server.requests == []
        assert (await examined(secrets, made, OURS))["key"].state == "ok"
        unknown = await examined(secrets, made, "key-of-a-form-that-nobody-knows")
    assert (failed.name, type(failed.error)) == ("key", ConfigurationError)
    assert failed.summary == (
        "The key begins with “ours-too-”, as Theirservice's do, but 127.0.0.1 is Ourservice's. It was not sent."
    )
    assert "Enter a key of Ourservice (they begin with “ours-”)" in failed.hint
    assert unknown["key"].state == "ok"


async def test_a_usual_key_does_not_go_to_a_replica_elsewhere(
    secrets: Secrets, extra_kind: ExtraKind, monkeypatch: pytest.MonkeyPatch
):
    extra_kind("needyservice", hosts=("127.0.0.1",), body='needs_key = True\nvariables = Variables(("NEEDY_KEY",))')
    monkeypatch.setenv("NEEDY_KEY", "sk-usual-0123456789")
    async with serve(SCRIPT) as server:
        elsewhere = server.url.replace("127.0.0.1", "localhost")
        made = connection(base_url=server.url, urls=[elsewhere], provider="needyservice")
        failed = failure(await examined(secrets, made, names=WITH_REPLICAS))
        assert server.requests == []
    assert type(failed.error) is KeyUnavailable
    assert "usual one is not sent to localhost" in failed.summary


def test_the_longest_beginning_counts():
    openai, anthropic = provider_class("openai"), provider_class("anthropic")
    with pytest.raises(ConfigurationError, match="as Anthropic's do"):
        advice.check_key(openai, "https://api.openai.com/v1", "sk-ant-api03-xyz")
    with pytest.raises(ConfigurationError, match="as OpenAI's do"):
        advice.check_key(anthropic, "https://api.anthropic.com", "sk-proj-xyz")
    advice.check_key(openai, "https://api.openai.com/v1", "sk-proj-xyz")
    advice.check_key(openai, "https://gateway.example/v1", "sk-ant-api03-xyz")
    advice.check_key(openai, "https://api.openai.com/v1", "")


async def test_elsewhere_it_is_advice_after_a_refusal(secrets: Secrets):
    async with serve(REFUSED) as server:
        failed = failure(await examined(secrets, connection(base_url=server.url), "sk-ant-api03-0123456789"))
        assert server.requests
    assert (failed.name, type(failed.error)) == ("key", Unauthorized)
    assert failed.hint.startswith("The key begins with “sk-ant-”, as Anthropic's do.")
    assert "Check the key" in failed.hint
    assert failed.detail == "Invalid API key"


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("Bearer abcdefgh", "leave that word out"),
        ('"abcdefgh"', "quotes or blanks"),
        ("abc defgh", "quotes or blanks"),
        ("abcdefgh", "does not look like a key of OpenAI (they begin with “sk-”)"),
        ("sk-proj-abcdefgh", ""),
        ("", ""),
    ],
)
def test_what_is_odd_about_a_refused_key(key: str, said: str):
    told = advice.about_refused_key(provider_class("openai"), key)
    assert said in told
    assert bool(said) == bool(told)


async def test_a_server_that_wants_a_key(secrets: Secrets):
    async with serve(REFUSED) as server:
        failed = failure(await examined(secrets, connection(base_url=server.url)))
    assert "The server wants a key: enter it in this connection" in failed.hint


async def test_a_service_that_wants_a_key_is_not_asked_without(secrets: Secrets, extra_kind: ExtraKind):
    extra_kind("needyservice", hosts=("127.0.0.1",), body='needs_key = True\nvariables = Variables(("NEEDY_KEY",))')
    async with serve(SCRIPT) as server:
        failed = failure(await examined(secrets, connection(base_url=server.url, provider="needyservice")))
        assert server.requests == []
    assert (failed.name, type(failed.error)) == ("key", KeyUnavailable)
    assert "NEEDY_KEY" in failed.hint
