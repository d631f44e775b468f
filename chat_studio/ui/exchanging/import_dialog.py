"""The dialog of an import: a file, what is in it, and what was taken of it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from chat_studio.errors import StudioError
from chat_studio.exchange.importing import ImportReport, Preview
from chat_studio.exchange.progress import Progress
from chat_studio.ui.aio import ask, spawn
from chat_studio.ui.appearance import Appearance
from chat_studio.ui.exchanging.drop_field import DropField, Drops
from chat_studio.ui.exchanging.loss_list import LossList
from chat_studio.ui.exchanging.sample_list import SampleList
from chat_studio.ui.exchanging.telling import of_preview, of_reading, of_report
from chat_studio.ui.widgets.buttons import Button
from chat_studio.ui.widgets.labels import Label
from chat_studio.ui.widgets.sheet import Sheet
from chat_studio.ui.widgets.work_row import WorkRow

SIZE = QSize(560, 420)
_TAKES = (
    "Conversations of ChatGPT and Claude (conversations.json, or the ZIP archive as it was sent), of Open WebUI "
    "(its JSON), and of Chat Studio (its JSON)."
)


class ImportDialog(Sheet):
    """Goes from the choice of a file over its preview to the report. Shows what it is told, and tells what is wanted.

    Signals:
        file_chosen(Path): tell what is in it.
        import_wanted(): take it.
        stopped(): what runs is not wanted any more.
    """

    file_chosen = Signal(object)
    import_wanted = Signal()
    stopped = Signal()

    def __init__(self, appearance: Appearance, folder: Path, parent: QWidget | None = None) -> None:
        """`folder` is where the last file was."""
        super().__init__("Import conversations", parent, SIZE)
        self.setObjectName("conversationImport")
        self._folder = folder
        self._head = Label("", "body", wrap=True)
        self._head.setObjectName("importHead")
        self._about = Label(_TAKES, "muted", wrap=True)
        self._about.setObjectName("importAbout")
        self._reason = Label("", "reason", wrap=True)
        self._reason.setObjectName("importReason")
        self._drop = DropField(appearance)
        self._samples = SampleList(appearance)
        self._losses = LossList(appearance)
        self._work = WorkRow(appearance, "Progress of the import")
        self._again = Button("Choose another…")
        self._again.setObjectName("importAgainButton")
        self._close = Button("Cancel")
        self._close.setObjectName("closeImportButton")
        self._take = Button("Import", "primary")
        self._take.setObjectName("takeImportButton")
        self._lay_out()
        self._drop.choose_requested.connect(self._browse)
        self._again.clicked.connect(self._browse)
        self._close.clicked.connect(self.reject)
        self._take.clicked.connect(self.import_wanted)
        Drops(self, self.choose)
        self._show_only(self._about, self._drop)
        self._drop.button.setFocus()

    @property
    def is_working(self) -> bool:
        return not self._work.isHidden()

    def choose(self, file: Path) -> None:
        """Takes a file, unless it is at work on one."""
        if not self.is_working:
            self._folder = file.parent
            self.file_chosen.emit(file)

    def show_work(self, text: str) -> None:
        """It reads, or takes."""
        self._reason.hide()
        self._drop.hide()
        for button in (self._take, self._again):
            button.hide()
        self._close.setText("Cancel")
        self._work.begin(text)
        self._close.setFocus()

    def show_progress(self, progress: Progress) -> None:
        self._work.advance(progress.fraction, of_reading(progress))

    def show_preview(self, found: Preview) -> None:
        head, about = of_preview(found)
        self._show_words(head, about)
        self._losses.show_losses(found.losses)
        self._samples.show_samples(found.samples, found.conversations)
        can_take = found.conversations > 0
        self._show_only(self._head, self._about, self._again, *([self._take] if can_take else []))
        (self._take if can_take else self._again).setFocus()

    def show_report(self, report: ImportReport, *, stopped: bool = False) -> None:
        """What was taken, of all of the file or of its beginning."""
        self._show_words(*of_report(report, stopped=stopped))
        self._losses.show_losses(report.losses)
        self._samples.hide()
        self._show_only(self._head, self._about, self._again)
        self._close.setText("Done")
        self._close.setFocus()

    def show_choice(self) -> None:
        """The beginning: no file is chosen."""
        self._show_words("", _TAKES)
        self._losses.hide()
        self._samples.hide()
        self._show_only(self._about, self._drop)
        self._drop.button.setFocus()

    def show_failure(self, error: StudioError) -> None:
        """Beside what is shown."""
        self._reason.setText(f"{error.message} {error.hint}".strip())
        self._reason.show()

    def reject(self) -> None:
        """Escape and the window's own button: first they stop what runs."""
        if self.is_working:
            self.stopped.emit()
        else:
            super().reject()

    def _show_words(self, head: str, about: str) -> None:
        self._head.setText(head)
        self._about.setText(about)

    def _show_only(self, *parts: QWidget) -> None:
        """Of what comes and goes; nothing is at work any more."""
        self._work.end()
        self._reason.hide()
        self._close.setText("Cancel")
        for part in (self._head, self._about, self._drop, self._again, self._take):
            part.setVisible(part in parts)

    def _browse(self) -> None:
        dialog = QFileDialog(self, "Import conversations", str(self._folder))
        dialog.setObjectName("importFileDialog")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters(["Conversations (*.json *.zip)", "All files (*)"])
        dialog.fileSelected.connect(lambda path: self.choose(Path(path)))
        spawn(ask(dialog), self, "choose a file to import")

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(self._head)
        words.addWidget(self._about)
        self.body.addLayout(words)
        for part in (self._drop, self._reason, self._samples, self._losses):
            self.body.addWidget(part)
        self.body.addStretch()
        self.add_work(self._work)
        self.foot.addWidget(self._again)
        self.add_buttons(self._close, self._take)
