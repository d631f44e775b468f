"""`chat-studio chat`: one question, its answer on standard output."""

from __future__ import annotations

import sys
from collections.abc import AsyncGenerator
from contextlib import aclosing
from pathlib import Path
from typing import Any

import click

from chat_studio.chat.engine import Engine
from chat_studio.chat.retry import Retry
from chat_studio.cli.asking import Question, answer, saved_answer
from chat_studio.cli.attached import attached, image
from chat_studio.cli.events import JsonWriter, PlainWriter, Writer
from chat_studio.cli.parameters import parameter_options, settings_of
from chat_studio.cli.running import run
from chat_studio.errors import StudioError
from chat_studio.events import Event
from chat_studio.history.journal import mended
from chat_studio.messages import Part, TextPart
from chat_studio.studio import Studio


@click.command()
@click.argument("prompt")
@click.option("-c", "--connection", default="", help="Id or name of the connection (else: the one used last).")
@click.option("-m", "--model", default="", help="The model (else: the connection's own).")
@click.option(
    "-i",
    "--image",
    "images",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="An image file to send along; may be repeated.",
)
@click.option(
    "-f",
    "--file",
    "files",
    multiple=True,
    type=click.Path(exists=True, path_type=Path),
    help="A text file or an image to send along; may be repeated.",
)
@parameter_options
@click.option("--json", "as_json", is_flag=True, help="One event a line, as JSON.")
@click.option("--save", is_flag=True, help="Keep the question and its answer in the history.")
@click.option("--to", "conversation", default="", metavar="ID", help="Go on with this conversation of the history.")
@click.option("--no-retry", is_flag=True, help="Fail at the first failure, even one that may pass.")
@click.pass_obj
def command(
    studio: Studio,
    /,
    prompt: str,
    connection: str,
    model: str,
    images: tuple[Path, ...],
    files: tuple[Path, ...],
    as_json: bool,
    save: bool,
    conversation: str,
    no_retry: bool,
    **given: Any,
) -> None:
    """Stream the answer to PROMPT ("-": standard input) to standard output.

    Nothing is kept in the history unless you say --save or --to. With --json the events are text, reasoning, tool_call,
    usage, finish and error.
    """
    question = Question(
        parts=_parts(prompt, images, files),
        connection=connection,
        model=model,
        settings=settings_of(given),
        conversation=conversation,
    )
    engine = Engine(None if no_retry else Retry())
    events = (saved_answer if save or conversation else answer)(studio, engine, question)
    run(studio, _write(events, JsonWriter() if as_json else PlainWriter()))


def _parts(prompt: str, images: tuple[Path, ...], files: tuple[Path, ...]) -> tuple[Part, ...]:
    text = sys.stdin.read() if prompt == "-" else prompt
    if not text.strip():
        raise click.UsageError("The prompt is empty.")
    return (*map(image, images), *map(attached, files), TextPart(text=mended(text)))


async def _write(events: AsyncGenerator[Event, None], writer: Writer) -> None:
    try:
        async with aclosing(events):
            async for event in events:
                writer.show(event)
    except StudioError as error:
        writer.fail(error)
        raise
