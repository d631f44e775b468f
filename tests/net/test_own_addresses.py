from __future__ import annotations

import pytest

from chat_studio.net.listening import is_own_address


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_loopback_is_this_computers_own(address: str) -> None:
    assert is_own_address(address)


@pytest.mark.parametrize("address", ["203.0.113.7", "2001:db8::7", "localhost", "", "nonsense"])
def test_others_are_not(address: str) -> None:
    assert not is_own_address(address)
