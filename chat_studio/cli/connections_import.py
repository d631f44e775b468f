"""`chat-studio connections import`: connections from environment variables or a `.env` file."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import click

from chat_studio.cli import output
from chat_studio.cli.connections_show import as_json
from chat_studio.connections.environment import Proposal, proposals, read_env_file, same
from chat_studio.connections.listing import ConnectionFile
from chat_studio.connections.masking import masked
from chat_studio.connections.model import Connection
from chat_studio.errors import ConfigurationError
from chat_studio.providers import registry
from chat_studio.studio import Studio


@click.command("import")
@click.option("--env-file", metavar="FILE", help="Read the variables from a .env file (else: the environment).")
@click.option("--keychain", is_flag=True, help="Move the keys to the system's keychain (else: they stay variables).")
@click.option("--dry-run", is_flag=True, help="Tell what would be added, and add nothing.")
@click.option("--only", multiple=True, type=click.Choice(registry.kinds()), help="Only this kind; may be repeated.")
@as_json
@click.pass_obj
def import_command(
    studio: Studio, env_file: str | None, keychain: bool, dry_run: bool, only: tuple[str, ...], as_json: bool
) -> None:
    """Add a connection for each provider that environment variables speak of.

    OPENAI_API_KEY, OPENAI_MODEL, OPENAI_TEMPERATURE, OPENAI_MAX_TOKENS, OPENAI_STREAM, OPENAI_BASE_URL, their
    counterparts of the other kinds, and LLM_PROVIDER, LLM_MODEL, LLM_BASE_URL, LLM_API_KEY. Keys are never shown.
    """
    variables = read_env_file(Path(env_file).expanduser()) if env_file else os.environ
    file = studio.connections.load()
    found = [one for one in proposals(variables, file.ids) if not only or one.connection.provider in only]
    if not found:
        raise ConfigurationError(
            f"No variables of {' or '.join(only) or 'any provider'} were found in {env_file or 'the environment'}.",
            hint="Set, for example, OPENAI_API_KEY or OLLAMA_HOST.",
        )
    told = dict.fromkeys(file.notices)
    for proposal in found:
        state, connection = "exists", _existing(proposal, file.connections)
        if not proposal.leads_somewhere:
            state, connection = "left out", proposal.connection
        elif connection is None and dry_run:
            state, connection = "would be added", proposal.connection
        elif connection is None:
            file = _save(studio, proposal, keychain)
            state, connection = "added", file.find(proposal.connection.id)
            told |= dict.fromkeys(file.notices)
        _tell(proposal, state, connection, keychain=keychain, as_json=as_json)
    for notice in told:
        output.notice(notice)


def _save(studio: Studio, proposal: Proposal, keychain: bool) -> ConnectionFile:
    """Adds the connection."""
    connection = proposal.connection
    if keychain and proposal.key:
        connection = connection.model_copy(update={"api_key": None})
        return studio.connections.save(connection, new_key=proposal.key)
    return studio.connections.save(connection)


def _existing(proposal: Proposal, connections: Iterable[Connection]) -> Connection | None:
    return next((other for other in connections if same(proposal.connection, other)), None)


def _tell(proposal: Proposal, state: str, connection: Connection, *, keychain: bool, as_json: bool) -> None:
    is_new = state != "exists"
    key = _key(proposal, keychain) if is_new else ""
    problems = (*proposal.problems, *_unset(proposal, keychain)) if is_new else ()
    if as_json:
        about = {"state": state, "id": connection.id, "key": key, "preferred": proposal.preferred}
        output.write_json({**about, "problems": problems, "connection": masked(connection)})
        return
    place = f"{connection.provider or 'detected'} {masked(connection)['base_url']} {connection.model}"
    texts = (f"{state}:", connection.id, f"({' '.join(place.split())})", key and f"– {key}")
    output.write(" ".join(text for text in texts if text) + (", preferred" if proposal.preferred else "") + "\n")
    for problem in problems:
        output.notice(f"{connection.name}: {problem}")


def _key(proposal: Proposal, keychain: bool) -> str:
    """Where the key is, or will be."""
    if not proposal.variable:
        return "no key"
    return f"key of {proposal.variable}, kept in the keychain" if keychain else f"key from {proposal.variable}"


def _unset(proposal: Proposal, keychain: bool) -> tuple[str, ...]:
    """That a reference would find no key, or another one."""
    if keychain or proposal.is_set or not proposal.variable:
        return ()
    name = proposal.variable
    return (f"{name} does not have this value in the environment: set it there, or import with --keychain.",)
