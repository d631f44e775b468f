"""The process that makes PDFs: a long page takes seconds to lay out, which no window may wait for."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path

from chat_studio.errors import ExportFailed
from chat_studio.exchange.threads import in_thread

ARGUMENT = "--make-pdf"
"""`__main__` starts what makes PDFs by it; not for people."""


class PdfProcess:
    """Makes one PDF after the other. The process is this program again, started by the first; it needs no display."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._killed: list[subprocess.Popen[str]] = []

    @property
    def pid(self) -> int | None:
        """The process, while there is one."""
        return self._process.pid if self._process is not None else None

    async def write(self, page: Path, pdf: Path) -> None:
        """Makes a PDF of an HTML file. Raises ExportFailed. Cancelling ends the process."""
        answer = await in_thread(lambda: self._ask(page, pdf), self._kill)
        if answer:
            raise ExportFailed(
                "The PDF could not be made.", hint="Export a web page, and print it into a PDF.", detail=answer
            )

    async def aclose(self) -> None:
        ending = [*self._killed, *([self._process] if self._process is not None else [])]
        self._process = None
        self._killed.clear()
        for process in ending:
            await asyncio.to_thread(process.communicate)

    def _ask(self, page: Path, pdf: Path) -> str:
        """What went wrong, or ""."""
        if self._process is not None and self._process.poll() is not None:
            self._kill()  # it is gone already, and the next one may do better
        process = self._process = self._process or _start()
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("a process without pipes")
        try:
            process.stdin.write(json.dumps({"page": str(page), "pdf": str(pdf)}) + "\n")
            process.stdin.flush()
            line = process.stdout.readline()
        except OSError as error:
            return str(error)
        if not line:
            return f"The process that makes PDFs ended with code {process.wait()}."
        return str(json.loads(line).get("error", ""))

    def _kill(self) -> None:
        """Ends the process in the middle of its work; the next page starts another."""
        if self._process is not None:
            process, self._process = self._process, None
            process.kill()
            self._killed.append(process)


def _start() -> subprocess.Popen[str]:
    program = [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "chat_studio"]
    return subprocess.Popen(  # noqa: S603 - this program itself
        [*program, ARGUMENT],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )
