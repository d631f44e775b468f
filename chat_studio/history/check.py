"""`history check`: what is wrong with the history, in words, and its repair."""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from chat_studio.errors import StorageError
from chat_studio.history import check_structure, salvage
from chat_studio.history.check_rows import CHECKS
from chat_studio.history.copying import copy_database
from chat_studio.history.db import database_errors, open_database, transaction
from chat_studio.history.findings import Check, Finding
from chat_studio.history.runner import Runner
from chat_studio.history.salvage import Salvaged


@dataclass(frozen=True)
class Report:
    """What was found. After a repair `kept` is the file as it was before, None when nothing had to be done.

    `is_unreadable`: pages of the file are destroyed, and only a salvage helps. `salvaged` tells what one brought.
    """

    findings: tuple[Finding, ...] = ()
    kept: Path | None = None
    is_unreadable: bool = False
    salvaged: Salvaged | None = None

    @property
    def is_clean(self) -> bool:
        return not self.findings

    @property
    def needs_repair(self) -> bool:
        """Whether a repair would do something."""
        return any(finding.can_be_mended and not finding.mended for finding in self.findings)


def check(path: Path, runner: Runner) -> Report:
    """Looks at everything, changes nothing. Takes half a minute or more for a million messages: use a thread.

    Raises StorageError when the file cannot be looked at at all: no right to read it, a newer version.
    """
    if not path.exists():
        return Report()
    damage = check_structure.damage(path)
    if damage:
        return Report((damage,), is_unreadable=True)
    with database_errors(path), closing(open_database(path)) as db:
        return Report(tuple(_finding(one, rows) for one, rows in _found(db, runner)))


def repair(path: Path, runner: Runner) -> Report:
    """Repairs what can be: in one transaction, after a copy of the file beside it.

    A file with destroyed pages is kept aside, and a new one takes its place with everything that can be read. Nobody
    else may have the file open then. Raises StorageError; the file is as it was then.
    """
    found = check(path, runner)
    if found.is_unreadable:
        return _salvage(path, runner, found)
    if not found.needs_repair:
        return found
    kept = _free_name(path, "before-repair")
    copy_database(path, kept)
    with database_errors(path), closing(open_database(path)) as db:
        mended = _mend_all(db, runner)
    return Report(mended, kept)


def _salvage(path: Path, runner: Runner, found: Report) -> Report:
    kept = _free_name(path, "damaged")
    salvaged = salvage.salvage(path, kept)
    with database_errors(path), closing(open_database(path)) as db:
        mended = _mend_all(db, runner)
    damage = replace(found.findings[0], mended=True, remedy=salvaged.sentence)
    return Report((damage, *mended), kept, salvaged=salvaged)


def _mend_all(db: sqlite3.Connection, runner: Runner) -> tuple[Finding, ...]:
    """Finds and mends in turn, since mending one thing may show or solve another."""
    done: list[Finding] = []
    with transaction(db):
        for one in CHECKS:
            rows = one.find(db, runner)
            if rows:
                if one.mend is not None:
                    one.mend(db, rows)
                done.append(replace(_finding(one, rows), mended=one.mend is not None))
        left = db.execute("PRAGMA foreign_key_check").fetchall()
        if left:
            raise StorageError(
                "The history could not be repaired: rows would be left that belong to nothing.",
                hint="Restore a backup: chat-studio backup list. The history is as it was.",
                detail=str([tuple(row) for row in left[:10]]),
            )
    return tuple(done)


def _found(db: sqlite3.Connection, runner: Runner) -> list[tuple[Check, list[str]]]:
    looked = ((one, one.find(db, runner)) for one in CHECKS)
    return [(one, rows) for one, rows in looked if rows]


def _finding(one: Check, rows: list[str]) -> Finding:
    return Finding(one.kind, one.sentence(len(rows)), len(rows), one.remedy, can_be_mended=one.mend is not None)


def _free_name(path: Path, what: str) -> Path:
    """A name beside the file that nothing has yet."""
    stem = f"{path.stem}.{what}-{time.strftime('%Y%m%d-%H%M%S')}"
    names = (path.with_name(f"{stem}{number or ''}{path.suffix}") for number in range(10_000))
    return next(name for name in names if not os.path.lexists(name))
