"""Finding in the conversation that is shown."""

from __future__ import annotations

from chat_studio.ui.transcript.view import Transcript
from chat_studio.ui.window import MainWindow


class Finding:
    """Lets the find bar of the window step through the transcript."""

    def __init__(self, window: MainWindow, transcript: Transcript) -> None:
        self._window = window
        self._transcript = transcript
        window.find_bar.step_requested.connect(self._find)
        window.find_bar.ended.connect(self._end)

    def _find(self, text: str, forward: bool) -> None:
        self._window.find_bar.show_place(*self._transcript.find_text(text, forward=forward))

    def _end(self) -> None:
        self._transcript.clear_find()
        if not self._window.find_bar.isVisible():
            self._window.composer.setFocus()
