"""What stands behind the messages of the transcript: who answers their questions, and does what they ask for."""

from __future__ import annotations

from chat_studio.studio import Studio
from chat_studio.ui.aio import spawn
from chat_studio.ui.chat import Chat
from chat_studio.ui.costs import Costs
from chat_studio.ui.message_deeds import MessageDeeds
from chat_studio.ui.message_facts import MessageFacts
from chat_studio.ui.model_source import ModelSource
from chat_studio.ui.routes import Routes
from chat_studio.ui.speech import Speaker
from chat_studio.ui.transcript.host import MessageHost
from chat_studio.ui.transcript.view import Transcript
from chat_studio.ui.window import MainWindow


class Surroundings:
    """Serves the host of one transcript, for as long as the window lives."""

    def __init__(
        self,
        window: MainWindow,
        transcript: Transcript,
        host: MessageHost,
        chat: Chat,
        routes: Routes,
        models: ModelSource,
        studio: Studio,
    ) -> None:
        self._window = window
        self.speaker = Speaker(window)
        self.speaker.failed.connect(lambda reason: window.notices.tell(f"Nothing can be read aloud: {reason}", "error"))
        costs = Costs(routes.find, models, window)
        self._facts = MessageFacts(host, chat, routes, costs, self.speaker, studio.history)
        self._deeds = MessageDeeds(window, transcript, host, chat, routes, studio.sessions, self.speaker)

    def look(self) -> None:
        """Finds out, in the background, whether this computer can speak."""
        spawn(self.speaker.look(), self._window, "look for a voice")

    def close(self) -> None:
        """Ends what is read aloud."""
        self.speaker.close()
