"""The rarer fields, about the way to the server, folded away until they are wanted or wrong."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from chat_studio.connections.draft import Draft
from chat_studio.ui.appearance import Appearance
from chat_studio.ui.connections.fold import Fold
from chat_studio.ui.connections.inputs import ActionInput, BlockInput, Switch, TextInput
from chat_studio.ui.connections.section import COLUMN_GAP, LABEL_WIDTH, Section
from chat_studio.ui.connections.wording import LABELS
from chat_studio.ui.widgets.buttons import Button
from chat_studio.ui.widgets.labels import Label

_NAMES = ("urls", "proxy", "ca_file", "headers", "connect_timeout", "short_timeout", "verify_cert")


class NetworkSection(QWidget):
    """Replicas, proxy, certificates, headers and timeouts below one line that opens them.

    Signals:
        edited(str, object): as of `Section`.
    """

    edited = Signal(str, object)

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._fold = Fold(appearance, "Network settings")
        self._fold.setObjectName("networkFold")
        self._rows = NetworkRows(appearance)
        self._warning = Label(role="warning", wrap=True)
        self._header = Section()
        self._header.add_row("Network", self._fold)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self._header)
        layout.addWidget(self._rows)
        layout.addWidget(self._warning)
        self.set_stacked(stacked=False)
        self._fold.toggled.connect(self._rows.setVisible)
        self._fold.toggled.connect(self._place_warning)
        self._rows.edited.connect(self.edited)
        self._rows.hide()

    def set_stacked(self, *, stacked: bool, label_width: int = LABEL_WIDTH) -> None:
        """As of `Section`."""
        for section in (self._header, self._rows):
            section.set_stacked(stacked=stacked, label_width=label_width)
        self._warning.setContentsMargins(0 if stacked else label_width + COLUMN_GAP, 0, 0, 0)

    def fold_up(self) -> None:
        self._fold.setChecked(False)

    def show_draft(self, draft: Draft) -> None:
        self._rows.show_draft(draft)
        if any(name in draft.problems for name in _NAMES):
            self._fold.setChecked(True)
        used = [LABELS[name] for name in _NAMES[:-1] if getattr(draft, name)]
        self._fold.setText(f"Set: {', '.join(used)}" if used else "Replicas, proxy, CA file, headers, timeouts")
        self._warning.setText(draft.warnings.get("verify_cert", ""))
        self._place_warning()

    def _place_warning(self) -> None:
        """It stands below the switch; folded away it would be overlooked."""
        self._warning.setVisible(bool(self._warning.text()) and not self._fold.isChecked())


class NetworkRows(Section):
    """The fields themselves."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        replicas = BlockInput(appearance, "http://10.0.4.13:8000/v1", least_lines=2)
        hint = "Further addresses of the same service, one a line: requests go round those that answer"
        self.add_row(LABELS["urls"], self.add_field("urls", replicas, hint))
        hint = "Like http://proxy:3128 or socks5://127.0.0.1:1080"
        self.add_row(LABELS["proxy"], self.add_field("proxy", TextInput("None"), hint))
        choose = Button("Choose…", "link")
        self._ca_file = ActionInput(choose, placeholder="The system’s certificates")
        choose.clicked.connect(self._choose_ca_file)
        self.add_row(
            LABELS["ca_file"],
            self.add_field("ca_file", self._ca_file, "PEM file of a private certificate authority"),
        )
        verify = Switch(appearance, LABELS["verify_cert"])
        self._certificate = self.add_field("verify_cert", verify)
        self.add_row("Certificate", self._certificate)
        headers = BlockInput(appearance, "X-Team: research", least_lines=2)
        self.add_row(LABELS["headers"], self.add_field("headers", headers, "One “Name: value” a line"))
        self.add_row(
            LABELS["connect_timeout"],
            self.add_field("connect_timeout", TextInput("10"), "Seconds until an attempt to connect is given up"),
        )
        self.add_row(
            LABELS["short_timeout"],
            self.add_field("short_timeout", TextInput("30"), "Seconds of silence, for lists of models and checks"),
        )

    def show_draft(self, draft: Draft) -> None:
        super().show_draft(draft)
        self._certificate.set_hint(draft.warnings.get("verify_cert", ""), "warning")

    def _choose_ca_file(self) -> None:
        dialog = QFileDialog(self, "Choose a CA file", self._ca_file.text())
        dialog.setObjectName("caFileDialog")
        dialog.setNameFilters(["Certificates (*.pem *.crt *.cer)", "All files (*)"])
        dialog.fileSelected.connect(lambda path: self.edited.emit("ca_file", path))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
