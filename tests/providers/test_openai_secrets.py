"""What is taken out of texts, and what must stay."""

from __future__ import annotations

import pytest

from chat_studio.errors import Unauthorized
from chat_studio.providers._wire.redaction import MASK, Redactor
from chat_studio.providers.values import Endpoint

ENDPOINT = Endpoint(
    name="x",
    base_url="https://me:base-password@host/v1",
    api_key='odd "key"/+=\n',
    headers={"X-Api-Key": "header-secret", "Authorization": "Basic dXNlcjpwdw", "X-Team": "visible"},
    proxy="http://me:proxy-password@proxy:1",
)


@pytest.mark.parametrize(
    "text",
    [
        'the key odd "key"/+= is wrong',
        r"the key odd \"key\"/+= is wrong",
        "?key=odd%20%22key%22%2F%2B%3D&x",
        "header-secret",
        "dXNlcjpwdw",
        "base-password",
        "proxy-password",
        "sk-abcdefgh12345678",
        "sk-ant-api03-abcdefgh",
        "sk-proj-ab***********yz",
        "hf_abcdefghijklmnop",
        "AIzaSyA1234567890abcdefghij",
        "Bearer abcdefgh",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc",
        "abcd****wxyz",
        "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6",
    ],
)
def test_secrets_go(text: str) -> None:
    cleaned = Redactor.of(ENDPOINT).text(text)
    assert MASK in cleaned
    assert cleaned.replace(MASK, "") in ("", "Bearer ", "the key  is wrong", "?key=&x", "the key")


@pytest.mark.parametrize(
    "text",
    [
        "The model `meta-llama/Llama-3.1-8B-Instruct` does not exist.",
        "127.0.0.1:8000 sent nothing for 300 s.",
        "api-inference.huggingface.co says key_not_found",
        "visible",
        "sha256:0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f9",
        "chatcmpl-tool-a1785ee4e11861ff",
        "unsupported_country_region_territory",
    ],
)
def test_other_words_stay(text: str) -> None:
    assert Redactor.of(ENDPOINT).text(text) == text


def test_a_key_of_a_letter_does_not_empty_the_text() -> None:
    assert Redactor(["x", ""]).text("an axe") == "an axe"


def test_all_texts_of_an_error() -> None:
    error = Unauthorized("header-secret", hint="header-secret", detail="header-secret")
    Redactor.of(ENDPOINT).clean(error)
    assert "header-secret" not in f"{error!r} {error} {error.hint} {error.detail}"


def test_secrets_in_the_addresses_of_replicas() -> None:
    at = Endpoint("x", "https://only-a-token@h/v1", urls=("https://u:its-password@g/v1",))
    said = Redactor.of(at).text("at https://only-a-token@h/v1, then its-password")
    assert "only-a-token" not in said
    assert "its-password" not in said
