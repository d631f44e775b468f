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
    PINNED = Qt.ItemDataRole.UserRole + 6


@dataclass(frozen=True)
class Row:
    """A conversation, or a message found in one; `group` is the title under which it stands."""

    conversation_id: str
    title: str
    group: str
    snippet: str = ""
    message_id: str = ""
    pinned: bool = False


class ConversationModel(QAbstractListModel):
    """Rows of `Row`: the conversations that were read so far, in the list's order, then what was found in messages.

    However many conversations there are, only those are here to which the list was scrolled. A row is made when it is
    asked for, and a change touches the rows that it moves.

    Signals:
        rename_requested(str, str): the user gave a conversation another title.
        more_wanted(): the list was scrolled to its end, and there are more.
    """

    rename_requested = Signal(str, str)
    more_wanted = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._records: list[ConversationRecord] = []
        self._temporary = 0  # so many of the first records are kept nowhere
        self._complete = True
        self._hits: tuple[SearchHit, ...] = ()
        self._hits_title = ""
        self._filtered = False
        self._running: frozenset[str] = frozenset()
        self._news: frozenset[str] = frozenset()

    # -- what there is -----------------------------------------------------------------------------------

    @property
    def records(self) -> Sequence[ConversationRecord]:
        """The conversations that were read so far, in the list's order; temporary ones first."""
        return self._records

    @property
    def running(self) -> frozenset[str]:
        return self._running

    def record(self, conversation_id: str) -> ConversationRecord | None:
        return next((record for record in self._records if record.id == conversation_id), None)

    def set_records(
        self,
        records: Sequence[ConversationRecord],
        *,
        complete: bool = True,
        temporary: Sequence[ConversationRecord] = (),
        filtered: bool = False,
    ) -> None:
        """What the list begins with; `complete` when there is no more of it, `filtered` when it answers a search.

        Hits belong to the search before, and go.
        """
        self._remove(0, self.rowCount())
        self._complete, self._filtered, self._hits = complete, filtered, ()
        self._temporary = len(temporary)
        self._insert(0, [*temporary, *records])

    def add_records(self, records: Sequence[ConversationRecord], *, complete: bool) -> None:
        """What follows what is here."""
        known = {record.id for record in self._records}
        self._complete = complete
        self._insert(len(self._records), [record for record in records if record.id not in known])

    def put(self, record: ConversationRecord, *, temporary: bool = False) -> None:
        """Adds a conversation, or changes the one of this id; one that follows all that was read comes when it is."""
        old = self._number_of(record.id)
        if old is not None and old < self._temporary:
            self._records[old] = record
            self._repaint(old)
            return
        first, last = (0, self._temporary) if temporary else (self._temporary, len(self._records))
        others = (number for number in range(first, last) if number != old)
        new = next((number for number in others if _place(self._records[number]) < _place(record)), last)
        if new == last and not (temporary or self._complete):
            self.take(record.id)
        elif old is None:
            self._temporary += temporary
            self._insert(new, [record])
        else:
            self._move(old, new - (new > old), record)

    def take(self, conversation_id: str) -> None:
        number = self._number_of(conversation_id)
        if number is not None:
            self._temporary -= number < self._temporary
            self._remove(number, 1)
            self._repaint(number)

    def set_hits(self, hits: Sequence[SearchHit], title: str) -> None:
        """What was found in messages, under a title of its own."""
        first = len(self._records)
        self._remove(first, len(self._hits))
        self._hits_title = title
        if hits:
            self.beginInsertRows(QModelIndex(), first, first + len(hits) - 1)
            self._hits = tuple(hits)
            self.endInsertRows()

    def set_running(self, ids: frozenset[str]) -> None:
        changed, self._running = self._running ^ ids, ids
        self._repaint_all(changed)

    def set_news(self, ids: frozenset[str]) -> None:
        """Conversations in which an answer has ended that nobody saw."""
        changed, self._news = self._news ^ ids, ids
        self._repaint_all(changed)

    def row_of(self, conversation_id: str) -> int:
        """The row of a conversation itself; -1 if it is not listed."""
        number = self._number_of(conversation_id)
        return -1 if number is None else number

    # -- Qt ----------------------------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._records) + len(self._hits)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self._row(index.row())
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole, Qt.ItemDataRole.ToolTipRole):
            return row.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken(row)
        if role == Roles.GROUP:
            first = index.row() == 0 or self._row(index.row() - 1).group != row.group
            return row.group if first else ""
        values: dict[int, Any] = {
            Roles.CONVERSATION_ID: row.conversation_id,
            Roles.SNIPPET: row.snippet,
            Roles.MESSAGE_ID: row.message_id,
            Roles.RUNNING: row.conversation_id in self._running,
            Roles.NEWS: row.conversation_id in self._news,
            Roles.PINNED: row.pinned,
        }
        return values.get(role)

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        row, title = self._row(index.row()), str(value).strip()
        if role != Qt.ItemDataRole.EditRole or not title or title == row.title:
            return False
        self.rename_requested.emit(row.conversation_id, title)
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        is_conversation = index.isValid() and index.row() < len(self._records)
        return flags | Qt.ItemFlag.ItemIsEditable if is_conversation else flags

    def canFetchMore(self, parent: Index) -> bool:
        return not parent.isValid() and not self._complete

    def fetchMore(self, parent: Index) -> None:
        del parent
        self.more_wanted.emit()

    # -- rows --------------------------------------------------------------------------------------------

    def _row(self, number: int) -> Row:
        if number >= len(self._records):
            hit = self._hits[number - len(self._records)]
            return Row(hit.conversation_id, hit.conversation_title, self._hits_title, hit.snippet, hit.message_id)
        record = self._records[number]
        return Row(record.id, record.title, self._group(number, record), pinned=record.pinned)

    def _group(self, number: int, record: ConversationRecord) -> str:
        if self._filtered:
            return "Titles"
        if number < self._temporary:
            return "Temporary"
        if record.pinned:
            return "Pinned"
        return group_of(record.updated_at.astimezone().date(), datetime.now().astimezone().date())

    def _number_of(self, conversation_id: str) -> int | None:
        return next((number for number, record in enumerate(self._records) if record.id == conversation_id), None)

    def _insert(self, number: int, records: Sequence[ConversationRecord]) -> None:
        if records:
            self.beginInsertRows(QModelIndex(), number, number + len(records) - 1)
            self._records[number:number] = records
            self.endInsertRows()
            self._repaint(number + len(records))

    def _remove(self, number: int, count: int) -> None:
        if count:
            self.beginRemoveRows(QModelIndex(), number, number + count - 1)
            kept = max(count - max(len(self._records) - number, 0), 0)
            del self._records[number : number + count]
            self._hits = self._hits[kept:]
            self.endRemoveRows()

    def _move(self, old: int, new: int, record: ConversationRecord) -> None:
        if old == new:
            self._records[old] = record
        else:
            self.beginMoveRows(QModelIndex(), old, old, QModelIndex(), new + (new > old))
            del self._records[old]
            self._records.insert(new, record)
            self.endMoveRows()
        self._repaint(old)
        self._repaint(new)

    def _repaint(self, number: int) -> None:
        """A row and the one below it, whose group may begin elsewhere now."""
        last = min(number + 1, self.rowCount() - 1)
        if number <= last:
            self.dataChanged.emit(self.index(number), self.index(last))

    def _repaint_all(self, ids: frozenset[str]) -> None:
        for number in range(self.rowCount()):
            if self._row(number).conversation_id in ids:
                self.dataChanged.emit(self.index(number), self.index(number))

    def _spoken(self, row: Row) -> str:
        if row.conversation_id in self._running:
            return f"{row.title}, answering"
        return f"{row.title}, new answer" if row.conversation_id in self._news else row.title


def _place(record: ConversationRecord) -> tuple[bool, datetime, str]:
    """Where a conversation stands: the greatest is the first."""
    return record.pinned, record.updated_at, record.id


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
