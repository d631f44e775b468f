"""The root command. Each subcommand is a module of this package with a `command`, imported when it is used."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import click

from chat_studio import __version__
from chat_studio.cli import output
from chat_studio.errors import EndpointError, StudioError
from chat_studio.paths import Paths
from chat_studio.studio import Studio

if TYPE_CHECKING:
    from chat_studio.exchange.formats import PdfWriter

ENDPOINT_FAILED, CONFIGURATION = 3, 4
ABORTED = 128 + 2  # as a shell reports a program that Ctrl+C ended
PIPE_CLOSED = 128 + 13  # as a shell reports a program whose reader went away

PDF = "chat_studio.pdf"
"""The key under which a command's context has what gives a PdfWriter, or None."""

COMMANDS = ("chat", "connections", "history", "backup", "embed", "tokens")


class Commands(click.Group):
    """Finds subcommands by name, so that none is imported for another, and reports their failures."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in COMMANDS:
            return None
        found: click.Command = importlib.import_module(f"chat_studio.cli.{cmd_name}").command
        return found

    def invoke(self, ctx: click.Context) -> None:
        try:
            super().invoke(ctx)
            output.flush()
        except StudioError as error:
            output.failure(error, verbose=ctx.params["verbose"])
            ctx.exit(ENDPOINT_FAILED if isinstance(error, EndpointError) else CONFIGURATION)
        except BrokenPipeError:
            output.abandon()
            ctx.exit(PIPE_CLOSED)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--home", metavar="DIR", help="Keep configuration, history and logs in DIR (else: CHAT_STUDIO_HOME).")
@click.option("-v", "--verbose", is_flag=True, help="With a failure, show the server's own words.")
@click.version_option(__version__, prog_name="Chat Studio")
@click.pass_context
def root(ctx: click.Context, home: str | None, verbose: bool) -> None:
    """Chat with language models at any endpoint. Without a command, the window opens.

    Exit codes: 0 done, 2 wrong usage, 3 the endpoint failed, 4 something must be set up first.
    """
    del verbose  # `Commands.invoke` reads it
    ctx.meta[PDF] = ctx.obj
    ctx.obj = Studio.build(Paths.find(home))


def run(arguments: Sequence[str], *, pdf: Callable[[], PdfWriter] | None = None) -> int:
    """Runs one command; returns the exit code. `pdf` gives what makes PDFs, which the command line cannot itself."""
    output.prepare()
    try:
        code = root.main(list(arguments), prog_name="chat-studio", standalone_mode=False, obj=pdf)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.Abort:
        return ABORTED
    return code if isinstance(code, int) else 0
