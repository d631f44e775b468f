"""Notices that the connections file may have changed, without a timer."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QObject, Signal


class FileWatch(QObject):
    """Watches while it is started. A file that is replaced is another one, so its folder is watched, too.

    Signals:
        stirred(): the file or something beside it changed.
    """

    stirred = Signal()

    def __init__(self, path: Path, parent: QObject) -> None:
        super().__init__(parent)
        self._path = path
        self._watcher = QFileSystemWatcher(self)
        self._watcher.fileChanged.connect(self._on_change)
        self._watcher.directoryChanged.connect(self._on_change)

    def start(self) -> None:
        known = {*self._watcher.files(), *self._watcher.directories()}
        missing = [str(path) for path in (self._path.parent, self._path) if str(path) not in known and path.exists()]
        if missing:
            self._watcher.addPaths(missing)

    def stop(self) -> None:
        watched = [*self._watcher.files(), *self._watcher.directories()]
        if watched:
            self._watcher.removePaths(watched)

    def _on_change(self) -> None:
        self.start()
        self.stirred.emit()
