"""The program that is killed, started once for many kills."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from durability.killing import Victim


@pytest.fixture(scope="session")
def victim() -> Iterator[Victim]:
    victim = Victim()
    yield victim
    victim.close()
