"""What people paste for an address, and the address in it."""

from __future__ import annotations

import pytest

from chat_studio.connections.detect import detect
from chat_studio.connections.pasted import address_in
from chat_studio.errors import ConfigurationError

ADDRESS = "http://localhost:8000/v1"
KEY = "sk-proj-1234567890abcdef"


@pytest.mark.parametrize(
    "pasted",
    [
        ADDRESS,
        f"  {ADDRESS}\n",
        f'"{ADDRESS}"',
        f"'{ADDRESS}',",
        f"“{ADDRESS}”.",
        f"<{ADDRESS}>",
        f"({ADDRESS})".lstrip("("),
        f"OPENAI_BASE_URL={ADDRESS}",
        f'export OPENAI_BASE_URL="{ADDRESS}"',
        f'base_url="{ADDRESS}",',
        f'"base_url": "{ADDRESS}",',
        f"Base URL: {ADDRESS}",
        "http:/localhost:8000/v1",
        "http//localhost:8000/v1",
        f"curl {ADDRESS} -H 'Content-Type: application/json' -d '{{\"model\": \"x\"}}'",
        f"curl -X POST '{ADDRESS}' -H 'Authorization: Bearer {KEY}'",
        f'curl -x http://proxy:3128 --location "{ADDRESS}" \\\n  -d "http://elsewhere/"',
        f"curl '{ADDRESS}' -d '{{\"cut off",
    ],
)
def test_an_address_is_found_in_what_stands_around_it(pasted: str) -> None:
    assert address_in(pasted) == ADDRESS


@pytest.mark.parametrize(
    ("pasted", "address"),
    [
        ("curl -X POST localhost:8000/v1/models -H 'A: b.c'", "localhost:8000/v1/models"),
        ("curl [::1]:8000", "[::1]:8000"),
        (f"curl -u me:{KEY} -H 'X-Key:{KEY}' localhost:8000 -H 'Authorization: Bearer a.{KEY}'", "localhost:8000"),
        (":8000", "localhost:8000"),
        ("8000/v1", "localhost:8000/v1"),
        ("http://[::1]:8000", "http://[::1]:8000"),
        ("10.0.0.1", "10.0.0.1"),
        ("HTTP://HOST:8000", "HTTP://HOST:8000"),
        ("open ai", "open ai"),
        ("curl --help", "curl --help"),
        ("", ""),
    ],
)
def test_an_address_without_scheme_is_one_too_and_what_is_none_stays(pasted: str, address: str) -> None:
    assert address_in(pasted) == address


@pytest.mark.parametrize("pasted", ["http://lo calhost", f"{ADDRESS} http://localhost:1234", "ftp://localhost"])
def test_nothing_is_chosen_of_what_is_no_single_address(pasted: str) -> None:
    assert address_in(pasted) == pasted


async def test_a_long_text_is_told_in_short() -> None:
    with pytest.raises(ConfigurationError) as caught:
        await detect("two words " * 100_000)
    assert len(caught.value.message) < 120
