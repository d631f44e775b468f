"""`history folders`, `move`, `tag`, `pin`, `archive`, `delete`, and lists and searches that ask for them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from cli.program import Done
from cli.test_history_command import store

Command = Callable[..., Done]


@pytest.fixture
def ids(studio_home: Path) -> list[str]:
    """Three conversations, the oldest first."""
    return [store(studio_home, title, f"A needle in {title}", "Yes.")[0] for title in ("Äpfel", "Birnen", "Kirschen")]


def titles(done: Done) -> list[str]:
    assert done.code == 0, done.err
    return [line["title"] for line in done.lines]


def test_folders(command: Command, ids: list[str]) -> None:
    assert command("history", "folders", "add", "Fruit") == Done(0, "", "")
    assert command("history", "move", ids[0], ids[1][:8], "--to", "fruit").code == 0
    assert command("history", "folders").out == "     2  Fruit\n"
    assert titles(command("history", "list", "--folder", "FRUIT", "--json")) == ["Birnen", "Äpfel"]
    assert titles(command("history", "list", "--no-folder", "--json")) == ["Kirschen"]
    assert command("history", "folders", "rename", "Fruit", "Obst").code == 0
    assert command("history", "move", ids[0], "--out").code == 0
    (folder,) = command("history", "folders", "--json").lines
    assert (folder["name"], folder["conversations"]) == ("Obst", 1)
    assert len(command("history", "search", "needle", "--folder", "obst", "--json").lines) == 1
    assert command("history", "folders", "remove", "obst").code == 0
    assert command("history", "folders").out == ""
    assert len(titles(command("history", "list", "--no-folder", "--json"))) == 3


def test_a_folder_that_is_not_there(command: Command, ids: list[str]) -> None:
    for arguments in (["list", "--folder", "x"], ["move", ids[0], "--to", "x"], ["folders", "remove", "x"]):
        done = command("history", *arguments)
        assert (done.code, done.err.splitlines()[0]) == (4, "There is no folder “x” in the history.")


def test_tags(command: Command, ids: list[str]) -> None:
    assert command("history", "tag", ids[0], ids[1], "--add", "red", "--add", "sweet").code == 0
    assert command("history", "tag", ids[1], "--remove", "red").code == 0
    assert command("history", "tags").out == "     1  red\n     2  sweet\n"
    assert titles(command("history", "list", "--tag", "red", "--json")) == ["Äpfel"]
    assert len(command("history", "search", "--tag", "SWEET", "needle", "--json").lines) == 2
    assert command("history", "tag", ids[0]).code == 2


def test_pinned_first(command: Command, ids: list[str]) -> None:
    assert command("history", "pin", ids[0]).code == 0
    assert titles(command("history", "list", "--json")) == ["Äpfel", "Kirschen", "Birnen"]
    assert titles(command("history", "list", "--pinned", "--json")) == ["Äpfel"]
    assert command("history", "unpin", ids[0]).code == 0
    assert titles(command("history", "list", "--json")) == ["Kirschen", "Birnen", "Äpfel"]


def test_archived_ones_are_left_out(command: Command, ids: list[str]) -> None:
    assert command("history", "archive", ids[0]).code == 0
    assert titles(command("history", "list", "--json")) == ["Kirschen", "Birnen"]
    assert titles(command("history", "list", "--archived", "--json")) == ["Äpfel"]
    assert len(command("history", "search", "needle", "--json").lines) == 2
    assert len(command("history", "search", "needle", "--archived", "--json").lines) == 3
    assert command("history", "unarchive", ids[0]).code == 0
    assert len(titles(command("history", "list", "--json"))) == 3


def test_deleted_ones_come_back(command: Command, ids: list[str]) -> None:
    assert command("history", "delete", ids[0], "nowhere").code == 4
    assert len(titles(command("history", "list", "--json"))) == 3, "nothing is changed when one is not there"
    assert command("history", "delete", ids[0]).code == 0
    assert titles(command("history", "list", "--json")) == ["Kirschen", "Birnen"]
    assert command("history", "restore", ids[0]).code == 0
    assert len(titles(command("history", "list", "--json"))) == 3


def test_rename(command: Command, ids: list[str]) -> None:
    assert command("history", "rename", ids[0][:8], "Quitten  im\nGlas").code == 0
    assert titles(command("history", "list", "GLAS", "quit", "--json")) == ["Quitten im Glas"]
    assert titles(command("history", "list", "apfel", "--json")) == []


def test_search_by_options_and_typed_filters(command: Command, ids: list[str]) -> None:
    assert len(command("history", "search", "needle", "--role", "user", "--json").lines) == 3
    assert command("history", "search", "needle", "--role", "assistant", "--json").lines == []
    assert len(command("history", "search", "yes model:M", "--json").lines) == 3
    assert len(command("history", "search", "yes", "--model", "m", "-n", 1, "--json").lines) == 1
    assert command("history", "search", "needle", "--before", "2020-01", "--json").lines == []
    assert len(command("history", "search", "needle", "--after", "2020", "--json").lines) == 3
    (hit,) = command("history", "search", "--in-title", "apf", "--json").lines
    assert (hit["conversation_id"], hit["message_id"], hit["snippet"]) == (ids[0], "", "Äpfel")
    done = command("history", "search", "needle", "--after", "soon")
    assert (done.code, "“soon” is no day" in done.err) == (2, True)
