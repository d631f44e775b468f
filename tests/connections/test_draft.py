from __future__ import annotations

from dataclasses import replace

import pytest

from chat_studio.connections.draft import Draft
from chat_studio.connections.model import Connection

STORED = Connection.model_validate(
    {
        "id": "vllm",
        "name": "vLLM",
        "base_url": "http://10.0.4.12:8000/v1",
        "api_key": "keychain:vllm",
        "timeout": 300,
        "temperature": 0.7,
        "headers": {"X-Team": "blue"},
        "default_parameters": {"top_p": 0.95},
        "urls": ["http://10.0.4.13:8000/v1", "http://10.0.4.14:8000/v1"],
        "price_input": 0.15,
        "note": "ours",
    }
)
NEW = Draft(name="New", base_url="http://localhost:8000")


def test_an_untouched_draft_is_the_stored_connection():
    draft = Draft.of(STORED)
    assert not draft.differs
    assert draft.connection == STORED
    assert (draft.timeout, draft.temperature, draft.max_tokens) == ("300", "0.7", "")
    assert draft.headers == "X-Team: blue"
    assert draft.default_parameters == '{"top_p": 0.95}'
    assert draft.urls == "http://10.0.4.13:8000/v1\nhttp://10.0.4.14:8000/v1"
    assert (draft.price_input, draft.price_output, draft.short_timeout) == ("0.15", "", "")


def test_unknown_keys_stay():
    changed = replace(Draft.of(STORED), name="Renamed").connection
    assert changed is not None
    assert changed.model_extra == {"note": "ours"}


def test_a_cleared_text_is_the_default():
    changed = replace(Draft.of(STORED), timeout="", temperature=" ").connection
    assert changed is not None
    assert changed.timeout == 300
    assert changed.temperature is None


@pytest.mark.parametrize(
    ("field", "text", "reason"),
    [
        ("name", "  ", "must be given"),
        ("base_url", "", "must be given, unless the kind has an address of its own"),
        ("base_url", "ftp://host", "must begin with http:// or https://"),
        ("base_url", "two words", "is not an address; write something like http://localhost:8000"),
        ("base_url", "http://host:99999", "Port out of range 0-65535"),
        ("timeout", "-5", "must be above 0"),
        ("timeout", "90000", "must be at most 86,400"),
        ("timeout", "soon", "must be a number, like 0.7"),
        ("timeout", "nan", "must be at most 86,400"),
        ("connect_timeout", "601", "must be at most 600"),
        ("short_timeout", "0", "must be above 0"),
        ("context_length", "lots", "must be a whole number"),
        ("price_input", "-1", "must be at least 0"),
        ("price_output", "$1", "must be a number, like 0.7"),
        ("urls", "http://a\n\nftp://b", "line 3: must begin with http:// or https://"),
        ("urls", "two words", "is not an address; write something like http://localhost:8000"),
        ("max_tokens", "0", "must be at least 1"),
        ("max_tokens", "1.5", "must be a whole number"),
        ("max_tokens", "9" * 5000, "is too large"),
        ("temperature", "2.1", "must be at most 2"),
        ("temperature", "0,7", "must be a number, like 0.7"),
        ("proxy", "proxy:3128", "must begin with http://, https://, socks5:// or socks5h://"),
        ("headers", "X-Team blue", "line 1: write it as “Name: value”"),
        ("headers", "\nX-Team: a\nx-team: b", "line 3: “x-team” stands there twice"),
        ("headers", "Größe: 1", "“Größe” is not a header name"),
        ("headers", "X-Team: blå", "the value of “X-Team” has a character that cannot be sent"),
        ("default_parameters", '{"top_p": 0.9,\n "n" 1}', "line 2, column 6: expecting ':' delimiter"),
        ("default_parameters", "[1]", 'must be a JSON object, like {"top_p": 0.9}'),
        ("default_parameters", '{"top_p": NaN}', "NaN is not JSON"),
        ("default_parameters", '{"a":' + "[" * 200_000, "is nested too deeply"),
    ],
)
def test_what_is_wrong_is_said_of_its_field_alone(field, text, reason):
    draft = replace(NEW, **{field: text})
    assert dict(draft.problems) == {field: reason}
    assert draft.connection is None


def test_all_wrong_fields_are_told_at_once():
    draft = replace(NEW, name="", base_url="", timeout="0", default_parameters="{")
    assert set(draft.problems) == {"name", "base_url", "timeout", "default_parameters"}


