"""The dialog of an export: what, as what, and where to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from chat_studio.errors import StudioError
from chat_studio.exchange.export import ExportWish
from chat_studio.exchange.formats import FORMATS, ExportFormat, export_format
from chat_studio.exchange.progress import Progress
from chat_studio.ui.aio import ask, spawn
from chat_studio.ui.appearance import Appearance
from chat_studio.ui.connections.inputs import ActionInput, Choice
from chat_studio.ui.exchanging.place import IfTaken, Place
from chat_studio.ui.exchanging.selection import Selection
from chat_studio.ui.widgets.buttons import Button
from chat_studio.ui.widgets.choices import RadioButton
from chat_studio.ui.widgets.field import Field
from chat_studio.ui.widgets.labels import Label
from chat_studio.ui.widgets.sheet import Sheet
from chat_studio.ui.widgets.wording import counted
from chat_studio.ui.widgets.work_row import WorkRow

SIZE = QSize(560, 510)
_LOSSLESS = "Everything, and can be imported again: all versions, deleted messages too, settings, folders, tags, costs."
_SHOWN = "What the conversation shows: other versions of questions and answers are left out."


class ExportDialog(Sheet):
    """Asks, and shows how far it is. What was chosen stays when it fails, and the reason stands below the place.

    Signals:
        wanted(ExportWish, IfTaken): make it.
        stopped(): the export that runs is not wanted any more.
    """

    wanted = Signal(object, str)
    stopped = Signal()

    def __init__(
        self, appearance: Appearance, selections: Sequence[Selection], folder: Path, parent: QWidget | None = None
    ) -> None:
        """`selections`: at least one, the likeliest first. `folder` is where the last export went."""
        super().__init__("Export conversations", parent, SIZE)
        self.setObjectName("exportDialog")
        self._selections = {RadioButton(appearance, one.label): one for one in selections}
        self._format = Choice(appearance, "Format", [(one.name, one.label) for one in FORMATS])
        self._format.setObjectName("exportFormat")
        self._division = Choice(appearance, "Files", [("each", "One for each conversation"), ("one", "One for all")])
        self._division.setObjectName("exportDivision")
        browse = Button("Choose…", "link")
        browse.setObjectName("browseExportButton")
        browse.clicked.connect(self._browse)
        self._path = ActionInput(browse)
        self._path.setObjectName("exportPath")
        self._path.setAccessibleName("Where to")
        self._where = Field(self._path)
        self._place = Place(folder, "", "")
        self._replaces: Path | None = None
        self._work = WorkRow(appearance, "Progress of the export")
        self._do = Button("Export", "primary")
        self._do.setObjectName("exportButton")
        self._do.setDefault(True)
        self._cancel = Button("Cancel")
        self._cancel.setObjectName("cancelExportButton")
        self._lay_out()
        self._connect()
        next(iter(self._selections)).setChecked(True)

    @property
    def is_working(self) -> bool:
        return not self._work.isHidden()

    def show_progress(self, progress: Progress) -> None:
        total = counted(len(self._selection.ids), "conversation")
        self._work.advance(progress.fraction, f"{progress.conversations:,} of {total}")

    def show_work(self) -> None:
        """It has begun."""
        self._where.set_reason("")
        self._form.setEnabled(False)
        self._do.setEnabled(False)
        self._work.begin("Reading…")
        self._cancel.setFocus()

    def show_end(self, error: StudioError | None = None) -> None:
        """It failed, or was stopped."""
        self._form.setEnabled(True)
        self._do.setEnabled(True)
        self._work.end()
        self._do.setFocus()
        if error is not None:
            self._where.set_reason(f"{error.message} {error.hint}".strip())
            self.show_control(self._where)

    def show_taken(self, path: Path) -> None:
        """There is a file of this name, and the user has not said that it may go."""
        self.show_end()
        self._replaces = path
        self._where.set_reason(f"There already is a file “{path.name}”. Choose “Replace” to write over it.")
        self._do.setText("Replace")
        self.show_control(self._where)

    def reject(self) -> None:
        """Escape and the window's own button: first they stop what runs."""
        if self.is_working:
            self.stopped.emit()
        else:
            super().reject()

    # -- what is chosen ----------------------------------------------------------------------------------

    @property
    def _selection(self) -> Selection:
        return next(one for button, one in self._selections.items() if button.isChecked())

    @property
    def _chosen_format(self) -> ExportFormat:
        return export_format(self._format.currentData())

    @property
    def _is_folder(self) -> bool:
        return len(self._selection.ids) > 1 and self._division.currentData() == "each"

    def _show(self) -> None:
        """What follows from the choice."""
        several = len(self._selection.ids) > 1
        for widget in (self._division, self._division_label):
            widget.setVisible(several)
        self._about.setText(_LOSSLESS if self._chosen_format.is_lossless else _SHOWN)
        suffix = "" if self._is_folder else self._chosen_format.suffix
        self._place = replace(self._place, suffix=suffix).named(self._selection.name)
        self._path.show_value(str(self._place.path))
        self._forget_reason()

    def _forget_reason(self) -> None:
        self._replaces = None
        self._where.set_reason("")
        self._where.set_hint("A folder; nothing that is in it is replaced." if self._is_folder else "")
        self._do.setText("Export")

    def _take_path(self, text: str, *, replaces: bool = False) -> None:
        self._place = self._place.at(Path(text).expanduser())
        self._forget_reason()
        self._replaces = self._place.path if replaces else None

    def _ask_for_work(self) -> None:
        if not self._path.text().strip():
            self._where.set_reason("Write where to, or choose it.")
            return
        place = self._place
        wish = ExportWish(self._chosen_format, place.path, self._selection.ids, together=not self._is_folder)
        if_taken: IfTaken = "ask" if place.is_chosen else "rename"
        self.wanted.emit(wish, "replace" if self._replaces == place.path else if_taken)

    def _browse(self) -> None:
        dialog = QFileDialog(self, "Export to", str(self._place.folder))
        dialog.setObjectName("exportPlaceDialog")
        if self._is_folder:
            dialog.setFileMode(QFileDialog.FileMode.Directory)
        else:
            dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
            dialog.setDefaultSuffix(self._place.suffix.removeprefix("."))
            dialog.selectFile(self._place.path.name)
        dialog.fileSelected.connect(self._browsed)
        spawn(ask(dialog), self, "choose where to export")

    def _browsed(self, path: str) -> None:
        self._take_path(path, replaces=True)  # the dialog has asked
        self._path.show_value(path)

    # -- how it looks ------------------------------------------------------------------------------------

    def _connect(self) -> None:
        for button in self._selections:
            button.toggled.connect(lambda on: self._show() if on else None)
        self._format.edited.connect(self._choose_format)
        self._division.edited.connect(lambda _: self._show())
        self._path.edited.connect(self._take_path)
        self._do.clicked.connect(self._ask_for_work)
        self._cancel.clicked.connect(self.reject)

    def _choose_format(self) -> None:
        self._division.show_value("one" if self._chosen_format.is_lossless else "each")
        self._show()

    def _lay_out(self) -> None:
        self._about = Label("", "small", wrap=True)
        self._division_label = Label("Files", "muted")
        self._form = QWidget()
        column = QVBoxLayout(self._form)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(Label("What", "muted"))
        for button in self._selections:
            column.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        for label, widget in ((Label("Format", "muted"), self._format), (self._division_label, self._division)):
            label.setContentsMargins(0, 10, 0, 0)
            column.addWidget(label)
            column.addWidget(widget)
            if widget is self._format:
                column.addWidget(self._about)
        where = Label("Where to", "muted")
        where.setContentsMargins(0, 10, 0, 0)
        column.addWidget(where)
        column.addWidget(self._where)
        self.body.addWidget(self._form)
        self.body.addStretch()
        self.add_work(self._work)
        self.add_buttons(self._cancel, self._do)
