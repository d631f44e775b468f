"""`chat-studio connections test`, `models` and `detect`: what a server says."""

from __future__ import annotations

import asyncio
import os
from dataclasses import asdict
from typing import Any

import click

from chat_studio.cli import output
from chat_studio.cli.connections_show import as_json
from chat_studio.cli.keys import key_from_env_option, key_option, typed_key
from chat_studio.cli.running import run
from chat_studio.connections.detect import detect
from chat_studio.connections.doctor import Step, examine
from chat_studio.errors import KeyUnavailable, StudioError
from chat_studio.providers.values import ModelInfo
from chat_studio.studio import Studio

_MARKS = {"ok": "✓", "failed": "✗", "skipped": "–"}


@click.command("test")
@click.argument("connection")
@as_json
@click.pass_obj
def test_command(studio: Studio, connection: str, as_json: bool) -> None:
    """Examine CONNECTION step by step, from the name of its host to the first token of an answer."""
    run(studio, _test(studio, connection, as_json))


@click.command("models")
@click.argument("connection")
@as_json
@click.pass_obj
def models_command(studio: Studio, connection: str, as_json: bool) -> None:
    """List the models that the server of CONNECTION offers now."""
    for model in run(studio, studio.providers.models(connection)):
        if as_json:
            output.write_json(_model(model))
        else:
            output.write(f"{model.id}\n")


@click.command("detect")
@click.argument("url")
@key_option
@key_from_env_option
@as_json
@click.pass_obj
def detect_command(studio: Studio, url: str, key: str | None, key_from_env: str | None, as_json: bool) -> None:
    """Find out what kind of server answers at URL. A key is sent to that host only."""
    found = run(studio, detect(url, typed_key(key) or _from_environment(key_from_env)))
    if as_json:
        output.write_json(asdict(found) | {"models": [_model(model) for model in found.models]})
        return
    output.write(f"{found.label} {found.version}".rstrip() + f" at {found.base_url}\n{found.why}\n")
    for model in found.models:
        output.write(f"    {model.id}\n")


async def _test(studio: Studio, name: str, as_json: bool) -> None:
    """Writes each step as it ends; a failed one is raised at last, so that it is told as any failure."""
    connection = await asyncio.to_thread(studio.connections.find, name)
    failure: StudioError | None = None
    async for step in examine(connection, studio.secrets):
        if step.state == "running":
            continue
        failure = step.error or failure
        _write_step(step, as_json)
    if failure:
        raise failure


def _write_step(step: Step, as_json: bool) -> None:
    if as_json:
        texts = {name: getattr(step, name) for name in ("name", "state", "summary", "seconds", "hint", "detail")}
        output.write_json({key: value for key, value in texts.items() if value not in (None, "")})
        return
    summary = "" if step.state == "failed" else step.summary
    took = f"({step.seconds * 1000:,.0f} ms)" if step.seconds is not None else ""
    output.write(
        " ".join(text for text in (_MARKS[step.state], f"{step.name:12}", summary, took) if text).rstrip() + "\n"
    )


def _from_environment(variable: str | None) -> str:
    if not variable:
        return ""
    if key := os.environ.get(variable, "").strip():
        return key
    raise KeyUnavailable(f"The environment variable {variable} is not set.", hint="Set it, or use --key -.")


def _model(model: ModelInfo) -> dict[str, Any]:
    """What the server told of it, and nothing else."""
    told = asdict(model) | {"capabilities": sorted(model.capabilities)}
    return {name: value for name, value in told.items() if value not in (None, "", [])}
