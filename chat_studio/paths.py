"""Where the program keeps its files."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

HOME_VARIABLE = "CHAT_STUDIO_HOME"


@dataclass(frozen=True)
class Paths:
    """The directories of one home. Nothing is created before it is written to."""

    config: Path
    data: Path
    logs: Path

    @classmethod
    def find(cls, home: str | os.PathLike[str] | None = None) -> Paths:
        """`home` (else `$CHAT_STUDIO_HOME`) holds everything; without either, the platform's usual directories."""
        chosen = home or os.environ.get(HOME_VARIABLE)
        if chosen:
            root = Path(chosen).expanduser().absolute()
            return cls(config=root, data=root, logs=root / "logs")
        import platformdirs

        dirs = platformdirs.PlatformDirs("chat-studio", appauthor=False)
        return cls(Path(dirs.user_config_dir), Path(dirs.user_data_dir), Path(dirs.user_log_dir))

    @property
    def connections(self) -> Path:
        return self.config / "llm_connections.json"

    @property
    def secrets(self) -> Path:
        """The fallback for computers without a keychain; mode 0600."""
        return self.config / "secrets.json"

    @property
    def settings(self) -> Path:
        return self.config / "settings.json"

    @property
    def history(self) -> Path:
        return self.data / "history.sqlite3"

    @property
    def backups(self) -> Path:
        return self.data / "backups"

    @property
    def prepared_restore(self) -> Path:
        """A backup that takes the place of what there is when the program starts next."""
        return self.data / ".restore"

    @property
    def log(self) -> Path:
        return self.logs / "chat-studio.log"
