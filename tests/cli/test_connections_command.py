"""`chat-studio connections …`, as scripts use it."""

from __future__ import annotations

import asyncio
import io
import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from cli.program import Done, demo
from cli.program import run as run_program
from keychains import MemoryKeychain
from servers import free_port, json_reply, serve, sse

Command = Callable[..., Done]
Write = Callable[..., None]
KEY = "sk-command-0123456789abcdef"
VLLM = {"data": [{"id": "m", "owned_by": "vllm", "max_model_len": 9, "permission": []}, {"id": "n"}]}
ANSWER = sse({"choices": [{"delta": {"content": "Hello"}}]}, {"choices": [{"delta": {}, "finish_reason": "stop"}]})
SCRIPT = {"/v1/models": json_reply(VLLM), "/v1/chat/completions": ANSWER, "/version": json_reply({"version": "0.9.1"})}


@pytest.fixture
def file(studio_home: Path) -> Path:
    return studio_home / "llm_connections.json"


def entries(file: Path) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(file.read_text())["connections"]
    return found


def test_the_first_list_shows_the_sample(command: Command, file: Path):
    done = command("connections", "list")
    assert (done.code, done.err) == (0, "")
    assert [line.split()[0] for line in done.out.splitlines()] == ["demo", "ollama-local", "vllm-external"]
    assert "http://your-vllm-server:8000 (an example: put your own address here)" in done.out
    assert file.exists()


def test_list_shows_what_is_broken_and_why(command: Command, connections: Write):
    connections([demo("good"), {"id": "bad", "name": "Bad", "timeout": 0}, 7, demo("off", enabled=False)])
    done = command("connections", "list")
    assert done.code == 0
    lines = done.out.splitlines()
    assert lines[1].split()[:3] == ["bad", "Bad", "broken"]
    assert lines[1].endswith("line 1: timeout must be above 0")
    assert "is not an object" in lines[2]
    assert "switched off" in lines[3]
    listed = command("connections", "list", "--json").lines
    assert [entry.get("id") for entry in listed] == ["good", "bad", "", "off"]
    assert listed[1]["broken"] == "timeout must be above 0"


def test_list_of_an_unreadable_file_shows_what_serves(command: Command, file: Path):
    file.parent.mkdir()
    file.write_text('{"connections": [')
    done = command("connections", "list")
    assert done.code == 4
    assert "demo" in done.out
    assert "llm_connections.json is not valid JSON at line 1" in done.err
    assert "unreadable-1" in done.err


def test_show(command: Command, connections: Write):
    connections([demo("a", api_key=KEY, headers={"Authorization": KEY}, note="mine")])
    plain = command("connections", "show", "NAME OF A")
    assert plain.code == 0
    assert "api_key" in plain.out
    assert "mine" in plain.out
    (fields,) = command("connections", "show", "a", "--json").lines
    assert (fields["api_key"], fields["headers"], fields["note"]) == ("•••", {"Authorization": "•••"}, "mine")
    assert KEY not in plain.out + plain.err + json.dumps(fields)


def test_add_takes_every_field(command: Command, file: Path):
    done = command(
        *("connections", "add", "--name", "My Server", "--base-url", "http://localhost:8000", "--provider", "vllm"),
        *("--id", "mine", "--model", "m", "--timeout", "60", "--connect-timeout", "5", "--max-tokens", "100"),
        *("--temperature", "0.5", "--is-local", "--header", "X-A: b", "--header", "X-C: d"),
        *("--default-parameters", '{"top_p": 0.9}', "--no-verify-cert", "--ca-file", "/ca.pem"),
        *("--proxy", "http://proxy:3128", "--disabled", "--key-from-env", "MY_KEY"),
    )
    assert (done.code, done.out, done.err) == (0, "mine\n", "")
    assert entries(file)[-1] == {
        "id": "mine",
        "name": "My Server",
        "base_url": "http://localhost:8000",
        "model": "m",
        "api_key": None,
        "timeout": 60,
        "max_tokens": 100,
        "temperature": 0.5,
        "is_local": True,
        "provider": "vllm",
        "api_key_env_var": "MY_KEY",
        "connect_timeout": 5,
        "enabled": False,
        "headers": {"X-A": "b", "X-C": "d"},
        "default_parameters": {"top_p": 0.9},
        "verify_cert": False,
        "ca_file": "/ca.pem",
        "proxy": "http://proxy:3128",
    }


