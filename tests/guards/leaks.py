"""What a test starts, it ends: tasks and threads that outlive it fail it."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Iterator

import pytest
from pytest_asyncio import is_async_test

GRACE = 5.0
"""Seconds for what is ending already; nothing waits for them unless something leaks."""


@pytest.fixture(autouse=True)
def no_leaked_threads() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    deadline = time.monotonic() + GRACE
    for thread in set(threading.enumerate()) - before:
        if isinstance(thread, threading._DummyThread):  # a thread of Qt's that ran some Python
            continue
        thread.join(max(0, deadline - time.monotonic()))
        if thread.is_alive():
            pytest.fail(f"The test left a thread running: {thread!r}")


@pytest.fixture(autouse=True)
def guarded_tasks(request: pytest.FixtureRequest, no_leaked_threads: None) -> None:
    """Makes the event loop after the thread guard, so that the loop's own threads have ended when that looks."""
    if is_async_test(request.node):
        request.getfixturevalue("no_leaked_tasks")


@pytest.fixture
async def no_leaked_tasks() -> AsyncIterator[None]:
    yield
    running = asyncio.all_tasks() - {asyncio.current_task()}
    _, left = (await asyncio.wait(running, timeout=GRACE)) if running else ((), ())
    if left:
        pytest.fail("The test left tasks running: " + "; ".join(repr(task) for task in left))
