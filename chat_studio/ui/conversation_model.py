"""The conversations as a list for the sidebar: grouped by day, filtered, with what a search found in messages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

if TYPE_CHECKING:
    from chat_studio.history.records import ConversationRecord, SearchHit

Index = QModelIndex | QPersistentModelIndex


class Roles(IntEnum):
    """What the delegate asks for beside the title."""

    CONVERSATION_ID = Qt.ItemDataRole.UserRole
    GROUP = Qt.ItemDataRole.UserRole + 1  # the title of the group that begins with this row, "" within one
    SNIPPET = Qt.ItemDataRole.UserRole + 2  # of a message that was found, "" for a conversation
    MESSAGE_ID = Qt.ItemDataRole.UserRole + 3
    RUNNING = Qt.ItemDataRole.UserRole + 4
    NEWS = Qt.ItemDataRole.UserRole + 5


@dataclass(frozen=True)
class Row:
    """A conversation, or a message found in one."""

    conversation_id: str
    title: str
    group: str
    snippet: str = ""
    message_id: str = ""


class ConversationModel(QAbstractListModel):
    """Rows of `Row`. With a filter, conversations whose title has all its words, then `hits`.

    Signals:
        rename_requested(str, str): the user gave a conversation another title.
    """

    rename_requested = Signal(str, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._records: list[ConversationRecord] = []
        self._hits: tuple[SearchHit, ...] = ()
        self._filter: tuple[str, ...] = ()
        self._running: frozenset[str] = frozenset()
        self._news: frozenset[str] = frozenset()
        self._rows: list[Row] = []

    # -- what there is -----------------------------------------------------------------------------------

    @property
    def records(self) -> Sequence[ConversationRecord]:
        """All conversations, the one that changed last first."""
        return self._records

    @property
    def running(self) -> frozenset[str]:
        return self._running

    def record(self, conversation_id: str) -> ConversationRecord | None:
        return next((record for record in self._records if record.id == conversation_id), None)

    def set_records(self, records: Sequence[ConversationRecord]) -> None:
        self._records = sorted(records, key=lambda record: record.updated_at, reverse=True)
        self._rebuild()

    def put(self, record: ConversationRecord) -> None:
        """Adds a conversation, or changes the one of this id."""
        self.set_records([record, *(known for known in self._records if known.id != record.id)])

    def take(self, conversation_id: str) -> None:
        self.set_records([record for record in self._records if record.id != conversation_id])

    def set_filter(self, text: str) -> None:
        """Words that a title must have; "" for all. Forgets hits, which belong to the text before."""
        self._filter = tuple(text.casefold().split())
        self._hits = ()
        self._rebuild()

    def set_hits(self, hits: Sequence[SearchHit]) -> None:
        self._hits = tuple(hits)
        self._rebuild()

    def set_running(self, ids: frozenset[str]) -> None:
        changed, self._running = self._running ^ ids, ids
        self._repaint(changed)

    def set_news(self, ids: frozenset[str]) -> None:
        """Conversations in which an answer has ended that nobody saw."""
        changed, self._news = self._news ^ ids, ids
        self._repaint(changed)

    def row_of(self, conversation_id: str) -> int:
        """The row of a conversation itself; -1 if it is not listed."""
        matching = (number for number, row in enumerate(self._rows) if row.conversation_id == conversation_id)
        return next(matching, -1)

    # -- Qt ----------------------------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self._rows[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole, Qt.ItemDataRole.ToolTipRole):
            return row.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken(row)
        values: dict[int, Any] = {
            Roles.CONVERSATION_ID: row.conversation_id,
            Roles.GROUP: row.group,
            Roles.SNIPPET: row.snippet,
            Roles.MESSAGE_ID: row.message_id,
            Roles.RUNNING: row.conversation_id in self._running,
            Roles.NEWS: row.conversation_id in self._news,
        }
        return values.get(role)

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        row, title = self._rows[index.row()], str(value).strip()
        if role != Qt.ItemDataRole.EditRole or not title or title == row.title:
            return False
        self.rename_requested.emit(row.conversation_id, title)
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        return flags if self._rows[index.row()].snippet else flags | Qt.ItemFlag.ItemIsEditable

    # -- rows --------------------------------------------------------------------------------------------

    def _rebuild(self) -> None:
        """Changes the rows in place where most stay as they are, so that selection, editor and scrolling stay, too."""
        rows = self._rows_now()
        old = [(row.conversation_id, row.message_id) for row in self._rows]
        new = [(row.conversation_id, row.message_id) for row in rows]
        first, last_old, last_new = _difference(old, new)
        if last_old > first and new[first:last_new] == [old[last_old - 1], *old[first : last_old - 1]]:
            self.beginMoveRows(QModelIndex(), last_old - 1, last_old - 1, QModelIndex(), first)
            self._rows = rows
            self.endMoveRows()
        elif last_old > first:
            self.beginRemoveRows(QModelIndex(), first, last_old - 1)
            del self._rows[first:last_old]
            self.endRemoveRows()
        if len(self._rows) < len(rows):
            self.beginInsertRows(QModelIndex(), first, last_new - 1)
            self._rows[first:first] = rows[first:last_new]
            self.endInsertRows()
        self._rows = rows
        if rows:
            self.dataChanged.emit(self.index(0), self.index(len(rows) - 1))

    def _rows_now(self) -> list[Row]:
        if self._filter:
            return [*self._title_rows(), *self._hit_rows()]
        today, rows, group = datetime.now().astimezone().date(), [], ""
        for record in self._records:
            name = group_of(record.updated_at.astimezone().date(), today)
            rows.append(Row(record.id, record.title, "" if name == group else name))
            group = name
        return rows

    def _title_rows(self) -> list[Row]:
        found = [record for record in self._records if all(word in record.title.casefold() for word in self._filter)]
        return [Row(record.id, record.title, "Titles" if not number else "") for number, record in enumerate(found)]

    def _hit_rows(self) -> list[Row]:
        return [
            Row(hit.conversation_id, hit.conversation_title, "" if number else "Messages", hit.snippet, hit.message_id)
            for number, hit in enumerate(self._hits)
        ]

    def _repaint(self, ids: frozenset[str]) -> None:
        for number, row in enumerate(self._rows):
            if row.conversation_id in ids:
                self.dataChanged.emit(self.index(number), self.index(number))

    def _spoken(self, row: Row) -> str:
        if row.conversation_id in self._running:
            return f"{row.title}, answering"
        return f"{row.title}, new answer" if row.conversation_id in self._news else row.title


def group_of(day: date, today: date) -> str:
    """The title under which a day is listed."""
    if day >= today:
        return "Today"
    if day == today - timedelta(days=1):
        return "Yesterday"
    if day > today - timedelta(days=7):
        return "This week"
    if day > today - timedelta(days=14):
        return "Last week"
    return f"{day:%B}" if day.year == today.year else f"{day:%B %Y}"


def _difference(old: Sequence[object], new: Sequence[object]) -> tuple[int, int, int]:
    """The part in which two lists differ: where it begins, and where it ends in either."""
    first = 0
    while first < min(len(old), len(new)) and old[first] == new[first]:
        first += 1
    tail = 0
    while tail < min(len(old), len(new)) - first and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    return first, len(old) - tail, len(new) - tail
