"""Addresses as people type and paste them."""

from __future__ import annotations

import pytest

from chat_studio.providers._wire.urls import (
    host_of,
    join,
    other_form,
    path_of,
    whole,
    with_version,
    without_version,
)

TYPED = [
    # typed, for OpenAI-compatible servers, for servers asked at their root
    ("http://localhost:8000", "http://localhost:8000/v1", "http://localhost:8000"),
    ("http://localhost:8000/", "http://localhost:8000/v1", "http://localhost:8000"),
    ("http://localhost:8000/v1", "http://localhost:8000/v1", "http://localhost:8000"),
    ("http://localhost:8000/v1//", "http://localhost:8000/v1", "http://localhost:8000"),
    ("HTTP://LocalHost:8000/v1", "http://localhost:8000/v1", "http://localhost:8000"),
    ("localhost:8000", "http://localhost:8000/v1", "http://localhost:8000"),
    ("localhost", "http://localhost/v1", "http://localhost"),
    ("gpu-box", "http://gpu-box/v1", "http://gpu-box"),
    ("gpu.local/v1", "http://gpu.local/v1", "http://gpu.local"),
    ("192.168.1.5", "http://192.168.1.5/v1", "http://192.168.1.5"),
    ("llm.example.com:8443", "http://llm.example.com:8443/v1", "http://llm.example.com:8443"),
    ("api.openai.com", "https://api.openai.com/v1", "https://api.openai.com"),
    ("8.8.8.8", "https://8.8.8.8/v1", "https://8.8.8.8"),
    ("0.0.0.0:8000", "http://127.0.0.1:8000/v1", "http://127.0.0.1:8000"),
    ("http://[::]:8000", "http://[::1]:8000/v1", "http://[::1]:8000"),
    ("http://[::1]:8000/v1", "http://[::1]:8000/v1", "http://[::1]:8000"),
    ("::1", "http://[::1]/v1", "http://[::1]"),
    ("fd00::5/v1", "http://[fd00::5]/v1", "http://[fd00::5]"),
    ("  'http://h:1/v1'  ", "http://h:1/v1", "http://h:1"),
    ("“http://h:1”", "http://h:1/v1", "http://h:1"),
    ("<http://h:1>", "http://h:1/v1", "http://h:1"),
    ("http://h:1/v1#top", "http://h:1/v1", "http://h:1"),
    ("http://h:1/v1?x=1", "http://h:1/v1", "http://h:1"),
    ("http://h:1/v1/chat/completions", "http://h:1/v1", "http://h:1"),
    ("http://h:1/v1/completions/", "http://h:1/v1", "http://h:1"),
    ("http://h:1/v1/models", "http://h:1/v1", "http://h:1"),
    ("http://h:1/v1/embeddings", "http://h:1/v1", "http://h:1"),
    ("http://h:1/v1/responses", "http://h:1/v1", "http://h:1"),
    ("https://api.anthropic.com/v1/messages", "https://api.anthropic.com/v1", "https://api.anthropic.com"),
    ("http://localhost:11434/api", "http://localhost:11434/v1", "http://localhost:11434/api"),
    ("http://localhost:11434/api/chat", "http://localhost:11434/v1", "http://localhost:11434/api/chat"),
    ("http://localhost:11434/api/tags", "http://localhost:11434/v1", "http://localhost:11434/api/tags"),
    ("https://openrouter.ai/api/v1", "https://openrouter.ai/api/v1", "https://openrouter.ai/api"),
    ("https://host.example/openai/v1", "https://host.example/openai/v1", "https://host.example/openai"),
    ("https://host.example/v1beta/openai", "https://host.example/v1beta/openai", "https://host.example/v1beta/openai"),
    ("https://me:pw@host.example/llm", "https://me:pw@host.example/llm", "https://me:pw@host.example/llm"),
    ("", "", ""),
    ("   ", "", ""),
]  # fmt: skip


@pytest.mark.parametrize(("typed", "versioned", "root"), TYPED, ids=[typed or "nothing" for typed, _, _ in TYPED])
def test_canonical(typed: str, versioned: str, root: str) -> None:
    assert with_version(typed) == versioned
    assert without_version(typed) == root


@pytest.mark.parametrize("versioned", sorted({versioned for _, versioned, _ in TYPED}))
def test_canonical_addresses_stay(versioned: str) -> None:
    assert with_version(versioned) == versioned


def test_what_stands_under_a_gateways_api_stays() -> None:
    root = without_version("https://openrouter.ai/api/v1/messages")
    assert without_version(root) == root == "https://openrouter.ai/api"


@pytest.mark.parametrize("typed", ["http://[::1", "http://h:port", "http://", "://x"])
def test_what_is_no_address_is_left_to_the_first_request(typed: str) -> None:
    assert without_version(typed) == typed


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("host.example/chat/completions/", "https://host.example/chat/completions"),
        (" localhost:8000//v1/completions ", "http://localhost:8000/v1/completions"),
        ("https://host.example?x=1#y", "https://host.example"),
        ("http://[::1", "http://[::1"),
    ],
)
def test_the_whole_address(typed: str, expected: str) -> None:
    assert whole(typed) == expected


def test_the_parts_of_an_address() -> None:
    assert (host_of("https://me@host.example:1/a/b?x"), path_of("https://me@host.example:1/a/b?x")) == (
        "host.example", "/a/b",
    )  # fmt: skip
    assert (host_of("http://[::1"), path_of("http://[::1")) == ("", "")


def test_joining_keeps_the_path() -> None:
    assert join("http://h/openai/v1/", "/chat/completions") == "http://h/openai/v1/chat/completions"


def test_the_other_form() -> None:
    assert other_form("http://h/v1") == "http://h"
    assert other_form("http://h/x") == "http://h/x/v1"
