"""Reading aloud, by the program that the system has for it."""

from __future__ import annotations

import asyncio
import re
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, QProcess, Signal

LONGEST_LINE = 1000
"""Bytes of a line that are surely spoken whole: `spd-say` reads its input in pieces of some thousand."""
_ENDING_MILLISECONDS = 200
_WINDOWS = (
    "[Console]::InputEncoding = [Text.Encoding]::UTF8; Add-Type -AssemblyName System.Speech; "
    "(New-Object System.Speech.Synthesis.SpeechSynthesizer).Speak([Console]::In.ReadToEnd())"
)
_SENTENCE = re.compile(r"(?<=[.!?…。！？])\s+|\n+")


@dataclass(frozen=True)
class Voice:
    """A program that speaks what it reads from its standard input, and ends then.

    `silence` is a command that stops what goes on speaking when the program is gone: `spd-say` only hands its words to
    a service, in lines.
    """

    command: tuple[str, ...]
    silence: tuple[str, ...] = ()
    by_lines: bool = False


def find_voice(platform: str = sys.platform) -> Voice | None:
    """The voice of this computer, None if it has none. Reads the directories of programs: call it in a thread."""
    if platform == "darwin":
        return _if_there(Voice(("say",)))
    if platform == "win32":
        return _if_there(Voice(("powershell", "-NoProfile", "-NonInteractive", "-Command", _WINDOWS)))
    return _if_there(Voice(("espeak-ng", "--stdin", "-b", "1"))) or _if_there(
        Voice(("spd-say", "--pipe-mode", "--wait"), silence=("spd-say", "--stop"), by_lines=True)
    )


class Speaker(QObject):
    """Speaks one text at a time.

    Signals:
        changed(): `speaking` or `can_speak` is another one.
        failed(str): the program could not be started, and why.
    """

    changed = Signal()
    failed = Signal(str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._voice: Voice | None = None
        self._process: QProcess | None = None
        self.speaking = ""
        """The name under which the text was given that is spoken now, "" while all is quiet."""

    @property
    def can_speak(self) -> bool:
        return self._voice is not None

    async def look(self) -> None:
        """Finds out whether this computer can speak."""
        self._voice = await asyncio.to_thread(find_voice)
        self.changed.emit()

    def toggle(self, name: str, text: str) -> None:
        """Speaks a text; stops it, if it is this one that is spoken."""
        was = self.speaking
        self.stop()
        if was != name and text.strip() and self._voice is not None:
            self._start(name, text, self._voice)

    def close(self) -> None:
        """Ends with the program; waits for a moment until the other one is gone."""
        process = self._process
        self.stop()
        if process is not None:
            process.waitForFinished(_ENDING_MILLISECONDS)

    def stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.finished.disconnect(self._on_ended)
        process.errorOccurred.disconnect(self._on_error)
        process.finished.connect(process.deleteLater)
        process.kill()
        if self._voice is not None and self._voice.silence:
            QProcess.startDetached(self._voice.silence[0], list(self._voice.silence[1:]))
        self._say("")

    def _start(self, name: str, text: str, voice: Voice) -> None:
        process = QProcess(self)
        process.setStandardOutputFile(QProcess.nullDevice())
        process.setStandardErrorFile(QProcess.nullDevice())
        process.finished.connect(self._on_ended)
        process.errorOccurred.connect(self._on_error)
        self._process = process
        process.start(voice.command[0], list(voice.command[1:]))
        process.write(("\n".join(_lines(text)) + "\n" if voice.by_lines else text).encode())
        process.closeWriteChannel()
        self._say(name)

    def _on_ended(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.deleteLater()
            self._say("")

    def _on_error(self, error: QProcess.ProcessError) -> None:
        """Other errors are followed by the end of the program."""
        if error is QProcess.ProcessError.FailedToStart and self._process is not None:
            self.failed.emit(self._process.errorString())
            self._on_ended()

    def _say(self, name: str) -> None:
        if name != self.speaking:
            self.speaking = name
            self.changed.emit()


def _lines(text: str) -> Sequence[str]:
    """Sentences, one a line. A line that begins with `!-!` would be a command of `spd-say`."""
    pieces = (part for sentence in _SENTENCE.split(text) for part in _bounded(" ".join(sentence.split())))
    return [piece.removeprefix("!-!") for piece in pieces if any(map(str.isalnum, piece))]


def _bounded(sentence: str) -> Sequence[str]:
    """A sentence in pieces of at most LONGEST_LINE bytes, whatever it is written in."""
    most = LONGEST_LINE // 4
    return [sentence[at : at + most] for at in range(0, len(sentence), most)]


def _if_there(voice: Voice) -> Voice | None:
    return voice if shutil.which(voice.command[0]) else None
