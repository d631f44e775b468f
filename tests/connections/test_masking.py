from __future__ import annotations

import json

import pytest

from chat_studio.connections.masking import masked, masked_address
from chat_studio.connections.model import Connection

SECRET = "s3cret-value"


@pytest.mark.parametrize(
    "fields",
    [
        {"api_key": SECRET},
        {"headers": {"Authorization": f"Bearer {SECRET}"}},
        {"headers": {"X-Api-Key": SECRET}},
        {"headers": {"Cookie": SECRET}},
        {"default_parameters": {"extra_body": {"access_token": SECRET}}},
        {"proxy": f"http://user:{SECRET}@proxy:3128"},
        {"base_url": f"http://user:{SECRET}@host:8000/v1"},
        {"base_url": f"user:{SECRET}@host:8000"},
        {"base_url": f"https://host/v1beta/models?alt=sse&key={SECRET}"},
        {"urls": ["http://first:8000", f"http://user:{SECRET}@second:8000"]},
        {"password": SECRET},
        {"tokens": [SECRET]},
    ],
)
def test_secrets_are_not_shown(fields: dict[str, object]):
    connection = Connection.model_validate({"id": "a", "name": "A", "provider": "custom", **fields})
    shown = json.dumps(masked(connection), ensure_ascii=False)
    assert SECRET not in shown
    assert "•••" in shown


def test_everything_else_is_shown():
    fields = {
        "id": "a",
        "name": "A",
        "base_url": "http://host:8000/v1",
        "api_key": "keychain:a",
        "api_key_env_var": "MY_KEY",
        "max_tokens": 9,
        "headers": {"X-Team": "blue"},
        "default_parameters": {"top_p": 0.9, "stop": ["a"]},
        "proxy": "http://proxy:3128",
        "note": "mine",
    }
    assert fields.items() <= masked(Connection.model_validate(fields)).items()


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://u:pw@h/v1", "https://u:•••@h/v1"),
        ("https://token@h/v1", "https://•••@h/v1"),
        ("token@h:8000", "•••@h:8000"),
        ("https://h/v1?api_key=x&a=b", "https://h/v1?api_key=•••&a=b"),
        ("https://h/v1", "https://h/v1"),
    ],
)
def test_addresses_are_shown_without_what_is_secret_in_them(address: str, shown: str) -> None:
    assert masked_address(address) == shown
