"""Programs that come and go while another one writes to the same file."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from chat_studio.history.store import HistoryStore

WRITES_AND_DIES = """
import asyncio, os, pathlib, sys
from chat_studio.history.store import HistoryStore

async def live():
    history = HistoryStore(pathlib.Path(sys.argv[1]))
    await history.create_folder("before")
    await history.search("opens a second connection")
    print("ready", flush=True)
    sys.stdin.readline()
    await history.create_folder("after")
    os._exit(9)

asyncio.run(live())
"""


async def test_a_program_that_ends_takes_nothing_of_one_that_goes_on(tmp_path: Path) -> None:
    """The last to close a database removes its WAL. It must know that it is not the last."""
    path = tmp_path / "history.sqlite3"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", WRITES_AND_DIES, path, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout
    await process.stdout.readline()
    guest = HistoryStore(path)
    assert [found.name for found in await guest.folders()] == ["before"]
    await guest.aclose()
    await process.communicate(b"\n")
    after = HistoryStore(path)
    assert {found.name for found in await after.folders()} == {"before", "after"}
    await after.aclose()
