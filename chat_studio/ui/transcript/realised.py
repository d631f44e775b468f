"""The messages that have widgets at the moment."""

from __future__ import annotations

from collections.abc import Callable, ItemsView, ValuesView

from PySide6.QtWidgets import QWidget

from chat_studio.history.branch import Branch
from chat_studio.history.records import MessageRecord, MessageState
from chat_studio.messages import Role
from chat_studio.ui.appearance import Appearance
from chat_studio.ui.transcript.answer import AnswerWidget
from chat_studio.ui.transcript.host import MessageHost
from chat_studio.ui.transcript.message import MessageWidget
from chat_studio.ui.transcript.question import QuestionWidget
from chat_studio.ui.transcript.style import Drawn, TextStyle


class Realised:
    """Makes the widgets of messages, by their numbers, and gives them back."""

    def __init__(self, parent: QWidget, host: MessageHost) -> None:
        self._parent = parent
        self._host = host
        self._appearance = host.appearance
        self._drawn = Drawn()
        self._style = _style_of(host.appearance, self._drawn)
        self._widgets: dict[int, MessageWidget] = {}

    def __contains__(self, index: int) -> bool:
        return index in self._widgets

    def __len__(self) -> int:
        return len(self._widgets)

    def get(self, index: int) -> MessageWidget | None:
        return self._widgets.get(index)

    def items(self) -> ItemsView[int, MessageWidget]:
        return self._widgets.items()

    def values(self) -> ValuesView[MessageWidget]:
        return self._widgets.values()

    def make(self, index: int, record: MessageRecord, width: int) -> MessageWidget:
        if record.message.role is Role.USER:
            widget: MessageWidget = QuestionWidget(record, self._host, self._style, width, self._parent)
        else:
            widget = AnswerWidget(record, self._host, self._style, width, self._parent)
        self._widgets[index] = widget
        return widget

    def keep(self, wanted: Callable[[int, MessageWidget], bool]) -> None:
        """Gives back all widgets but those that are wanted."""
        for index in [index for index, widget in self._widgets.items() if not wanted(index, widget)]:
            self.discard(index)

    def streaming(self, branch: Branch) -> list[int]:
        """The running answers among them."""
        return [index for index in self._widgets if branch.state(index) is MessageState.STREAMING]

    def give_back(self, near: range, branch: Branch) -> None:
        """Gives back what is not near, but no running answer, and nothing in which something is selected."""
        streaming = self.streaming(branch)
        self.keep(lambda index, widget: index in near or index in streaming or widget.is_selected)

    def discard(self, index: int) -> None:
        widget = self._widgets.pop(index)
        widget.blockSignals(True)  # it may hear of something before it is gone
        widget.hide()
        widget.deleteLater()

    def restyle(self) -> None:
        """Takes the appearance's theme and fonts: all widgets are to be made again."""
        self._style = _style_of(self._appearance, self._drawn)
        self.keep(lambda *_: False)


def _style_of(appearance: Appearance, drawn: Drawn) -> TextStyle:
    return TextStyle.of(appearance.theme, appearance.body_font(), appearance.mono_font(), drawn)
