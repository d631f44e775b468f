"""What a check of the history looks for, and what it found."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass

from chat_studio.history.runner import Runner


@dataclass(frozen=True)
class Finding:
    """Something wrong. `text` is a sentence for the user, `remedy` what the repair does about it, or did (`mended`)."""

    kind: str
    text: str
    count: int
    remedy: str
    can_be_mended: bool = True
    mended: bool = False


@dataclass(frozen=True)
class Check:
    """One thing to look for.

    `find` gives the ids of what is wrong and changes nothing; `mend` gets them, inside a transaction of the caller's.
    `one` and `many` are the sentences for one of them and for more, with “{n}”. Without `mend` nothing can be done.
    """

    kind: str
    one: str
    many: str
    remedy: str
    find: Callable[[sqlite3.Connection, Runner], list[str]]
    mend: Callable[[sqlite3.Connection, list[str]], None] | None

    def sentence(self, count: int) -> str:
        return (self.one if count == 1 else self.many).format(n=f"{count:,}")
