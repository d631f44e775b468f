"""Reading `llm_connections.json`, whatever state it is in."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from chat_studio.connections.document import Document
from chat_studio.connections.entries import read_entries
from chat_studio.connections.model import Connection, Entry
from chat_studio.connections.secrets import is_literal
from chat_studio.connections.sharing import Copies
from chat_studio.errors import FileUnusable

MAX_BYTES = 5 * 1024 * 1024
"""A thousand connections take about 300 kB; more than this is no file of connections."""

Stamp = tuple[int, int, int]


@dataclass(frozen=True)
class Reading:
    """What one look at the file gave.

    With a `problem` the document is another one that serves meanwhile. `unreadable` is then what the file holds, to be
    kept aside before anything is written; None where the file itself must not be touched (`is_locked`).
    """

    document: Document = field(repr=False)
    text: str = field(repr=False)
    entries: tuple[Entry, ...]
    stamp: Stamp | None
    notices: tuple[str, ...] = ()
    problem: FileUnusable | None = None
    unreadable: bytes | None = field(default=None, repr=False)

    @property
    def is_missing(self) -> bool:
        """Whether there is no file yet."""
        return self.stamp is None and self.problem is None

    @property
    def is_locked(self) -> bool:
        """Whether the file could not be looked into, so that writing it could destroy what it holds."""
        return self.problem is not None and self.unreadable is None


class FileReader:
    """Reads the file, and falls back to the last good version known to this program, to a copy, to the sample."""

    def __init__(self, path: Path, sample: Path, copies: Copies) -> None:
        self._path = path
        self._sample = sample
        self._copies = copies
        self._good = ""

    def read(self) -> Reading:
        """Never fails for the state of the file; one that does not exist reads as the sample."""
        stamp = self.stamp()
        try:
            content = self._content()
        except FileNotFoundError:
            return self._reading(self.sample_text(), None)
        except FileUnusable as problem:
            return self._without_file(problem, stamp, None)
        try:
            return self._reading(_decoded(content, self._path.name), stamp)
        except FileUnusable as problem:
            return self._without_file(problem, stamp, content)

    def stamp(self) -> Stamp | None:
        """What changes when the file does; None when it cannot be seen."""
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino

    def sample_text(self) -> str:
        return self._sample.read_text(encoding="utf-8-sig")

    def _content(self) -> bytes:
        try:
            with self._path.open("rb") as file:
                content = file.read(MAX_BYTES + 1)
        except FileNotFoundError:
            raise
        except OSError as error:
            raise FileUnusable(
                f"{self._path.name} cannot be read: {(error.strerror or 'the system refused').lower()}.",
                hint=f"Make {self._path} a file that you may read.",
                detail=str(error),
            ) from error
        if len(content) > MAX_BYTES:
            size = self._path.stat().st_size / 1024**2
            raise FileUnusable(
                f"{self._path.name} is too large: {size:,.0f} MB, where {MAX_BYTES // 1024**2} MB is the limit.",
                hint=f"Is it the right file? Move {self._path} away, or shorten it.",
            )
        return content

    def _reading(self, text: str, stamp: Stamp | None) -> Reading:
        document = Document.parse(text, self._path.name)
        entries = read_entries(document)
        self._good = text
        notices = [
            f"The key of “{entry.name}” stands in {self._path.name} in plain text; it leaves the file when the "
            "connection is saved."
            for entry in entries
            if isinstance(entry, Connection) and is_literal(entry.api_key)
        ]
        if document.lacks_array:
            notices.append(f"{self._path.name} has no list “connections”; it gets one with the first that you add.")
        return Reading(document, text, entries, stamp, tuple(notices))

    def _without_file(self, problem: FileUnusable, stamp: Stamp | None, unreadable: bytes | None) -> Reading:
        name, text, document = self._substitute()
        problem.hint = problem.hint or f"Correct {self._path} in a text editor; the program notices it by itself."
        notice = f"{problem.message} Meanwhile {name} serves."
        return Reading(document, text, read_entries(document), stamp, (notice,), problem, unreadable)

    def _substitute(self) -> tuple[str, str, Document]:
        """A name, text and document to work with."""
        candidates = [("the version read before", self._good)] if self._good else []
        for name, text in (*candidates, *((f"the copy {name}", text) for name, text in self._copies.texts())):
            try:
                return name, text, Document.parse(text, name)
            except FileUnusable:  # a copy may be damaged as well: the next older one is tried
                continue
        text = self.sample_text()
        return "the sample", text, Document.parse(text, self._sample.name)


def _decoded(content: bytes, name: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise FileUnusable(
            f"{name} is not UTF-8 text: line {line} has a byte that does not belong there.", detail=str(error)
        ) from None
