"""The guards themselves: each is provoked in a test run of its own, and must fail what provoked it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parent

PROVOKED = """
import asyncio, contextlib, gc, logging, socket, threading, warnings
import pytest
from PySide6 import QtCore


async def test_connection_to_another_machine():
    with contextlib.suppress(OSError):
        socket.create_connection(("192.0.2.1", 80))


async def test_connection_by_asyncio():
    with contextlib.suppress(OSError):
        await asyncio.open_connection("192.0.2.1", 80)


async def test_name_lookup():
    with contextlib.suppress(OSError):
        await asyncio.open_connection("example.org", 80)


async def test_forgotten_task(request):
    request.config.kept = asyncio.create_task(asyncio.Event().wait())


def test_forgotten_thread():
    threading.Thread(target=threading.Event().wait, daemon=True).start()


async def test_forgotten_coroutine():
    asyncio.sleep(0)
    gc.collect()


def test_unexpected_log():
    logging.getLogger("chat_studio.history").warning("the disk is full")


@pytest.mark.expects_log("the disk is full")
def test_log_that_never_came():
    pass


def test_warning_of_python():
    warnings.warn("old", DeprecationWarning)


def test_warning_of_qt():
    QtCore.qWarning("no such slot")


@pytest.mark.expects_log("WARNING chat_studio: .* full")
async def test_allowed():
    logging.getLogger("chat_studio").warning("the disk is full")
    with pytest.raises(socket.gaierror):
        await asyncio.open_connection("no-such-host.invalid", 80)
    server = await asyncio.start_server(lambda reader, writer: writer.close(), "127.0.0.1", 0)
    async with server:
        address = server.sockets[0].getsockname()
        reader, writer = await asyncio.open_connection("localhost", address[1], family=socket.AF_INET)
        assert await reader.read() == b""
        writer.close()
        await writer.wait_closed()
"""

COMPLAINTS = {
    "test_connection_to_another_machine": "reached for the network",
    "test_connection_by_asyncio": "reached for the network",
    "test_name_lookup": "lookup of 'example.org'",
    "test_forgotten_task": "left tasks running",
    "test_forgotten_thread": "left a thread running",
    "test_forgotten_coroutine": "coroutine object sleep",
    "test_unexpected_log": "WARNING chat_studio.history: the disk is full",
    "test_log_that_never_came": "never came: the disk is full",
    "test_warning_of_python": "DeprecationWarning: old",
    "test_warning_of_qt": "",  # pytest-qt gives no reason in the summary
}


@pytest.fixture(scope="module")
def complaints(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What was said of each test that failed."""
    folder = tmp_path_factory.mktemp("provoked")
    (folder / "test_provoked.py").write_text(PROVOKED)
    configuration = ["-c", str(TESTS.parent / "pyproject.toml"), "--rootdir", str(folder), "-p", "no:cacheprovider"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *configuration, "-p", "conftest", "-rfE", "-q", str(folder)],
        env={**os.environ, "PYTHONPATH": str(TESTS), "COLUMNS": "500"},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    found = re.findall(r"^(?:FAILED|ERROR) \S+::(\w+)(?: - (.*))?", done.stdout, re.MULTILINE)
    assert found, done.stdout + done.stderr
    return dict(found)


@pytest.mark.parametrize("test", COMPLAINTS)
def test_what_is_forbidden_fails(complaints: dict[str, str], test: str) -> None:
    assert COMPLAINTS[test] in complaints[test]


def test_what_is_allowed_passes(complaints: dict[str, str]) -> None:
    assert set(complaints) == set(COMPLAINTS)
