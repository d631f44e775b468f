"""The middle of the editor: one connection's title, fields and actions."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from chat_studio.connections.draft import Draft
from chat_studio.ui.appearance import DEFAULT_FONT_SIZE, Appearance
from chat_studio.ui.connections.actions import Actions
from chat_studio.ui.connections.limits_section import LimitsSection
from chat_studio.ui.connections.main_section import MainSection
from chat_studio.ui.connections.network import NetworkSection
from chat_studio.ui.connections.options_section import OptionsSection
from chat_studio.ui.connections.rest_section import RestSection
from chat_studio.ui.connections.section import LABEL_WIDTH
from chat_studio.ui.widgets.labels import ElidedLabel, Line

MAX_WIDTH = 720
STACKED_BELOW = 500
"""Width from which labels have room beside their fields, in type of the usual size."""
MARGIN = 28
SCROLL_BAR = 12
"""Its width in the style sheet."""


class ConnectionForm(QWidget):
    """Shows a draft with what is wrong in it. The actions stay in sight when the fields must be scrolled.

    Signals:
        edited(str, object): the user changed the field of this name to this value.
    """

    edited = Signal(str, object)

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance
        self._title = ElidedLabel(role="heading")
        self._title.setObjectName("connectionTitle")
        self.main = MainSection(appearance)
        limits, rest, options = LimitsSection(appearance), RestSection(appearance), OptionsSection(appearance)
        self._network = NetworkSection(appearance)
        self._sections = (self.main, limits, rest, options, self._network)
        self.footer = Actions()
        self._content = self._fields()
        self._scroll = _Scroll(self._content)
        self._lay_out()
        for section in self._sections:
            section.edited.connect(self.edited)
        appearance.changed.connect(self._arrange)
        self._arrange()

    def show_draft(self, draft: Draft) -> None:
        self._title.setText(draft.name.strip() or "New connection")
        for section in self._sections:
            section.show_draft(draft)
        self.footer.show_draft(draft)

    def start_at_top(self) -> None:
        """For another connection: scrolls up and folds up."""
        self._network.fold_up()
        self._scroll.verticalScrollBar().setValue(0)

    def minimumSizeHint(self) -> QSize:
        """As narrow as the actions are, with labels above their fields."""
        return QSize(self.footer.narrowest + 2 * MARGIN, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()
        super().resizeEvent(event)

    def _arrange(self) -> None:
        """Larger type needs more room: for the labels, and until they stand beside their fields."""
        size = self._appearance.font_size / DEFAULT_FONT_SIZE
        stacked = self.width() < STACKED_BELOW * size
        for part in (*self._sections, self.footer):
            part.set_stacked(stacked=stacked, label_width=round(LABEL_WIDTH * max(1, size)))
        self._content.setMaximumWidth(round(MAX_WIDTH * max(1, size)))
        self.footer.setMaximumWidth(self._content.maximumWidth())

    def _fields(self) -> QWidget:
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(MARGIN, 0, MARGIN - SCROLL_BAR, 12)
        layout.setSpacing(10)
        for section in self._sections:
            layout.addWidget(section)
        return content

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(MARGIN, 20, MARGIN, 14)
        head.addWidget(self._title)
        self.footer.setContentsMargins(MARGIN, 12, MARGIN, 20)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(self._scroll)
        layout.addWidget(self._scroll.border)
        layout.addWidget(self.footer)
        layout.addStretch()


class _Scroll(QScrollArea):
    """As high as what it holds, as long as there is room. `border` is a line below it while there is not."""

    def __init__(self, content: QWidget) -> None:
        super().__init__()
        self._content = content
        self.border = Line()
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(content)
        content.setAutoFillBackground(False)
        content.setContentsMargins(0, 0, SCROLL_BAR, 0)
        content.installEventFilter(self)
        self.verticalScrollBar().rangeChanged.connect(self._make_room_for_bar)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Resize):
            self.updateGeometry()
        return super().eventFilter(watched, event)

    def sizeHint(self) -> QSize:
        content = self._content
        width = min(self.viewport().width(), content.maximumWidth())
        height = content.heightForWidth(width) if content.hasHeightForWidth() else content.sizeHint().height()
        return QSize(content.sizeHint().width(), height)

    def minimumSizeHint(self) -> QSize:
        return QSize(self._content.minimumSizeHint().width(), 120)

    def _make_room_for_bar(self, least: int, most: int) -> None:
        """The bar stands in the margin: the fields keep their width."""
        scrolls = most > least
        self._content.setContentsMargins(0, 0, 0 if scrolls else SCROLL_BAR, 0)
        self.border.setVisible(scrolls)