@pytest.mark.parametrize(
    ("name", "expected"),
    [("My Server", "my-server-2"), ("  Größe/7B! ", "größe-7b"), ("???", "connection"), ("", "connection")],
)
def test_the_id_of_a_new_connection_comes_from_its_name(name, expected):
    assert Draft(taken=frozenset({"my-server"}), name=name).final_id == expected


def test_a_typed_id_must_be_free():
    draft = replace(NEW, id="vllm", taken=frozenset({"vllm"}))
    assert draft.problems["id"] == "is taken by another connection"


def test_a_typed_key_is_a_difference_that_no_text_shows():
    draft = replace(Draft.of(STORED), new_key="sk-typed")
    assert draft.differs
    assert "sk-typed" not in repr(draft)
    assert draft.connection == STORED


def test_edits_move_to_a_connection_that_was_changed_meanwhile():
    base = Draft.of(STORED)
    elsewhere = Draft.of(STORED.model_copy(update={"name": "Renamed elsewhere", "timeout": 60.0}))
    moved = replace(base, timeout="90", new_key="typed").edits_on(base, elsewhere)
    assert (moved.name, moved.timeout, moved.new_key) == ("Renamed elsewhere", "90", "typed")
    assert moved.saved == elsewhere.saved
    assert not base.edits_on(base, elsewhere).differs


def test_ids_of_others_are_no_edit():
    assert not replace(Draft.of(STORED), taken=frozenset({"other"})).differs


def test_unwise_is_not_wrong():
    draft = replace(NEW, base_url="http://your-vllm-server:8000", verify_cert=False, provider="telepathy")
    assert set(draft.warnings) == {"base_url", "verify_cert", "provider"}
    assert draft.connection is not None
    assert not NEW.warnings


def test_long_parameters_are_laid_out_in_lines():
    long = STORED.model_copy(update={"default_parameters": {f"parameter_{n}": n for n in range(9)}})
    assert Draft.of(long).default_parameters.count("\n") == 10


def test_replicas_are_addresses_enough():
    draft = replace(NEW, base_url="", urls="http://a:8000\n\n  http://b:8000 ")
    assert draft.connection is not None
    assert draft.connection.urls == ["http://a:8000", "http://b:8000"]


@pytest.mark.parametrize(
    ("fields", "hint"),
    [
        ({"model": "claude-sonnet-4-5"}, "Taken for Anthropic by the model’s name."),
        ({"model": "llama3.1:8b"}, "Taken for Ollama by the model’s name."),
        ({"base_url": "https://api.openai.com/v1", "model": "claude"}, "Taken for OpenAI by its address."),
        ({"base_url": "http://localhost:8000", "model": "claude-sonnet-4-5"}, ""),
        ({"base_url": "http://[half", "model": "claude-sonnet-4-5"}, ""),
        ({"provider": "vllm", "base_url": "http://localhost:8000", "model": "claude-sonnet-4-5"}, ""),
    ],
)
def test_a_kind_that_is_understood_by_itself_is_told(fields, hint):
    assert Draft(name="New", **fields).hints.get("provider", "") == hint


def test_a_model_whose_name_tells_its_service_is_enough():
    named = Draft(name="New", model="claude-sonnet-4-5").connection
    assert named is not None
    assert (named.provider, named.base_url) == ("", "")
    assert "base_url" in Draft(name="New", model="mine").problems


@pytest.mark.parametrize(
    ("fields", "key", "owner"),
    [
        ({"provider": "openai"}, "sk-ant-abc", "Anthropic"),
        ({"provider": "anthropic"}, "sk-proj-abc", "OpenAI"),
        ({"provider": "anthropic"}, "sk-ant-abc", ""),
        ({"provider": "anthropic"}, "", ""),
        ({"provider": "vllm", "base_url": "http://localhost:8000"}, "sk-ant-abc", "Anthropic"),
        ({"provider": "vllm", "base_url": "http://localhost:8000"}, "sk-1234", ""),
        ({"base_url": "http://localhost:8000"}, "sk-ant-abc", "Anthropic"),
        ({"base_url": "https://api.anthropic.com"}, "sk-ant-abc", ""),
        ({"provider": "custom", "base_url": "https://api.anthropic.com"}, "sk-ant-abc", ""),
        ({"model": "claude-sonnet-4-5"}, "sk-proj-abc", "OpenAI"),
        ({}, "sk-ant-abc", ""),
    ],
)
def test_a_key_of_another_service_is_warned_of(fields, key, owner):
    warning = Draft(name="New", new_key=key, **fields).warnings.get("api_key", "")
    assert warning == (f"This looks like a key of {owner}." if owner else "")
