"""`chat-studio connections test`, `models` and `detect`, and `tokens` and `embed`, against real servers."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cli.program import Done
from cli.program import run as run_program
from keychains import MemoryKeychain
from servers import Answer, free_port, json_reply, serve, sse

from chat_studio.cli import model_table
from chat_studio.connections.report import report
from chat_studio.connections.steps import Step
from chat_studio.providers.values import ModelInfo, Price

Command = Callable[..., Done]
Write = Callable[..., None]
KEY = "sk-asking-0123456789abcdef"
MODELS = json_reply({"data": [{"id": "m"}]})
ANSWER = sse({"choices": [{"delta": {"content": "Red"}}]}, {"choices": [{"delta": {}, "finish_reason": "stop"}]})
NO_TOOLS = json_reply({"error": {"message": '"auto" tool choice requires --enable-auto-tool-choice'}}, 400)
ANSWERS = [ANSWER, NO_TOOLS, ANSWER, ANSWER, NO_TOOLS, ANSWER]
SCRIPT: dict[str, Any] = {"/v1/models": MODELS, "/v1/chat/completions": ANSWERS}


def entry(url: str, **fields: object) -> dict[str, object]:
    return {"id": "a", "name": "Mine", "provider": "custom", "base_url": url, **fields}


async def test_warnings_are_printed_and_are_no_failure(connections: Write):
    async with serve(SCRIPT) as server:
        connections([entry(server.url, model="m")])
        done = await run_program("connections", "test", "a")
        words = await run_program("connections", "test", "a", "--words")
    assert (done.code, done.err) == (0, "")
    lines = done.out.splitlines()
    (warning,) = (number for number, line in enumerate(lines) if line.startswith("!"))
    assert "tools" in lines[warning]
    assert "does not take tools here" in lines[warning]
    assert lines[warning + 1].startswith("    → ")
    assert "enable-auto-tool-choice" not in done.out
    assert "requires --enable-auto-tool-choice" in words.out


async def test_a_report_holds_all_but_keys(connections: Write):
    refused = json_reply({"error": {"message": f"Incorrect API key provided: {KEY}"}}, 401)
    async with serve({"/v1/models": refused}) as server:
        connections([entry(server.url, api_key=KEY)])
        done = await run_program("connections", "test", "a", "--report")
    assert done.code == 3
    assert done.out.startswith(f"Mine ({server.url})\nname: ok")
    assert "key: FAILED, " in done.out
    assert "images: not tried" in done.out
    assert KEY not in done.out + done.err
    assert "Check the key" in done.err


async def test_a_report_holds_no_password_of_an_address(connections: Write):
    async with serve(SCRIPT) as server:
        address = f"user:{KEY}@127.0.0.1:{server.port}"
        connections([entry("", urls=[f"http://{address}", address], model="m")])
        done = await run_program("connections", "test", "a", "--report")
        shown = await run_program("connections", "show", "a", "--json")
        listed = await run_program("connections", "list")
        found = [await run_program("connections", "detect", address, *json) for json in ((), ("--json",))]
    assert done.out.startswith(f"Mine (http://user:•••@127.0.0.1:{server.port})\n")
    assert all(KEY not in one.out + one.err for one in (done, shown, listed, *found))
    assert f"•••@127.0.0.1:{server.port} m" in listed.out


def test_a_reports_lines():
    steps = [
        Step("name", "ok", "localhost is 127.0.0.1", 0.0123),
        Step("TLS", "warning", "certificate not verified", 0.0001, hint="Set ca_file.", detail="two\nlines"),
        Step("key", "failed", "The server failed.", 2.5),
        Step("tools", "skipped"),
        Step("images", "skipped", "This kind takes none."),
    ]
    assert report("Mine", steps) == (
        "Mine\nname: ok, 12 ms – localhost is 127.0.0.1\nTLS: WARNING, <1 ms – certificate not verified\n"
        "    Set ca_file.\n    two\n    lines\nkey: FAILED, 2.5 s – The server failed.\ntools: not tried\n"
        "images: not used – This kind takes none.\n"
    )


async def test_what_is_detected_can_be_kept(connections: Write, studio_home: Path):
    async with serve(SCRIPT) as server:
        done = await run_program("connections", "detect", f"{server.url}/v1/chat/completions", "--save")
        named = await run_program("connections", "detect", server.url, "--save", "--name", "My own", "--json")
        models = await run_program("connections", "models", "127.0.0.1", "--json")
    assert (done.code, done.out.splitlines()[-1]) == (0, "127.0.0.1")
    assert named.lines[0]["saved"] == "my-own"
    stored = json.loads((studio_home / "llm_connections.json").read_text())["connections"]
    kept = {entry["id"]: (entry["name"], entry["provider"], entry["base_url"]) for entry in stored[-2:]}
    assert kept == {
        "127.0.0.1": ("127.0.0.1", "custom", f"{server.url}/v1"),
        "my-own": ("My own", "custom", f"{server.url}/v1"),
    }
    assert models.lines == [{"id": "m"}]


def test_the_key_of_what_is_kept(
    command: Command, studio_home: Path, keychain: MemoryKeychain, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("MY_KEY", KEY)
    found = command("connections", "detect", "https://api.openai.com", "--save", "--key-from-env", "MY_KEY")
    assert (found.code, found.err) == (0, "Saved as:\n")
    without = command("connections", "detect", "https://api.anthropic.com", "--save")
    assert "It wants a key" in without.err
    text = (studio_home / "llm_connections.json").read_text()
    assert json.loads(text)["connections"][-2]["api_key_env_var"] == "MY_KEY"
    assert KEY not in text + found.out + found.err


def test_a_name_is_for_what_is_kept(command: Command):
    done = command("connections", "detect", "https://api.openai.com", "--name", "x")
    assert (done.code, "--save" in done.err) == (2, True)


def test_a_table_has_the_columns_that_are_told():
    models = [
        ModelInfo("big", context_length=131072, size=4_700_000_000, quantization="Q4_K_M", loaded=True),
        ModelInfo("other", capabilities=frozenset({"tools", "completion"}), price=Price(0.15, 0.6), size=90_000_000),
    ]
    assert model_table.table(models) == [
        ("MODEL", "CONTEXT", "SIZE", "QUANTISATION", "LOADED", "CAPABILITIES", "PRICE/1M IN, OUT"),
        ("big", "131,072", "4.7 GB", "Q4_K_M", "yes", "–", "–"),
        ("other", "–", "90 MB", "–", "–", "completion, tools", "$0.15 / $0.6"),
    ]
    assert model_table.table([ModelInfo("a"), ModelInfo("b")]) == [("a",), ("b",)]
    assert model_table.table([]) == []


async def test_tokens_are_counted_by_the_server(connections: Write):
    script: dict[str, Answer] = {"/v1/models": MODELS, "/v1/messages/count_tokens": json_reply({"input_tokens": 7})}
    async with serve(script | {"/tokenize": json_reply({"count": 7, "tokens": [1] * 7})}) as server:
        connections([entry(server.url, provider="vllm", model="m")])
        done = await run_program("tokens", "-c", "a", "-", stdin="Hello")
        asked = server.requests[-1].json
    assert (done.code, done.out, done.err) == (0, "7\n", "")
    assert "Hello" in json.dumps(asked)


def test_a_server_that_does_not_count(command: Command, connections: Write):
    done = command("tokens", "-c", "fast", "Hello")
    assert (done.code, done.out) == (3, "")
    assert "not counted by this server" in done.err


async def test_texts_become_vectors(connections: Write):
    vectors = [{"index": 0, "embedding": [0.5, 1]}, {"index": 1, "embedding": [2, 3]}]
    listed = {"data": [{"id": "chat"}, {"id": "nomic", "capabilities": ["embedding"]}]}
    async with serve({"/v1/models": json_reply(listed), "/v1/embeddings": json_reply({"data": vectors})}) as server:
        connections([entry(server.url)])
        done = await run_program("embed", "-c", "a", "one", "two")
        named = await run_program("embed", "-c", "a", "-m", "mine", "one", "two")
        models = [request.json["model"] for request in server.requests if request.method == "POST"]
    assert done.lines == [{"text": "one", "embedding": [0.5, 1.0]}, {"text": "two", "embedding": [2.0, 3.0]}]
    assert (named.code, models) == (0, ["nomic", "mine"])


def test_a_kind_without_embeddings(command: Command, connections: Write):
    done = command("embed", "-c", "fast", "Hello")
    assert (done.code, done.out) == (3, "")
    assert "has no embeddings" in done.err


def test_nothing_listens(command: Command, connections: Write):
    connections([entry(f"http://127.0.0.1:{free_port()}", model="m")])
    for arguments in (["tokens", "-c", "a", "x"], ["embed", "-c", "a", "x"]):
        assert command(*arguments).code == 3


def test_help_names_them(command: Command):
    done = command("--help")
    assert all(f"  {name} " in done.out for name in ("embed", "tokens"))


async def test_one_model_is_asked_for_where_the_list_tells_nothing(connections: Write):
    shown = {"capabilities": ["completion", "tools"],
             "model_info": {"general.architecture": "llama", "llama.context_length": 131072}}  # fmt: skip
    script: dict[str, Answer] = {
        "/api/tags": json_reply({"models": [{"model": "llama3.1:8b", "size": 1}]}),
        "/api/ps": json_reply({"models": []}),
        "POST /api/show": json_reply(shown),
    }
    async with serve(script) as server:
        connections([{"id": "o", "name": "O", "provider": "ollama", "base_url": server.url}])
        one = await run_program("connections", "models", "o", "llama3.1:8b", "--json")
    assert one.lines == [{"id": "llama3.1:8b", "context_length": 131072, "capabilities": ["completion", "tools"]}]


async def test_a_model_that_is_not_listed(connections: Write):
    async with serve({"/v1/models": MODELS}) as server:
        connections([entry(server.url)])
        done = await run_program("connections", "models", "a", "nobody")
    assert (done.code, done.out) == (3, "")
    assert "nobody" in done.err
