from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from chat_studio.connections.endpoint import endpoint_for
from chat_studio.connections.model import Connection
from chat_studio.connections.secrets import Secrets
from chat_studio.errors import ConfigurationError, KeyUnavailable
from chat_studio.providers.registry import provider_class

ENVIRONMENT = {"MY_KEY": " sk-mine\n", "OPENAI_API_KEY": "sk-usual", "EMPTY": " "}


def connection(**fields: Any) -> Connection:
    return Connection.model_validate({"id": "a", "name": "Mine", "base_url": "http://localhost:8000", **fields})


def key_of(secrets: Secrets, kind: str, typed_key: str = "", **fields: Any) -> str:
    made = connection(**fields)
    return endpoint_for(made, provider_class(kind), secrets, typed_key=typed_key, environment=ENVIRONMENT).api_key


@pytest.mark.parametrize(
    ("kind", "fields", "key"),
    [
        ("vllm", {}, ""),
        ("vllm", {"api_key": ""}, ""),
        ("vllm", {"api_key": "sk-literal "}, "sk-literal"),
        ("vllm", {"api_key": "env:MY_KEY"}, "sk-mine"),
        ("vllm", {"api_key_env_var": "MY_KEY"}, "sk-mine"),
        ("vllm", {"api_key": "sk-literal", "api_key_env_var": "MY_KEY"}, "sk-literal"),
        ("vllm", {"api_key": "keychain:stored"}, "sk-stored"),
        ("openai", {"base_url": ""}, "sk-usual"),
        ("openai", {"base_url": "", "api_key_env_var": "MY_KEY"}, "sk-mine"),
        ("openai", {"base_url": "https://api.openai.com/v1"}, "sk-usual"),
        ("openai", {"base_url": "https://gateway.example/v1"}, ""),
    ],
)
def test_where_a_key_comes_from(secrets: Secrets, kind: str, fields: dict[str, Any], key: str):
    secrets.put("stored", "sk-stored")
    assert key_of(secrets, kind, **({"provider": kind} | fields)) == key


def test_a_typed_key_counts_before_any_stored_one(secrets: Secrets):
    assert key_of(secrets, "vllm", typed_key="sk-typed", api_key="keychain:nothing") == "sk-typed"


@pytest.mark.parametrize(
    ("kind", "fields", "said", "advised"),
    [
        (
            "vllm",
            {"api_key": "env:NOT_SET"},
            "variable NOT_SET, from which “Mine” takes its key, is not set",
            "NOT_SET",
        ),
        ("vllm", {"api_key_env_var": "EMPTY"}, "variable EMPTY", "type a key into the connection"),
        ("vllm", {"api_key": "keychain:gone"}, "“gone” is not on this computer", "type its key again"),
        (
            "openai",
            {"base_url": "https://api.openai.com", "urls": ["https://gateway.example"]},
            "“Mine” has no key, and OpenAI's usual one is not sent to gateway.example",
            "env:NAME",
        ),
        ("anthropic", {"base_url": ""}, "Anthropic wants a key, and “Mine” has none", "ANTHROPIC_API_KEY"),
    ],
)
def test_a_key_that_is_missing_says_which_and_what_to_do(
    secrets: Secrets, kind: str, fields: dict[str, Any], said: str, advised: str
):
    with pytest.raises(KeyUnavailable) as caught:
        key_of(secrets, kind, **({"provider": kind} | fields))
    assert said in caught.value.message
    assert advised in caught.value.hint
    assert caught.value.connection == "Mine"


@pytest.mark.parametrize(
    ("kind", "typed", "url"),
    [
        ("custom", "localhost:8000", "http://localhost:8000/v1"),
        ("custom", "https://host.example/v1/chat/completions", "https://host.example/v1"),
        ("ollama", "http://localhost:11434/v1/", "http://localhost:11434"),
        ("ollama", "", "http://localhost:11434"),
        ("demo", "", ""),
    ],
)
def test_addresses_are_made_canonical(secrets: Secrets, kind: str, typed: str, url: str):
    made = connection(base_url=typed, provider=kind)
    assert endpoint_for(made, provider_class(kind), secrets).base_url == url


def test_all_fields_reach_the_endpoint(secrets: Secrets, tmp_path: Path):
    ca_file = tmp_path / "ca.pem"
    ca_file.write_text("")
    fields = {
        "model": "m",
        "timeout": 5.0,
        "connect_timeout": 2.0,
        "max_tokens": 7,
        "temperature": 0.5,
        "headers": {"X-A": "b"},
        "default_parameters": {"top_p": 0.9},
        "verify_cert": True,
        "ca_file": str(ca_file),
        "proxy": "http://proxy:3128",
        "is_local": True,
    }
    endpoint = endpoint_for(connection(**fields), provider_class("custom"), secrets)
    assert {name: getattr(endpoint, name) for name in fields} == fields
    assert endpoint.name == "Mine"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"base_url": "http://your-vllm-server:8000"}, "still has the example's address, your-vllm-server"),
        ({"ca_file": "/no/such/ca.pem"}, "ca_file of “Mine” does not exist: /no/such/ca.pem"),
        ({"base_url": "", "provider": "custom"}, "“Mine” has no address"),
    ],
)
def test_what_cannot_be_used_says_so(secrets: Secrets, fields: dict[str, Any], said: str):
    with pytest.raises(ConfigurationError) as caught:
        endpoint_for(connection(**fields), provider_class("custom"), secrets)
    assert said in caught.value.message
    assert caught.value.hint
    assert caught.value.connection == "Mine"


def test_a_ca_file_does_not_matter_without_verification(secrets: Secrets):
    assert endpoint_for(connection(ca_file="/no/such", verify_cert=False), provider_class("custom"), secrets)
