"""All conversations of a file, one after the other, whichever program wrote it: told by their shapes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Iterator, Mapping

from pydantic import ValidationError

from chat_studio.errors import ImportFailed
from chat_studio.exchange import document, loose
from chat_studio.exchange.elements import DEEPEST, LONGEST, Element
from chat_studio.exchange.foreign import chatgpt, claude, open_webui
from chat_studio.exchange.foreign.format import ForeignFormat, Reading
from chat_studio.exchange.losses import Losses
from chat_studio.exchange.source import Source
from chat_studio.history.records import Folder
from chat_studio.history.whole import Whole

FORMATS: tuple[ForeignFormat, ...] = (chatgpt.FORMAT, claude.FORMAT, open_webui.FORMAT)
OWN = "Chat Studio"

_FAULTS = {
    "too long": f"Conversations of more than {LONGEST // 1024**2} million characters were left out.",
    "too deep": f"Conversations nested deeper than {DEEPEST} levels were left out.",
    "missing": "The file ends in the middle, or is damaged there: what comes after was left out. Download it again.",
}
_MALFORMED = "Conversations that are no correct JSON were left out."
_UNKNOWN = "Entries that are no conversation of a known program were left out."
_EMPTY = "Conversations without messages were left out."


class Reader:
    """Reads once. What it comes upon is told by its attributes, complete at the end.

    Iterating raises ImportFailed when the file holds no conversations of a known program, or a newer version wrote it.
    """

    def __init__(self, source: Source) -> None:
        self.losses = Losses()
        self.folders: dict[str, Folder] = {}
        self._source = source
        self._labels: Counter[str] = Counter()
        self._members: dict[str, object] = {}
        self._size = 0
        self._is_own = False
        self._count = 0

    @property
    def label(self) -> str:
        """The program that wrote the file; that of most conversations, should it be several."""
        return self._labels.most_common(1)[0][0] if self._labels else ""

    def __iter__(self) -> Generator[Whole, None, None]:
        for text in self._source.texts():
            yield from self._text(text)
        if not self._labels and not self._source.stop.is_set():
            raise self._refusal()

    def _text(self, elements: Iterator[Element]) -> Iterator[Whole]:
        self._members, self._size, self._is_own, before = {}, 0, False, self._count
        for element in elements:
            if element.kind == "member":
                self._keep(element.text)
                continue
            if self._count == before:
                self._read_header()
            self._count += 1
            yield from self._element(element)
        if self._count == before and not self._source.stop.is_set():
            yield from self._outermost()

    def _element(self, element: Element) -> Iterator[Whole]:
        if element.kind in _FAULTS:
            self.losses.add(_FAULTS[element.kind], f"number {self._count}")
            return
        value = self._value(element.text)
        if value is not None:
            yield from self._conversation(value)

    def _conversation(self, value: Mapping[str, object]) -> Iterator[Whole]:
        if self._is_own:
            yield from self._own(value)
            return
        found = next((one for one in FORMATS if one.fits(value)), None)
        if found is None:
            self.losses.add(_UNKNOWN, loose.text(value.get("title")) or ", ".join(value))
            return
        self._labels[found.label] += 1
        whole = found.read(value, Reading(self._source.assets, self.losses))
        if whole is None:
            self.losses.add(_EMPTY, loose.text(value.get("title")) or loose.text(value.get("name")))
        else:
            yield whole

    def _own(self, value: Mapping[str, object]) -> Iterator[Whole]:
        try:
            yield document.read(value)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            place = ".".join(map(str, first["loc"]))
            title = loose.text(value.get("title")) or f"number {self._count}"
            self.losses.add("Conversations that are not as they should be were left out.", f"{place} of “{title}”")

    def _value(self, text: str) -> Mapping[str, object] | None:
        try:
            value = document.loads(text)
        except (ValueError, RecursionError):
            self.losses.add(_MALFORMED, f"number {self._count}")
            return None
        if not isinstance(value, dict):
            self.losses.add(_UNKNOWN, text)
            return None
        return value

    # -- the outermost object --------------------------------------------------------------------------------

    def _keep(self, text: str) -> None:
        """Remembers a member of the outermost object: of a header, or of a file that is one conversation."""
        self._size += len(text)
        if self._size > LONGEST:
            self._members.clear()
            return
        try:
            self._members |= loose.mapping(document.loads(f"{{{text}}}"))
        except (ValueError, RecursionError):
            self.losses.add("Parts of the file that are no correct JSON were left out.", text)

    def _read_header(self) -> None:
        if self._members.get("format") != document.FORMAT:
            return
        version = self._members.get("version")
        if isinstance(version, int) and version > document.VERSION:
            raise ImportFailed(
                f"{self._source.name} was written by a newer version of Chat Studio.",
                hint="Update Chat Studio, and import it again.",
                detail=f"version {version}, this program knows {document.VERSION}",
            )
        try:
            header = document.Header.model_validate(self._members)
        except ValidationError as error:
            raise ImportFailed(
                f"The beginning of {self._source.name} is not as it should be.",
                hint="docs/exchange.md describes what it must hold.",
                detail=str(error),
            ) from error
        self._is_own = True
        self._labels[OWN] += 1
        self.folders |= {entry.id: Folder(entry.id, entry.name) for entry in header.folders}

    def _outermost(self) -> Iterator[Whole]:
        """A file that is one conversation, or one of ours without any."""
        self._read_header()
        if not self._is_own and any(one.fits(self._members) for one in FORMATS):
            self._count += 1
            yield from self._conversation(self._members)

    def _refusal(self) -> ImportFailed:
        reasons = "\n".join(f"{loss.reason} ({loss.count})" for loss in self.losses)
        return ImportFailed(
            f"{self._source.name} holds no conversations of a program that Chat Studio knows.",
            hint="These are ChatGPT, Claude, Open WebUI and Chat Studio itself: choose conversations.json, or the ZIP "
            "archive that was sent.",
            detail=reasons,
        )
