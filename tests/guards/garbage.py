"""Garbage is collected after each test and at no other time.

So what it complains of (a file left open, a task destroyed while pending) is told of the test that left it, and no
worker thread happens to destroy a widget, which Qt forbids.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest


def pytest_collection_finish() -> None:
    gc.collect()
    gc.freeze()  # what the modules hold for ever need not be looked at again
    gc.disable()


@pytest.fixture(autouse=True)
def tidy(request: pytest.FixtureRequest) -> Iterator[None]:
    assert not gc.isenabled()
    yield
    gc.collect(2 if "qapp" in request.fixturenames else 1)  # a window's widgets grow old within their test
