"""All that the sidebar shows and does, put together."""

from __future__ import annotations

from chat_studio.chat.sessions import Sessions
from chat_studio.history.store import HistoryStore
from chat_studio.ui.appearance import Appearance
from chat_studio.ui.chat import Chat
from chat_studio.ui.conversation_model import ConversationModel
from chat_studio.ui.filters import Filters
from chat_studio.ui.going import Going
from chat_studio.ui.library import Library
from chat_studio.ui.listing import Listing
from chat_studio.ui.organising import Organising
from chat_studio.ui.routes import Routes
from chat_studio.ui.scopes import Scopes
from chat_studio.ui.searching import Searching
from chat_studio.ui.window import MainWindow


class Shelf:
    """The list of conversations with what fills, searches and orders it."""

    def __init__(
        self,
        window: MainWindow,
        appearance: Appearance,
        model: ConversationModel,
        history: HistoryStore,
        sessions: Sessions,
        chat: Chat,
        routes: Routes,
    ) -> None:
        self.listing = listing = Listing(model, history, sessions, window)
        self.library = Library(window, model, listing, history, sessions, chat)
        self.organising = Organising(window, appearance, listing, self.library, history, sessions)
        self.scopes = Scopes(window, appearance, listing, self.organising, history)
        self.searching = Searching(window, model, listing, history)
        self.filters = Filters(window, history)
        self.going = Going(window, model, self.library, self.scopes, routes, history)
