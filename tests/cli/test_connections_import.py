"""`chat-studio connections import`, `templates`, and `add` with what they know."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from cli.program import Done
from keychains import MemoryKeychain

from chat_studio.providers import registry

Command = Callable[..., Done]
KEY = "sk-imported-0123456789abcdef"


@pytest.fixture(autouse=True)
def no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of whoever runs the tests do not count."""
    for kind in map(registry.provider_class, registry.kinds()):
        for name in (*kind.variables.key, *kind.variables.address):
            monkeypatch.delenv(name, raising=False)


@pytest.fixture
def file(studio_home: Path) -> Path:
    return studio_home / "llm_connections.json"


@pytest.fixture
def env_file(tmp_path: Path) -> Path:
    path = tmp_path / "project.env"
    path.write_text(f"OPENAI_API_KEY={KEY}\nOPENAI_TEMPERATURE=hot\nOLLAMA_HOST=box\n")
    return path


def entries(file: Path) -> dict[str, dict[str, object]]:
    found: list[dict[str, object]] = json.loads(file.read_text())["connections"]
    return {str(entry["id"]): entry for entry in found}


def test_import_keeps_references(command: Command, file: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("OPENAI_MODEL", "gpt-4o")
    done = command("connections", "import")
    assert (done.code, done.err) == (0, "")
    assert done.out == "added: openai (openai gpt-4o) – key from OPENAI_API_KEY\n"
    assert (entries(file)["openai"]["api_key"], entries(file)["openai"]["model"]) == ("env:OPENAI_API_KEY", "gpt-4o")
    again = command("connections", "import")
    assert (again.code, again.out) == (0, "exists: openai (openai gpt-4o)\n")
    assert KEY not in file.read_text() + done.out


def test_import_of_a_file_tells_what_will_not_work(command: Command, file: Path, env_file: Path):
    done = command("connections", "import", "--env-file", env_file)
    assert done.code == 0
    assert "added: ollama (ollama http://box:11434) – no key" in done.out
    assert "OpenAI: OPENAI_TEMPERATURE must be a number, like 0.7." in done.err
    assert "OpenAI: OPENAI_API_KEY does not have this value in the environment" in done.err
    assert KEY not in file.read_text() + done.out + done.err


def test_import_moves_keys_to_the_keychain(command: Command, file: Path, env_file: Path, keychain: MemoryKeychain):
    arguments = ("connections", "import", "--env-file", env_file, "--keychain", "--only", "openai")
    done = command(*arguments, "--json")
    (told,) = done.lines
    assert (told["state"], told["id"], told["key"]) == (
        "added",
        "openai",
        "key of OPENAI_API_KEY, kept in the keychain",
    )
    assert told["connection"]["api_key"] == "keychain:openai"
    assert told["problems"] == ["OPENAI_TEMPERATURE must be a number, like 0.7."]
    assert entries(file)["openai"]["api_key"] == "keychain:openai"
    assert list(keychain.keys.values()) == [KEY]
    assert "ollama" not in entries(file)
    assert KEY not in file.read_text() + done.out + done.err
    assert command(*arguments, "--json").lines[0]["state"] == "exists"


def test_a_dry_run_adds_nothing(command: Command, file: Path, env_file: Path):
    done = command("connections", "import", "--env-file", env_file, "--dry-run")
    assert done.out.count("would be added: ") == 2
    assert not {"openai", "ollama"} & entries(file).keys()


def test_a_password_in_an_address_is_not_shown(command: Command, tmp_path: Path):
    path = tmp_path / ".env"
    path.write_text("VLLM_BASE_URL=https://me:hidden-password@vllm.example.org/v1\n")
    for more in ((), ("--json",)):
        done = command("connections", "import", "--env-file", path, "--dry-run", *more)
        assert "https://me:•••@vllm.example.org/v1" in done.out
        assert "hidden-password" not in done.out + done.err


def test_what_leads_nowhere_is_left_out(command: Command, file: Path, tmp_path: Path):
    path = tmp_path / ".env"
    path.write_text("LLM_MODEL=foo\n")
    done = command("connections", "import", "--env-file", path)
    assert (done.code, done.out) == (0, "left out: foo (detected foo) – no key, preferred\n")
    assert "set LLM_PROVIDER or LLM_BASE_URL" in done.err
    assert "foo" not in entries(file)


def test_import_of_nothing(command: Command, tmp_path: Path):
    done = command("connections", "import")
    assert done.code == 4
    assert "No variables of any provider were found in the environment." in done.err
    missing = command("connections", "import", "--env-file", tmp_path / "none.env")
    assert missing.code == 4
    assert "none.env cannot be read" in missing.err
    assert command("connections", "import", "--only", "nobody").code == 2


def test_templates(command: Command):
    done = command("connections", "templates", "claude", "haiku", "4.5")
    assert (done.code, done.err) == (0, "")
    listed, current = done.out.splitlines()
    assert listed.split()[0] == "anthropic-claude-haiku-4.5"
    assert listed.endswith(
        "300K context, 8K out, vision, tools, $0.80 / $4, listed 2026-11-20; $1 / $5, checked 2026-07-29"
    )
    assert current.split()[0] == "anthropic-claude-haiku-4-5"
    (mini,) = command("connections", "templates", "openai", "gpt-4o-mini", "--json").lines
    assert mini["context_length"] == 128_000
    assert mini["table_price"]["cached"] == 0.075
    assert "vision" in mini["badges"]
    assert len(command("connections", "templates", "--json").lines) > 29
    nothing = command("connections", "templates", "nonsense")
    assert (nothing.code, nothing.out, nothing.err) == (0, "", "No template has all of these words.\n")


def test_add_from_a_template(command: Command, file: Path):
    arguments = ("--template", "openai-gpt-4o-mini", "--temperature", "0.1", "--default-parameters", '{"seed": 1}')
    assert command("connections", "add", *arguments).out == "gpt-4o-mini\n"
    added = entries(file)["gpt-4o-mini"]
    assert (added["name"], added["model"], added["temperature"]) == ("GPT-4o mini", "gpt-4o-mini", 0.1)
    assert (added["max_tokens"], added["context_length"], added["price_output"]) == (16_384, 128_000, 0.6)
    assert added["default_parameters"] == {"top_p": 1, "seed": 1}
    unknown = command("connections", "add", "--template", "gpt-9")
    assert unknown.code == 4
    assert "There is no template “gpt-9”" in unknown.err
    later = command("connections", "add", "--template", "local-vllm-checkpoint")
    assert (later.code, later.err) == (0, "Needs local deployment, which a later version brings.\n")


def test_add_by_a_model_alone(command: Command, file: Path):
    assert command("connections", "add", "--model", "claude-opus-5").out == "claude-opus-5\n"
    assert entries(file)["claude-opus-5"]["provider"] == "anthropic"
    assert command("connections", "add", "--model", "qwen3:8b").out == "qwen3-8b\n"
    assert entries(file)["qwen3-8b"]["provider"] == "ollama"
    unknown = command("connections", "add", "--model", "foo")
    assert unknown.code == 2
    assert "No kind is known for the model “foo”" in unknown.err


def test_add_takes_the_further_fields(command: Command, file: Path):
    done = command(
        *("connections", "add", "--id", "m", "--url", "http://a:8000", "--replica", "http://b:8000", "--provider"),
        *("vllm", "--replica", "http://c:8000", "--short-timeout", "5", "--context-length", "4096"),
        *("--price-input", "0.5", "--price-output", "0"),
    )
    assert (done.code, done.err) == (0, "")
    added = entries(file)["m"]
    assert added["urls"] == ["http://b:8000", "http://c:8000"]
    assert (added["short_timeout"], added["context_length"]) == (5, 4096)
    assert (added["price_input"], added["price_output"]) == (0.5, 0)


@pytest.mark.parametrize("provider", [(), ("--provider", "azure")])
def test_add_refuses_what_is_no_address(command: Command, provider: tuple[str, ...]):
    done = command("connections", "add", "--url", "http://[bad", *provider)
    assert (done.code, "The connection cannot be added: base_url " in done.err) == (2, True)


def test_add_sets_what_only_a_kind_has(command: Command, file: Path):
    own = ("--set", "tokens_per_second=50", "--set", "fail_after=3")
    assert command("connections", "add", "--provider", "demo", "--id", "d", *own).code == 0
    assert entries(file)["d"]["tokens_per_second"] == 50
    assert entries(file)["d"]["fail_after"] == 3
    told_by_the_host = ("--url", "https://api.openai.com/v1", "--set", "organization=org-1")
    assert command("connections", "add", "--id", "o", *told_by_the_host).code == 0
    assert entries(file)["o"]["organization"] == "org-1"
    wrong = command("connections", "add", "--provider", "demo", "--set", "tokens_per_second=fast")
    assert (wrong.code, "--set tokens_per_second: must be a" in wrong.err) == (2, True)


def test_add_refuses_fields_that_no_kind_or_not_this_kind_has(command: Command):
    done = command("connections", "add", "--provider", "ollama", "--set", "nonsense=1")
    assert done.code == 2
    assert "--set nonsense: Ollama has these fields of its own" in done.err
    without = command("connections", "add", "--url", "http://box:8000", "--set", "a=1")
    assert without.code == 2
    assert "--set needs --provider" in without.err
