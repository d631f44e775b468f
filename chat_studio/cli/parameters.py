"""The options of a request's parameters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from chat_studio.chat.settings_draft import SettingsDraft
from chat_studio.history.journal import mended
from chat_studio.parameters import ConversationSettings

_OPTIONS = (
    click.option("-s", "--system", default="", help="A system prompt."),
    click.option("--temperature", default="", metavar="0–2", help="How freely the model chooses its words."),
    click.option("--top-p", default="", metavar="0–1", help="Of how many likely words it chooses."),
    click.option("--max-tokens", default="", metavar="N", help="The longest answer, in tokens."),
    click.option("--seed", default="", metavar="N", help="For answers that repeat, where the server can do that."),
    click.option("--stop", multiple=True, metavar="TEXT", help="Where the answer ends; may be repeated."),
    click.option("--reasoning-effort", default="", metavar="EFFORT", help="Such as low, medium, high."),
    click.option("--json-schema", default="", metavar="JSON", help="The shape of an answer in JSON."),
    click.option("--extra", default="", metavar="JSON", help="Anything else, sent as it is."),
)


def parameter_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds the options; `settings_of` takes what they were given."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def settings_of(given: dict[str, Any]) -> ConversationSettings:
    """The settings that the options ask for; takes them out of `given`. Raises a usage error."""
    names = [name for name in SettingsDraft.__dataclass_fields__ if name in given]
    texts = {name: given.pop(name) for name in names}
    texts |= {"stop": "\n".join(texts["stop"]), "system": mended(texts["system"])}
    draft = SettingsDraft(**texts)
    for name, reason in draft.problems.items():
        raise click.UsageError(f"--{name.replace('_', '-')}: {reason}.")
    return draft.settings
