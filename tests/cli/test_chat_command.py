"""`chat`: what it writes where, and how it ends. With the demo, in this process."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Callable
from contextlib import aclosing
from pathlib import Path

import pytest
from cli.program import Done, demo

from chat_studio.history.desks import Queue
from chat_studio.history.store import HistoryStore
from chat_studio.messages import TextPart
from chat_studio.paths import Paths
from chat_studio.settings import SettingsStore

Command = Callable[..., Done]
PNG = b"\x89PNG\r\n\x1a\n" + bytes(8)

pytestmark = pytest.mark.usefixtures("connections")


def test_the_answer_and_nothing_else_is_written(command: Command) -> None:
    done = command("chat", "Is this quoted?")
    assert (done.code, done.err) == (0, "")
    assert "> Is this quoted?" in done.out
    assert done.out.startswith("#"), "reasoning is not part of the answer"
    assert done.out.endswith("\n")
    assert not done.out.endswith("\n\n")
    assert "\x1b" not in done.out


def test_events_are_one_a_line(command: Command) -> None:
    done = command("chat", "--json", "Hi")
    assert (done.code, done.err) == (0, "")
    events = done.lines
    types = [event["type"] for event in events]
    texts = types.count("text")
    assert types == ["reasoning"] * (len(types) - texts - 2) + ["text"] * texts + ["usage", "finish"]
    plain = command("chat", "Hi")
    assert "".join(event["text"] for event in events if event["type"] == "text").strip() == plain.out.strip()
    assert events[-1] == {"type": "finish", "reason": "stop"}
    assert events[-2] == {"type": "usage", **{k: events[-2][k] for k in events[-2] if k.endswith("_tokens")}}
    assert events[-2]["output_tokens"] == len(types) - 2


@pytest.mark.parametrize(
    ("model", "kind", "code"),
    [
        ("demo-refuse", "connection_refused", 3),
        ("demo-unauthorized", "unauthorized", 3),
        ("demo-model-not-found", "model_not_found", 3),
        ("demo-rate-limit", "rate_limited", 3),
        ("demo-cut-off", "stream_interrupted", 3),
        ("demo-malformed", "bad_response", 3),
        ("no-such-model", "model_not_found", 3),
    ],
)
@pytest.mark.parametrize("save", [[], ["--save"]])
def test_failures(command: Command, model: str, kind: str, code: int, save: list[str]) -> None:
    done = command("chat", "--json", "-c", "fast", "-m", model, *save, "Hi")
    told = done.lines[-1]
    assert (done.code, told["type"], told["kind"]) == (code, "error", kind)
    assert set(told) == {"type", "kind", "message", "hint", "detail"}
    assert done.err == f"Name of fast: {told['message']}\n→ {told['hint']}\n"
    assert all(event["type"] in ("text", "reasoning", "usage") for event in done.lines[:-1])


def test_a_failure_in_the_middle_keeps_what_had_come(command: Command) -> None:
    done = command("chat", "-m", "demo-cut-off", "Hi")
    assert (done.code, done.out[-1]) == (3, "\n")
    assert done.out.startswith("#")


def test_details_only_when_asked(command: Command) -> None:
    assert "Incorrect API key provided." not in command("chat", "-m", "demo-unauthorized", "Hi").err
    assert "Incorrect API key provided." in command("--verbose", "chat", "-m", "demo-unauthorized", "Hi").err


def test_retries_are_told_on_standard_error(command: Command, connections: Callable[..., None]) -> None:
    connections([demo("far", is_local=False, default_parameters={"fail": "server_error"})])
    done = command("chat", "--json", "Hi")
    assert (done.code, [event["type"] for event in done.lines]) == (3, ["error"])
    notices = [line.partition(";")[0] for line in done.err.splitlines()[:2]]
    assert notices == ["The server failed", "The server failed"]
    done = command("chat", "--no-retry", "Hi")
    assert (done.code, done.err.count("trying again")) == (3, 0)


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ([], 2, "Missing argument"),
        (["--nonsense", "Hi"], 2, "No such option"),
        (["--tools", "Hi"], 2, "No such option"),  # nothing runs tools: a flag that is taken and ignored would lie
        (["--temperature", "5", "Hi"], 2, "--temperature"),
        (["--max-tokens", "0", "Hi"], 2, "--max-tokens"),
        (["  "], 2, "The prompt is empty"),
        (["-c", "nowhere", "Hi"], 4, "There is no connection “nowhere”"),
        (["-c", "off", "Hi"], 4, "“Name of off” is switched off"),
        (["-i", "missing.png", "Hi"], 2, "missing.png"),
    ],
)
def test_what_is_wrong_before_anything_is_sent(command: Command, arguments: list[str], code: int, words: str) -> None:
    done = command("chat", *arguments)
    assert (done.code, done.out) == (code, "")
    assert words in done.err
    assert "Traceback" not in done.err


def test_the_prompt_comes_from_standard_input(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("From a pipe\n"))
    assert "> From a pipe" in command("chat", "-").out


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("a.png", PNG, "image/png"),
        ("named-wrongly.png", b"\xff\xd8\xff\xe0", "image/jpeg"),
        ("a.gif", b"GIF89a", "image/gif"),
        ("a.webp", b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        ("a.txt", b"text", ""),
    ],
)
def test_images(command: Command, tmp_path: Path, name: str, content: bytes, media_type: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    done = command("chat", "--save", "-i", path, "What is it?")
    if not media_type:
        assert (done.code, f"{name} is not a PNG, JPEG, GIF or WebP image" in done.err) == (2, True)
        return
    shown = command("history", "show", "--json", command("history", "list", "--json").lines[0]["id"]).lines
    image, text = shown[0]["parts"]
    assert (image["media_type"], image["name"], text["text"]) == (media_type, name, "What is it?")


def test_parameters_reach_the_request(command: Command) -> None:
    done = command("chat", "--json", "--max-tokens", 3, "Hi")
    assert done.lines[-1] == {"type": "finish", "reason": "length"}
    assert done.lines[-2]["output_tokens"] == 3


def test_nothing_is_kept_unless_asked(command: Command, studio_home: Path) -> None:
    command("chat", "Hi")
    assert not Paths.find(studio_home).history.exists()
    assert not Paths.find(studio_home).logs.exists()
    done = command("chat", "--save", "--system", "Be brief", "Kept?")
    assert (done.code, "> Kept?" in done.out) == (0, True)
    (kept,) = command("history", "list", "--json").lines
    assert (kept["title"], kept["connection_id"]) == ("Kept?", "fast")


@pytest.mark.parametrize(
    ("entries", "last", "chosen"),
    [
        ([demo("one"), demo("two")], "", "one"),
        ([demo("one"), demo("two")], "two", "two"),
        ([demo("one"), demo("two")], "gone", "one"),
        ([demo("one", enabled=False), demo("two")], "one", "two"),
        ([demo("one", provider="vllm", base_url="http://your-vllm-server:8000"), demo("two")], "", "two"),
        ([{"id": "broken"}, demo("two")], "", "two"),
    ],
)
def test_the_connection_without_one_named(
    command: Command,
    connections: Callable[..., None],
    studio_home: Path,
    entries: list[dict[str, object]],
    last: str,
    chosen: str,
) -> None:
    connections(entries)
    settings = SettingsStore(Paths.find(studio_home).settings)
    settings.save(settings.load().model_copy(update={"last_connection": last}))
    assert command("chat", "--save", "Hi").code == 0
    assert command("history", "list", "--json").lines[0]["connection_id"] == chosen


def test_when_none_can_be_used(command: Command, connections: Callable[..., None]) -> None:
    connections([demo("one", enabled=False)])
    done = command("chat", "Hi")
    assert (done.code, "connections add" in done.err) == (4, True)


def test_what_is_wrong_with_the_file_is_told_on_standard_error(command: Command, studio_home: Path) -> None:
    command("chat", "Hi")
    path = Paths.find(studio_home).connections
    path.write_text("{ not JSON")
    done = command("chat", "--max-tokens", 1, "Hi")
    assert (done.code, path.name in done.err) == (0, True)


def test_a_fresh_home_has_the_demo(command: Command, studio_home: Path) -> None:
    Paths.find(studio_home).connections.unlink()
    done = command("chat", "-m", "demo-fast", "--max-tokens", "1", "--json", "Hi")
    assert done.code == 0
    assert json.loads(Paths.find(studio_home).connections.read_text())["connections"][0]["id"] == "demo"


def test_a_failure_names_its_connection_once(command: Command, connections: Callable[..., None]) -> None:
    connections([demo("sample", name="Mine", provider="vllm", base_url="http://your-vllm-server:8000")])
    done = command("chat", "-c", "Mine", "Hi")
    assert (done.code, done.err.count("Mine")) == (4, 1)


def test_files_go_along(command: Command, tmp_path: Path) -> None:
    notes, chart = tmp_path / "notes.md", tmp_path / "chart.png"
    notes.write_text("# Notes", encoding="utf-8")
    chart.write_bytes(PNG)
    command("chat", "--save", "-f", str(notes), "-f", str(chart), "What is it?")
    (conversation,) = command("history", "list", "--json").lines
    shown = command("history", "show", conversation["id"], "--json").lines
    file, image, text = shown[0]["parts"]
    assert (file["name"], file["text"], image["name"], text["text"]) == (
        "notes.md",
        "# Notes",
        chart.name,
        "What is it?",
    )


def test_a_file_that_cannot_be_sent_is_wrong_usage(command: Command, tmp_path: Path) -> None:
    done = command("chat", "-f", str(tmp_path), "What is it?")
    assert done.code == 2
    assert "is a folder. Attach the files in it" in done.err
    notes = tmp_path / "notes.md"
    notes.write_text("# Notes", encoding="utf-8")
    (tmp_path / "empty.png").touch()
    assert "is empty" in command("chat", "--image", tmp_path / "empty.png", "What?").err
    assert "Text files go with --file" in command("chat", "--image", str(notes), "What?").err


def test_a_conversation_goes_on(command: Command) -> None:
    command("chat", "--save", "--system", "Be brief.", "First question")
    (first,) = command("history", "list", "--json").lines
    done = command("chat", "--to", first["id"][:8], "-m", "demo-fast", "Second question")
    assert done.code == 0
    (listed,) = command("history", "list", "--json").lines
    assert (listed["id"], listed["model"], listed["settings"]) == (first["id"], "demo-fast", {"system": "Be brief."})
    texts = [message["text"] for message in command("history", "show", first["id"], "--json").lines]
    assert (texts[0], texts[2], len(texts)) == ("First question", "Second question", 4)


def test_questions_that_wait_in_a_conversation_go_on_waiting(command: Command, studio_home: Path) -> None:
    """Somebody has put them there in the window, and did not ask for them here."""
    command("chat", "--save", "First question")
    (first,) = command("history", "list", "--json").lines
    waiting = ((TextPart(text="Later"),),)

    async def queue(wanted: Queue | None = None) -> Queue:
        async with aclosing(HistoryStore(Paths.find(studio_home).history)) as history:
            if wanted is not None:
                await history.put_queue(first["id"], wanted)
            return (await history.desk(first["id"])).queue

    asyncio.run(queue(waiting))
    assert command("chat", "--to", first["id"], "-m", "demo-fast", "Second question").code == 0
    assert asyncio.run(queue()) == waiting
    texts = [message["text"] for message in command("history", "show", first["id"], "--json").lines]
    assert (texts[2], len(texts)) == ("Second question", 4)


def test_what_cannot_go_on(command: Command) -> None:
    done = command("chat", "--to", "nowhere", "Hi")
    assert (done.code, "There is no conversation “nowhere”" in done.err) == (4, True)
