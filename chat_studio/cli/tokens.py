"""`chat-studio tokens`: how many tokens a prompt fills."""

from __future__ import annotations

import asyncio
import sys

import click

from chat_studio.cli import output
from chat_studio.cli.choice import chosen_connection
from chat_studio.cli.running import run
from chat_studio.errors import EndpointError
from chat_studio.messages import Message, Role
from chat_studio.providers.values import ChatRequest
from chat_studio.studio import Studio


@click.command()
@click.argument("prompt")
@click.option("-c", "--connection", default="", help="Id or name of the connection (else: the one used last).")
@click.option("-m", "--model", default="", help="The model (else: the connection's own).")
@click.pass_obj
def command(studio: Studio, prompt: str, connection: str, model: str) -> None:
    """Print the tokens that PROMPT ("-": standard input) fills as a question, as the server counts them.

    Exit code 3 if the server does not count.
    """
    text = sys.stdin.read() if prompt == "-" else prompt
    output.write(f"{run(studio, _count(studio, connection, model, text))}\n")


async def _count(studio: Studio, name: str, model: str, text: str) -> int:
    connection = await asyncio.to_thread(chosen_connection, studio, name)
    provider = await studio.providers.provider_for(connection.id, model=model)
    count = await provider.count_tokens(ChatRequest((Message.of(Role.USER, text),), model))
    if count is None:
        raise EndpointError(
            "The tokens are not counted by this server.",
            hint="Ask the model: the usage that comes with an answer tells the prompt's tokens.",
        ).on(connection.name)
    return count
