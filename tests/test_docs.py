"""What the documents name exists, and the commands that they show are understood."""

from __future__ import annotations

import contextlib
import re
import shlex
from pathlib import Path

import click
import pytest

from chat_studio.cli.main import root

ROOT = Path(__file__).parent.parent
DOCUMENTS = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]
SHOWN = re.findall(
    r"^    chat-studio (.+?)(?: [|<] .*)?$", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE
)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    targets = re.findall(r"\]\(([^)#]+)[^)]*\)|src(?:set)?=\"([^\"]+)\"", text)
    local = {link or source for link, source in targets if "://" not in link}
    assert {target for target in local if not (document.parent / target).exists()} == set()


@pytest.mark.parametrize("line", SHOWN)
def test_commands_are_understood(line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("chart.png", "notes.md"):
        Path(name).touch()
    arguments = shlex.split(line)
    command: click.Command = root
    context = click.Context(root)
    while isinstance(command, click.Group):
        name, found, arguments = command.resolve_command(context, arguments)
        assert found is not None, name
        command = found
    with contextlib.suppress(click.exceptions.Exit):  # of --help
        command.make_context(command.name, arguments)


def test_there_are_commands_to_understand() -> None:
    assert len(SHOWN) > 5
