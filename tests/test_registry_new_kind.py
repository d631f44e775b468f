"""A kind is one file: a provider that nobody knows is found, recognised, edited, examined and used like the others."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from servers import json_reply, serve, sse

from chat_studio import providers
from chat_studio.cli.main import run
from chat_studio.connections.detect import detect
from chat_studio.connections.doctor import examine
from chat_studio.connections.draft import Draft
from chat_studio.connections.secrets import Secrets
from chat_studio.connections.templates import fields_of, templates
from chat_studio.errors import ConfigurationError
from chat_studio.providers import registry
from chat_studio.providers.values import Endpoint

FILE = '''
"""Acme's server, which no list names."""

from pydantic import Field

from chat_studio.providers._chat_completions.provider import ChatCompletionsProvider, ChatOptions
from chat_studio.providers.values import Probe, Recognition, Template, Variables


class AcmeOptions(ChatOptions):
    region: str = Field(default="north", title="Region")


class Acme(ChatCompletionsProvider):
    kind = "acme"
    label = "Acme"
    default_base_url = "https://api.acme.example/v1"
    variables = Variables(("ACME_API_KEY",), ("ACME_BASE_URL",), "ACME")
    recognition = Recognition(hosts=("api.acme.example",), probes=("/acme/status",))
    templates = (Template(id="acme-rocket", name="Rocket", provider="acme", model_id="rocket", auth="bearer"),)
    Options = AcmeOptions

    @classmethod
    def recognise(cls, probe: Probe) -> bool:
        return probe.path == "/acme/status" and isinstance(probe.json, dict) and "acme" in probe.json

    def headers(self) -> dict[str, str]:
        return {**super().headers(), "x-region": self.options.region}


provider = Acme
'''
SCRIPT = {
    "/acme/status": json_reply({"acme": "1.2"}),
    "/v1/models": json_reply({"data": [{"id": "rocket"}]}),
    "/v1/chat/completions": sse({"choices": [{"delta": {"content": "Beep"}, "finish_reason": "stop"}]}),
}
DONE_BEFORE = ("chat_studio.cli.connections_edit", "chat_studio.cli.connections_import")
"""Modules of commands whose options list the kinds; a process imports them after all kinds exist."""


@pytest.fixture(autouse=True)
def acme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The file, as if it lay in the folder of the others."""
    (tmp_path / "acme.py").write_text(FILE, "utf-8")
    monkeypatch.setattr(providers, "__path__", [*providers.__path__, str(tmp_path)])
    for module in DONE_BEFORE:
        monkeypatch.delitem(sys.modules, module, raising=False)
    registry.kinds.cache_clear()
    yield
    registry.kinds.cache_clear()
    sys.modules.pop("chat_studio.providers.acme", None)
    vars(providers).pop("acme", None)


@pytest.fixture
def file(home: Path) -> Path:
    return home / "studio" / "llm_connections.json"


async def command(*arguments: str) -> int:
    """Runs a command of this process beside the server's loop."""
    return await asyncio.to_thread(run, arguments)


def test_the_registry_finds_it() -> None:
    assert "acme" in registry.kinds()
    assert registry.provider_class("acme").label == "Acme"


def test_without_its_file_there_is_none(tmp_path: Path) -> None:
    (tmp_path / "acme.py").unlink()
    registry.kinds.cache_clear()
    with pytest.raises(ConfigurationError):
        registry.provider_class("acme")


async def test_its_server_is_recognised_by_a_question_of_its_own() -> None:
    async with serve(SCRIPT) as server:
        found = await detect(server.url)
        assert "/acme/status" in [request.path for request in server.requests]
    assert (found.kind, found.label, found.base_url) == ("acme", "Acme", f"{server.url}/v1")
    assert [model.id for model in found.models] == ["rocket"]


async def test_its_host_is_known_without_a_question() -> None:
    found = await detect("api.acme.example")
    assert (found.kind, found.base_url) == ("acme", "https://api.acme.example/v1")


def test_the_editor_takes_it_with_its_own_fields() -> None:
    draft = Draft(name="Mine", provider="acme", options={"region": "south"})
    assert (draft.problems, draft.warnings) == ({}, {})
    assert draft.connection is not None
    assert (draft.connection.model_extra or {})["region"] == "south"


def test_its_templates_stand_among_the_others() -> None:
    (template,) = (template for template in templates() if template.provider == "acme")
    assert fields_of(template)["model"] == "rocket"


async def test_the_doctor_examines_it(home: Path) -> None:
    async with serve(SCRIPT) as server:
        connection = Draft(name="Mine", provider="acme", base_url=server.url).connection
        assert connection is not None
        steps = [step async for step in examine(connection, Secrets(home / "secrets.json"))]
    assert {step.name for step in steps if step.state == "ok"} >= {"port", "models", "first token"}
    assert [step for step in steps if step.state == "failed"] == []


async def test_commands_use_it(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    async with serve(SCRIPT) as server:
        fields = ("--provider", "acme", "--base-url", server.url, "--name", "Mine", "--set", "region=south")
        assert await command("connections", "add", "--id", "mine", *fields) == 0
        assert await command("connections", "list", "--json") == 0
        assert await command("connections", "test", "mine") == 0
        assert await command("chat", "-c", "mine", "Hello") == 0
        assert {request.headers["x-region"] for request in server.requests} == {"south"}
    written = capsys.readouterr().out
    (entry,) = (entry for entry in json.loads(file.read_text())["connections"] if entry["id"] == "mine")
    assert (entry["provider"], entry["region"]) == ("acme", "south")
    assert '"provider": "acme"' in written
    assert "Beep" in written


def test_without_an_address_it_has_its_own() -> None:
    provider = registry.provider_class("acme")
    assert provider(Endpoint("Mine", "")).base_url == "https://api.acme.example/v1"  # type: ignore[attr-defined]
