"""What a home holds, as keys and values, and what it must hold by the word of the one who stored it."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from chat_studio.paths import Paths

State = dict[str, Any]
EMPTY = {"draft": "[]", "queue": 0, "hidden": False, "deleted": False, "journal": ""}
"""Values that need no row."""


def stored(home: Path) -> State:
    """Every fact that `killed_program` tells of, read without the program's own code."""
    paths = Paths.find(home)
    state: State = {"file font_size": _font_size(paths)}
    if not paths.history.exists():
        return state
    with closing(sqlite3.connect(paths.history)) as db:
        if not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'desks'").fetchone():
            return state
        for row in db.execute("SELECT id, parent_id, role, text, state, deleted_at FROM messages"):
            state[f"message {row[0]}"] = list(row[1:5])
            state[f"deleted {row[0]}"] = row[5] is not None
        for row in db.execute("SELECT id, title, leaf_id, deleted_at FROM conversations"):
            state |= {f"title {row[0]}": row[1], f"leaf {row[0]}": row[2], f"hidden {row[0]}": row[3] is not None}
        for conversation_id, count in db.execute("SELECT conversation_id, count(*) FROM messages GROUP BY 1"):
            state[f"count {conversation_id}"] = count
        for conversation_id, draft, queue in db.execute("SELECT conversation_id, draft, queue FROM desks"):
            state |= {f"draft {conversation_id}": draft, f"queue {conversation_id}": len(json.loads(queue))}
        for message_id, text in db.execute("SELECT message_id, text FROM journal ORDER BY number"):
            state[f"journal {message_id}"] = state.get(f"journal {message_id}", "") + text
    return state


def _font_size(paths: Paths) -> int:
    """Fails for half a file."""
    if not paths.settings.exists():
        return 14
    size: int = json.loads(paths.settings.read_text())["font_size"]
    return size


class Word:
    """What a program said that it stores, and that it stored."""

    def __init__(self, before: State) -> None:
        self.acknowledged = dict(before)
        self.pending: dict[int, State] = {}

    def hear(self, line: Any) -> None:
        if "does" in line:
            self.pending[line["n"]] = line["does"]
        elif "n" in line:
            self.acknowledged |= self.pending.pop(line["n"])

    def lost(self, found: State) -> list[str]:
        """What was acknowledged and is not there."""
        open_keys = {key for effects in self.pending.values() for key in effects}
        counted = {key for key in self.acknowledged if key.startswith("count ")}  # grows with every message
        settled = self.acknowledged.keys() - open_keys - counted
        return [key for key in settled if _value(found, key) != _value(self.acknowledged, key)]

    def halves(self, found: State) -> list[State]:
        """What was begun and is there in part."""
        return [
            effects
            for effects in self.pending.values()
            if not all(_value(found, key) == value for key, value in effects.items())
            and not all(_value(found, key) == _value(self.acknowledged, key) for key in effects)
        ]

    def unknown(self, found: State) -> list[str]:
        """What is there and was never begun: whole conversations, and messages outside of copied ones."""
        begun = {key for effects in self.pending.values() for key in effects} | self.acknowledged.keys()
        return [key for key in found if key.startswith("title ") and key not in begun]


def _value(state: State, key: str) -> Any:
    return state.get(key, EMPTY.get(key.split(" ")[0]))
