"""Finding in the conversation that is shown."""

from __future__ import annotations

from chat_studio.ui.transcript.view import Transcript
from chat_studio.ui.window import MainWindow


class Finding:
    """Lets the find bar of the window step through the transcript. It begins with what is selected there."""

    def __init__(self, window: MainWindow, transcript: Transcript) -> None:
        self._window = window
        self._bar = window.find_bar
        self._transcript = transcript
        self._bar.opening.connect(lambda: self._bar.suggest(transcript.selections.selected_words()))
        self._bar.step_requested.connect(lambda text, forward: transcript.find_text(text, forward=forward))
        self._bar.ended.connect(self._end)
        transcript.found.connect(self._bar.show_place)
        transcript.search_requested.connect(lambda _: self._bar.open())

    def _end(self) -> None:
        self._transcript.clear_find()
        if not self._bar.isVisible():
            (self._bar.focus_before() or self._window.composer).setFocus()