def test_add_makes_name_and_id(command: Command, file: Path):
    assert command("connections", "add", "--url", "http://localhost:8000").out == "localhost\n"
    assert command("connections", "add", "--url", "http://localhost:8000").out == "localhost-2\n"
    assert command("connections", "add", "--provider", "openai", "--json").lines[0]["id"] == "openai"
    assert [entry["id"] for entry in entries(file)][-3:] == ["localhost", "localhost-2", "openai"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--base-url", "ftp://x"], "base_url must begin with http:// or https://"),
        (["--base-url", "http://x", "--temperature", "3"], "temperature must be at most 2"),
        (["--base-url", "http://x", "--timeout", "0"], "timeout must be above 0"),
        (["--base-url", "http://x", "--timeout", "soon"], "--timeout"),
        (["--base-url", "http://x", "--header", "nonsense"], "Name: value"),
        (["--base-url", "http://x", "--default-parameters", "[1]"], "must be a JSON object"),
        (["--base-url", "http://x", "--provider", "none"], "--provider"),
        (["--base-url", "http://x", "--key", "KEY-AS-ARGUMENT"], "could be seen by others"),
        ([], "Give --base-url URL, or --provider"),
    ],
)
def test_add_refuses_what_cannot_work(command: Command, file: Path, arguments: list[str], said: str):
    done = command("connections", "add", *arguments)
    assert done.code == 2
    assert said in done.err
    assert done.out == ""
    assert "KEY-AS-ARGUMENT" not in done.err
    assert not file.exists() or len(entries(file)) == 3


def test_add_refuses_a_taken_id(command: Command, connections: Write):
    done = command("connections", "add", "--provider", "demo", "--id", "fast")
    assert done.code == 4
    assert "id “fast”" in done.err


