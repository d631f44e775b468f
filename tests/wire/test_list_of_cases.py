"""The list of nasty streams in README.md names what there is, and leaves none out."""

from __future__ import annotations

import re
from pathlib import Path

from wire import anthropic_answers, chat_cases, ollama_answers

FOLDER = Path(__file__).parent
ROWS = [line.split("|")[1:-1] for line in (FOLDER / "README.md").read_text("utf-8").splitlines() if "| " in line][2:]
TABLES = (
    [case.name for case in chat_cases.CASES],
    [case.id for case in ollama_answers.CASES],
    [case.id for case in anthropic_answers.CASES],
)


def test_all_cases_are_listed() -> None:
    assert [int(row[0]) for row in ROWS] == list(range(1, 35))
    assert all(any(cell.strip() for cell in row[2:]) for row in ROWS)


def test_what_is_listed_exists() -> None:
    for _, _, *cells in ROWS:
        for table, cell in zip(TABLES, cells, strict=True):
            for quoted in re.findall("“(.+?)”", cell):
                assert any(name.startswith(quoted) for name in table), quoted
            for path, test in re.findall(r"`([\w/.]+)::(\w+)`", cell):
                assert f"def {test}" in (FOLDER.parent / path).read_text("utf-8"), test
