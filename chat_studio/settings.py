"""What the user chose for the program as a whole: one small JSON file."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError

from chat_studio.files import storage_errors, write_atomically

LOCK_SECONDS = 5.0
"""How long a save waits for another program's, which takes some milliseconds."""


class Settings(BaseModel):
    """All settings, each with its default. Keys of a newer version are kept.

    `font_size` is in pixels. `titles` says who names conversations beside their first line: nobody, the model that
    answers, or the one of `title_connection` and `title_model` ("": the connection's own). `last_models` maps a
    connection's id to the model that was last used there. `show_reasoning` opens it while it comes. `column_width` is
    that of the text, in pixels. `exchange_folder` is where the last export or import was. The window's texts are Qt's
    own, in base64.
    """

    model_config = ConfigDict(frozen=True, extra="allow")

    theme: Literal["system", "light", "dark"] = "system"
    font_size: int = Field(default=14, ge=9, le=32)
    titles: Literal["nobody", "same", "chosen"] = "nobody"
    title_connection: str = ""
    title_model: str = ""
    last_connection: str = ""
    last_models: dict[str, str] = Field(default_factory=dict)
    show_reasoning: bool = False
    column_width: int = Field(default=744, ge=600, le=1200)
    exchange_folder: str = ""
    daily_backup: bool = True
    window_geometry: str = ""
    window_layout: str = ""


class SettingsStore:
    """Reads and writes the file. Two programs may share it: each writes only the settings that it changed itself."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known = Settings()
        self.problem = ""
        """What was wrong with the file when it was last read, in a sentence for the user; "" if nothing."""

    def load(self) -> Settings:
        """The settings of the file. What cannot be used has its default, and `problem` says so.

        A file that is no JSON object at all is renamed to `settings.broken-TIME.json`.
        """
        self.problem = ""
        try:
            self._known = self._settings_of(self._read())
        except OSError as error:
            self.problem = f"The settings could not be read ({error.strerror}); the defaults are used."
        return self._known

    def save(self, settings: Settings) -> Settings:
        """Stores what differs from the last `load` or `save`; returns what holds now. Raises StorageError."""
        known = self._known.model_dump(mode="json")
        changed = {key: value for key, value in settings.model_dump(mode="json").items() if known.get(key) != value}
        if not changed:
            return self._known
        from filelock import FileLock

        with storage_errors(self._path):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(self._path.with_name(f".{self._path.name}.lock"), timeout=LOCK_SECONDS):
                content = self._read() | changed
                write_atomically(self._path, json.dumps(content, indent=2, ensure_ascii=False) + "\n")
        self._known = self._settings_of(content)
        return self._known

    def _read(self) -> dict[str, JsonValue]:
        try:
            content = json.loads(self._path.read_text(encoding="utf-8-sig"))
        except FileNotFoundError:
            return {}
        except (ValueError, RecursionError) as error:
            return self._keep_aside(str(error))
        return content if isinstance(content, dict) else self._keep_aside("it is not a JSON object")

    def _keep_aside(self, reason: str) -> dict[str, JsonValue]:
        aside = self._path.with_name(f"{self._path.stem}.broken-{time.strftime('%Y%m%d-%H%M%S')}.json")
        os.replace(self._path, aside)
        self.problem = f"The settings could not be read ({reason}); they are kept as {aside.name}."
        return {}

    def _settings_of(self, content: dict[str, JsonValue]) -> Settings:
        try:
            return Settings.model_validate(content)
        except ValidationError as error:
            wrong = {str(problem["loc"][0]) for problem in error.errors()}
            self.problem = f"Settings that could not be used have their defaults: {', '.join(sorted(wrong))}."
            return Settings.model_validate({key: value for key, value in content.items() if key not in wrong})