def test_a_piped_key_goes_to_the_keychain(
    command: Command, file: Path, keychain: MemoryKeychain, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{KEY}\n"))
    done = command("connections", "add", "--provider", "openai", "--key", "-")
    assert (done.code, done.out, done.err) == (0, "openai\n", "")
    assert entries(file)[-1]["api_key"] == "keychain:openai"
    assert keychain.by_id == {"openai": KEY}
    assert command("connections", "remove", "openai").code == 0
    assert keychain.by_id == {}


def test_without_a_keychain_add_says_where_the_key_is(
    command: Command, file: Path, no_keychain: None, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(sys, "stdin", io.StringIO(KEY))
    done = command("connections", "add", "--provider", "openai", "--key", "-")
    assert (done.code, done.out) == (0, "openai\n")
    assert str(file.with_name("secrets.json")) in done.err
    assert KEY not in done.err + file.read_text()


def test_an_empty_pipe_is_no_key(command: Command, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    done = command("connections", "add", "--provider", "openai", "--key", "-")
    assert (done.code, done.out) == (2, "")
    assert "No key came" in done.err


def test_remove(command: Command, connections: Write, file: Path):
    connections([demo("a"), {"id": "bad"}, demo("b"), demo("c")])
    done = command("connections", "remove", "Name of a", "bad", "c")
    assert done.code == 0
    assert "Removed “Name of a”." in done.err
    assert [entry["id"] for entry in entries(file)] == ["b"]
    missing = command("connections", "remove", "b", "nothing")
    assert missing.code == 4
    assert [entry["id"] for entry in entries(file)] == ["b"], "all or none"


@pytest.mark.parametrize("subcommand", ["show", "test", "models"])
def test_an_unknown_connection(command: Command, connections: Write, subcommand: str):
    done = command("connections", subcommand, "fost")
    assert (done.code, done.out) == (4, "")
    assert "There is no connection “fost”" in done.err
    assert "Did you mean" in done.err


@pytest.mark.parametrize("subcommand", ["show", "test", "models"])
def test_a_broken_connection(command: Command, connections: Write, subcommand: str):
    connections([{"id": "bad", "name": "Bad", "provider": "demo", "timeout": 0}])
    done = command("connections", subcommand, "bad")
    assert (done.code, done.out) == (4, "")
    assert "timeout must be above 0" in done.err


def test_the_demo_passes_its_test(command: Command, connections: Write):
    done = command("connections", "test", "fast")
    assert (done.code, done.err) == (0, "")
    assert [line[0] for line in done.out.splitlines()] == list("–––✓✓✓––")
    steps = command("connections", "test", "fast", "--json").lines
    assert [(step["name"], step["state"]) for step in steps[4:6]] == [("models", "ok"), ("first token", "ok")]


def test_a_failed_test_says_where_and_what_to_do(command: Command, connections: Write):
    url = f"http://127.0.0.1:{free_port()}"
    connections([{"id": "o", "name": "Mine", "provider": "ollama", "base_url": url}])
    done = command("-v", "connections", "test", "o")
    assert done.code == 3
    assert [line[0] for line in done.out.splitlines()] == list("✓✗––––––")
    message, hint, *detail = done.err.splitlines()
    assert message == f"Mine: Nothing listens at {url.removeprefix('http://')}."
    assert "Is Ollama running?" in hint
    assert detail
    failed = command("connections", "test", "o", "--json").lines[1]
    assert (failed["state"], failed["summary"]) == ("failed", message.removeprefix("Mine: "))


def test_a_test_that_fails_for_the_set_up_has_the_code_of_configuration(command: Command, connections: Write):
    connections([{"id": "v", "name": "V", "provider": "vllm", "base_url": "http://your-vllm-server:8000"}])
    assert command("connections", "test", "v").code == 4


async def test_models_test_and_detect_on_a_real_server(connections: Write, file: Path):
    async with serve(SCRIPT) as server:
        connections([{"id": "v", "name": "V", "base_url": server.url, "api_key": KEY}])
        models = await run_program("connections", "models", "v")
        as_json = await run_program("connections", "models", "v", "--json")
        tested = await run_program("connections", "test", "v")
        detected = await run_program("connections", "detect", server.url, "--key", "-", stdin=f"{KEY}\n")
        detected_json = await run_program("connections", "detect", server.url, "--json")
        keys = {request.headers.get("authorization") for request in server.requests}
    assert (models.code, models.out, models.err) == (0, "MODEL  CONTEXT\nm      9\nn      –\n", "")
    assert as_json.lines == [{"id": "m", "context_length": 9}, {"id": "n"}]
    assert tested.code == 0, tested.err
    assert [line[0] for line in tested.out.splitlines() if line[0] != " "] == list("✓✓–✓✓✓!!")
    assert detected.out == (f"vLLM 0.9.1 at {server.url}/v1\nIt answers GET /v1/models as vLLM does.\n    m\n    n\n")
    (found,) = detected_json.lines
    assert (found["kind"], found["version"], [model["id"] for model in found["models"]]) == (
        "vllm",
        "0.9.1",
        ["m", "n"],
    )
    assert keys == {f"Bearer {KEY}", None}
    written = "".join(done.out + done.err for done in (models, as_json, tested, detected, detected_json))
    assert KEY not in written


def test_detect_failures(command: Command):
    assert command("connections", "detect", f"http://127.0.0.1:{free_port()}").code == 3
    assert command("connections", "detect", "not an address").code == 4
    missing = command("connections", "detect", "https://api.openai.com", "--key-from-env", "NOT_SET")
    assert missing.code == 4
    assert "NOT_SET" in missing.err
    known = command("connections", "detect", "https://api.openai.com")
    assert (known.code, known.out.splitlines()[0]) == (0, "OpenAI at https://api.openai.com/v1")


def test_models_of_a_server_that_is_down(command: Command, connections: Write):
    connections([{"id": "v", "name": "V", "provider": "vllm", "base_url": f"http://127.0.0.1:{free_port()}"}])
    done = command("connections", "models", "v")
    assert (done.code, done.out) == (3, "")
    assert "V: Nothing listens at" in done.err


async def test_listing_does_not_import_the_http_library(studio_home: Path):
    script = (
        "import sys; from chat_studio.cli.main import run; code = run(['connections', 'list']);"
        "assert not {'httpx', 'keyring', 'PySide6'} & set(sys.modules), sys.modules.keys(); sys.exit(code)"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", script, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    out, err = await process.communicate()
    assert process.returncode == 0, err.decode()
    assert b"demo" in out


@pytest.mark.parametrize("arguments", [[], ["--help"], *([name, "--help"] for name in ("add", "test", "detect"))])
def test_help(command: Command, arguments: list[str]):
    done = command("connections", *arguments)
    assert "Usage: chat-studio connections" in done.out + done.err
