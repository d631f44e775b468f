"""The dialog of the backups: makes one, lists them, and offers the way back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QFileDialog, QHBoxLayout, QListView, QWidget

from chat_studio.ui.aio import ask, spawn
from chat_studio.ui.appearance import Appearance
from chat_studio.ui.keeping.telling import of_backup
from chat_studio.ui.widgets.buttons import Button
from chat_studio.ui.widgets.detail_delegate import DETAIL, DetailDelegate
from chat_studio.ui.widgets.labels import Label
from chat_studio.ui.widgets.sheet import Sheet
from chat_studio.ui.widgets.work_row import WorkRow

if TYPE_CHECKING:
    from chat_studio.backup.folder import Backup
    from chat_studio.errors import StudioError

SIZE = QSize(600, 500)
_ABOUT = "A backup is one file with all conversations, settings and connections. Keys are never in it."
_DAILY = "One is made by itself on every day on which something changed; the last seven of these stay."
_NOT_DAILY = "None is made by itself: the daily backup is switched off in the settings."
_PATH = Qt.ItemDataRole.UserRole + 9


class BackupDialog(Sheet):
    """Shows what it is told, and tells what is wanted.

    Signals:
        create_wanted(Path | None): make a backup as this file, or in the home's folder.
        restore_wanted(Path): put this one in place of everything.
        folder_wanted(): show where they lie.
        stopped(): what runs is not wanted any more.
    """

    create_wanted = Signal(object)
    restore_wanted = Signal(object)
    folder_wanted = Signal()
    stopped = Signal()

    def __init__(self, appearance: Appearance, *, daily: bool, parent: QWidget | None = None) -> None:
        """`daily`: whether one is made by itself."""
        super().__init__("Backups", parent, SIZE)
        self.setObjectName("backupDialog")
        self._appearance = appearance
        self.back_up = Button("Back up now", "primary")
        self.back_up.setObjectName("backUpButton")
        self._elsewhere = Button("Back up to a file…")
        self._elsewhere.setObjectName("backUpElsewhereButton")
        self.list = QListView()
        self.list.setObjectName("backupList")
        self.list.setAccessibleName("Backups, the newest first")
        self._rows = QStandardItemModel(self)
        self._empty = Label("There is no backup yet.", "muted")
        self._told = Label("", "small", wrap=True)
        self._told.setObjectName("backupTold")
        self._reason = Label("", "reason", wrap=True)
        self._reason.setObjectName("backupReason")
        self.work = WorkRow(appearance, "Progress of the backup")
        self._folder = Button("Show the folder")
        self._other = Button("Restore from a file…")
        self._other.setObjectName("restoreOtherButton")
        self._close = Button("Close")
        self._close.setObjectName("closeBackupsButton")
        self.put_back = Button("Restore…")
        self.put_back.setObjectName("restoreButton")
        self._lay_out(daily)
        self._connect()
        self._judge()

    @property
    def is_working(self) -> bool:
        return not self.work.isHidden()

    def show_backups(self, backups: Sequence[Backup]) -> None:
        self._rows.clear()
        for backup in backups:
            self._rows.appendRow(self._row(backup))
        self.list.setVisible(bool(backups))
        self._empty.setVisible(not backups)
        first = self._rows.index(0, 0)
        if first.flags() & Qt.ItemFlag.ItemIsEnabled:
            self.list.setCurrentIndex(first)
        self._judge()

    def show_work(self, text: str, *, known: bool = True) -> None:
        """It backs up or restores; `known`: how long that takes, and then it can be stopped."""
        self._reason.hide()
        self._told.hide()
        self.work.begin(text, known=known)
        self._close.setText("Cancel")
        self._close.setEnabled(known)
        self._close.setFocus()
        self._judge()

    def show_end(self, told: str = "", error: StudioError | None = None) -> None:
        """It is done (`told`), failed (`error`) or was stopped."""
        self.work.end()
        self._close.setText("Close")
        self._close.setEnabled(True)
        self._judge()
        self._told.setText(told)
        self._told.setVisible(bool(told))
        self._reason.setText(f"{error.message} {error.hint}".strip() if error is not None else "")
        self._reason.setVisible(error is not None)

    def reject(self) -> None:
        """Escape and the window's own button: first they stop what runs."""
        if not self.is_working:
            super().reject()
        elif self._close.isEnabled():
            self.stopped.emit()

    # -- what is wanted ----------------------------------------------------------------------------------

    def _judge(self) -> None:
        for button in (self.back_up, self._elsewhere, self._other):
            button.setEnabled(not self.is_working)
        self.put_back.setEnabled(not self.is_working and self.list.currentIndex().isValid())

    def _restore_chosen(self) -> None:
        path = self.list.currentIndex().data(_PATH)
        if path is not None and not self.is_working:
            self.restore_wanted.emit(path)

    def _choose_target(self) -> None:
        dialog = QFileDialog(self, "Back up to", f"chat-studio-{datetime.now().astimezone():%Y-%m-%d}.zip")
        dialog.setObjectName("backupTargetDialog")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)  # a backup never takes the place of a file
        dialog.setDefaultSuffix("zip")
        dialog.fileSelected.connect(lambda path: self.create_wanted.emit(Path(path)))
        spawn(ask(dialog), self, "choose where to back up")

    def _choose_backup(self) -> None:
        dialog = QFileDialog(self, "Restore from")
        dialog.setObjectName("backupSourceDialog")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters(["Backups (*.zip)", "All files (*)"])
        dialog.fileSelected.connect(lambda path: self.restore_wanted.emit(Path(path)))
        spawn(ask(dialog), self, "choose a backup")

    # -- how it looks ------------------------------------------------------------------------------------

    def _row(self, backup: Backup) -> QStandardItem:
        name, facts = of_backup(backup)
        item = QStandardItem(name)
        item.setData(facts, DETAIL)
        item.setData(f"{name}, {facts}", Qt.ItemDataRole.AccessibleTextRole)
        item.setToolTip(f"{backup.path.name}\n{facts}")
        item.setData(backup.path, _PATH)
        item.setEnabled(backup.manifest is not None)
        return item

    def _connect(self) -> None:
        self.back_up.clicked.connect(lambda: self.create_wanted.emit(None))
        self._elsewhere.clicked.connect(self._choose_target)
        self._folder.clicked.connect(self.folder_wanted)
        self._other.clicked.connect(self._choose_backup)
        self._close.clicked.connect(self.reject)
        self.put_back.clicked.connect(self._restore_chosen)
        self.list.activated.connect(self._restore_chosen)
        self.list.selectionModel().currentChanged.connect(self._judge)

    def _lay_out(self, daily: bool) -> None:
        self.list.setModel(self._rows)
        self.list.setItemDelegate(DetailDelegate(self._appearance, self.list))
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setUniformItemSizes(True)
        self.list.setMinimumHeight(120)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.back_up)
        line.addWidget(self._elsewhere)
        line.addStretch()
        self.body.addWidget(Label(f"{_ABOUT} {_DAILY if daily else _NOT_DAILY}", "muted", wrap=True))
        self.body.addLayout(line)
        for part in (self._told, self._reason, self._empty):
            self.body.addWidget(part)
            part.hide()
        self.body.addWidget(self.list, 1)
        self.body.addStretch(0)
        self.add_work(self.work)
        self.foot.addWidget(self._folder)
        self.foot.addWidget(self._other)
        self.add_buttons(self._close, self.put_back)
