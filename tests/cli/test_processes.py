"""The program as a process: pipes, signals, exit codes, and a server that it really talks to."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from cli.program import finished, run, start
from servers import STALL, Gate, json_reply, serve, sse

from chat_studio import __version__
from chat_studio.paths import Paths

KEY = "sk-0123456789abcdef"
posix = pytest.mark.skipif(sys.platform == "win32", reason="signals as POSIX has them")

pytestmark = pytest.mark.usefixtures("connections")


def custom(url: str) -> dict[str, object]:
    return {"id": "server", "name": "Server", "provider": "custom", "base_url": url, "model": "m", "api_key": KEY}


def chunk(finish: str | None = None, **delta: object) -> dict[str, object]:
    return {"id": "c", "model": "m", "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}


async def test_version_and_help() -> None:
    done = await run("--version")
    assert (done.code, done.err) == (0, "")
    assert __version__ in done.out
    done = await run("--help")
    assert (done.code, done.err) == (0, "")
    assert all(name in done.out for name in ("chat", "connections", "history", "--home"))


async def test_an_answer_from_standard_input_in_a_home_of_its_own(tmp_path: Path) -> None:
    done = await run("--home", tmp_path / "other", "chat", "-m", "demo-fast", "-", stdin="Größe: 日本語\n")
    assert (done.code, done.err) == (0, "")
    assert "> Größe: 日本語" in done.out
    assert (tmp_path / "other" / "llm_connections.json").exists()


async def test_in_a_locale_without_unicode() -> None:
    done = await run("chat", "ä 日本語", LC_ALL="C", PYTHONCOERCECLOCALE="0", PYTHONUTF8="0")
    assert (done.code, done.err) == (0, "")


async def test_bytes_that_are_no_text_are_asked_nevertheless() -> None:
    process = await start("chat", "-", PYTHONIOENCODING="utf-8:strict")
    out, err = await process.communicate(b"caf\xe9?")
    assert (process.returncode, err) == (0, b"")
    assert "> caf\ufffd?" in out.decode()


@posix
@pytest.mark.parametrize(
    ("command", "code", "said"),
    [
        ('"$0" -m chat_studio chat - <&-', 2, "The prompt is empty"),
        ('"$0" -m chat_studio chat Hi >&-', 4, "standard output is closed"),
        ('"$0" -m chat_studio connections remove fast >&-', 0, "Removed"),
        ('"$0" -m chat_studio chat -c nowhere Hi 2>&-', 4, ""),
    ],
)
async def test_streams_that_are_closed(command: str, code: int, said: str) -> None:
    process = await asyncio.create_subprocess_exec(
        "sh", "-c", command, sys.executable, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    _, err = await process.communicate()
    assert process.returncode == code
    assert said in err.decode()
    assert b"Traceback" not in err


async def test_events_from_a_server(connections: Callable[..., None]) -> None:
    call = {"index": 0, "id": "call_1", "type": "function", "function": {"name": "add", "arguments": '{"a": 1}'}}
    answer = sse(
        chunk(role="assistant", reasoning_content="hm"),
        chunk(content="Let me "),
        chunk(content="see."),
        chunk(tool_calls=[call]),
        chunk("tool_calls"),
        {"choices": [], "usage": {"prompt_tokens": 7, "completion_tokens": 5}},
    )
    async with serve({"POST /v1/chat/completions": answer}) as server:
        connections([custom(server.url)])
        done = await run("chat", "--json", "-c", "Server", "Hi")
        plain = await run("chat", "Hi")
    assert (done.code, done.err) == (0, "")
    assert done.lines == [
        {"type": "reasoning", "text": "hm"},
        {"type": "text", "text": "Let me "},
        {"type": "text", "text": "see."},
        {"type": "tool_call", "id": "call_1", "name": "add", "arguments": '{"a": 1}'},
        {"type": "usage", "input_tokens": 7, "output_tokens": 5},
        {"type": "finish", "reason": "tool_calls"},
    ]
    assert (plain.code, plain.out) == (0, 'Let me see.\nadd {"a": 1}\n')


async def test_a_key_is_sent_and_never_shown(connections: Callable[..., None], studio_home: Path) -> None:
    refusal = json_reply({"error": {"message": f"Incorrect API key provided: {KEY}."}}, 401)
    async with serve({"POST /v1/chat/completions": refusal}) as server:
        connections([custom(server.url)])
        done = await run("--verbose", "chat", "--json", "--save", "Hi")
        assert server.requests[-1].headers["authorization"] == f"Bearer {KEY}"
    assert (done.code, done.lines[-1]["kind"]) == (3, "unauthorized")
    assert KEY not in done.out + done.err
    kept = b"".join(file.read_bytes() for file in studio_home.glob("history*"))
    assert KEY.encode() not in kept


async def test_nothing_listens(connections: Callable[..., None]) -> None:
    async with serve(()) as server:
        connections([custom(server.url)])
    done = await run("chat", "Hi")
    assert (done.code, done.out) == (3, "")
    assert f"127.0.0.1:{server.port}" in done.err
    assert "Traceback" not in done.err


@posix
@pytest.mark.parametrize("save", [[], ["--save"]])
async def test_ctrl_c_ends_the_request(connections: Callable[..., None], save: list[str]) -> None:
    answer = sse(chunk(content="so far"), STALL)
    async with serve({"POST /v1/chat/completions": answer}) as server:
        connections([custom(server.url)])
        process = await start("chat", *save, "Hi")
        assert process.stdout
        assert await process.stdout.readexactly(6) == b"so far"
        process.send_signal(signal.SIGINT)
        await (await server.received()).gone.wait()
        done = await finished(process)
    assert (done.code, "Traceback" in done.err) == (130, False)
    if save:
        assert "so far\n\n[stopped]" in (await run("history", "show", "")).out


@posix
@pytest.mark.parametrize("save", [[], ["--save"]])
async def test_a_reader_that_goes_away_ends_the_request_quietly(
    connections: Callable[..., None], save: list[str]
) -> None:
    gate = Gate()
    answer = sse(chunk(content="so far"), gate, *(chunk(content="more " * 100) for _ in range(100)), STALL)
    async with serve({"POST /v1/chat/completions": answer}) as server:
        connections([custom(server.url)])
        reading, writing = os.pipe()
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "chat_studio", "chat", *save, "Hi", stdout=writing, stderr=asyncio.subprocess.PIPE
        )
        os.close(writing)
        await gate.reached.wait()
        os.close(reading)
        gate.open()
        await (await server.received()).gone.wait()
        _, err = await process.communicate()
    assert (process.returncode, err) == (141, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
async def test_a_full_disk_behind_standard_output() -> None:
    with Path("/dev/full").open("w") as full:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "chat_studio", "chat", "Hi", stdout=full, stderr=asyncio.subprocess.PIPE
        )
        _, err = await process.communicate()
    assert process.returncode == 4
    assert err.decode().startswith("The answer could not be written: ")
    assert b"Traceback" not in err


@pytest.mark.skipif(sys.platform != "linux", reason="other systems always have a display")
@pytest.mark.parametrize("arguments", [[], ["--home", "somewhere"], ["--home=somewhere"]])
async def test_without_a_display_it_says_how_to_go_on(arguments: list[str], studio_home: Path) -> None:
    done = await run(*arguments, DISPLAY="", WAYLAND_DISPLAY="", QT_QPA_PLATFORM="")
    assert (done.code, done.out) == (4, "")
    assert "no display" in done.err
    assert "chat-studio chat" in done.err


async def test_a_saved_answer_is_journalled_while_it_comes(connections: Callable[..., None], studio_home: Path) -> None:
    answer = sse(chunk(content="so far"), STALL)
    async with serve({"POST /v1/chat/completions": answer}) as server:
        connections([custom(server.url)])
        process = await start("chat", "--save", "Hi")
        assert process.stdout
        assert await process.stdout.readexactly(6) == b"so far"
        while "so far" not in (await run("history", "show", "")).out:
            assert process.returncode is None
        assert "[still coming]" in (await run("history", "show", "")).out
        process.kill()
        await finished(process)
    assert "so far\n\n[interrupted" in (await run("history", "show", "")).out
    assert list(Paths.find(studio_home).history.with_name("running").iterdir()) == []
