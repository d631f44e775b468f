"""`chat-studio embed`: texts as vectors."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import click

from chat_studio.cli import output
from chat_studio.cli.choice import chosen_connection
from chat_studio.cli.running import run
from chat_studio.errors import ModelNotFound
from chat_studio.providers.base import Provider
from chat_studio.studio import Studio


@click.command()
@click.argument("texts", nargs=-1, required=True, metavar="TEXT…")
@click.option("-c", "--connection", default="", help="Id or name of the connection (else: the one used last).")
@click.option("-m", "--model", default="", help="The model (else: the connection's own, or the first for embeddings).")
@click.pass_obj
def command(studio: Studio, texts: tuple[str, ...], connection: str, model: str) -> None:
    """Print each TEXT and its vector as one JSON object a line."""
    for text, vector in zip(texts, run(studio, _embed(studio, connection, model, texts)), strict=True):
        output.write_json({"text": text, "embedding": vector})


async def _embed(studio: Studio, name: str, model: str, texts: Sequence[str]) -> list[list[float]]:
    connection = await asyncio.to_thread(chosen_connection, studio, name)
    named = model or connection.model
    provider = await studio.providers.provider_for(connection.id, model=named or "any")
    return await provider.embed(named or await _model_for_embeddings(provider), texts)


async def _model_for_embeddings(provider: Provider) -> str:
    """The first model that is made for it, else the first of all. Raises EndpointError."""
    if not provider.capabilities.embeddings:
        return ""  # the provider says so itself
    models = await provider.list_models()
    made = [model.id for model in models if "embedding" in model.capabilities]
    found = next(iter((*made, *(model.id for model in models))), "")
    if not found:
        raise ModelNotFound(
            "The connection names no model, and the server lists none.", hint=provider.advice_without_models
        ).on(provider.endpoint.name)
    return found
