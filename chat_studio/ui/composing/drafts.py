"""What was typed and not sent, kept for each conversation while the program runs."""

from __future__ import annotations

from chat_studio.ui.composing.composer import Composer


class Drafts:
    """Swaps the composer's text when another conversation is shown; "" is the one that has not begun."""

    def __init__(self, composer: Composer) -> None:
        self._composer = composer
        self._current = ""
        self._texts: dict[str, str] = {}

    def switch(self, conversation_id: str) -> None:
        if conversation_id == self._current:
            return
        self._texts[self._current] = self._composer.text
        self._current = conversation_id
        self._composer.set_text(self._texts.pop(conversation_id, ""))

    def rename(self, conversation_id: str) -> None:
        """The conversation that is shown has an id now."""
        self._current = conversation_id

    def sent(self, conversation_id: str, question: str) -> None:
        """A question is stored: it leaves the composer, or the draft if another conversation is shown by now."""
        if conversation_id == self._current:
            self._composer.take_sent(question)
        else:
            self._texts[conversation_id] = self._texts.get(conversation_id, "").removeprefix(question)
