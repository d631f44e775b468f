"""`chat-studio history list`, `search` and `tags`."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import date
from typing import Any

import click

from chat_studio.cli import output
from chat_studio.cli.history_named import SHORT_ID, Day, as_json, folder_named, local
from chat_studio.cli.running import run
from chat_studio.history.listing import ListQuery
from chat_studio.history.query import SearchQuery
from chat_studio.history.records import ConversationRecord, SearchHit
from chat_studio.history.store import HistoryStore
from chat_studio.messages import Role
from chat_studio.studio import Studio

PAGE = 500


@click.command("list")
@click.argument("title", nargs=-1)
@click.option("--folder", metavar="NAME", help="In this folder.")
@click.option("--no-folder", is_flag=True, help="In no folder.")
@click.option("--tag", default="", help="With this tag.")
@click.option("--pinned", is_flag=True, default=None, help="Pinned ones.")
@click.option("--archived", is_flag=True, help="Archived ones, which are left out otherwise.")
@click.option("-n", "--limit", type=click.IntRange(min=1), help="So many of the first only.")
@as_json
@click.pass_obj
def list_command(
    studio: Studio, /, title: tuple[str, ...], folder: str | None, no_folder: bool, limit: int | None, **options: Any
) -> None:
    """List the conversations with all words of TITLE in their titles: pinned ones, then the newest first."""
    if folder and no_folder:
        raise click.UsageError("--folder and --no-folder exclude each other.")
    shown_as_json = options.pop("as_json")
    query = ListQuery(title=" ".join(title), folder_id="" if no_folder else None, **options)
    run(studio, _list(studio.history, query, folder, limit, shown_as_json))


@click.command("search")
@click.argument("query", default="")
@click.option("--role", type=click.Choice([role.value for role in Role]), help="Said by whom.")
@click.option("--model", default="", help="Answers of models with this in their names.")
@click.option("--folder", default="", metavar="NAME", help="In this folder.")
@click.option("--tag", default="", help="In conversations with this tag.")
@click.option("--after", type=Day(), help="Written on this day or later.")
@click.option("--before", type=Day(), help="Written before this day.")
@click.option("--in-title", is_flag=True, help="Find conversations by their titles instead.")
@click.option("--archived", is_flag=True, help="In archived conversations, too.")
@click.option("-n", "--limit", type=click.IntRange(min=1), default=50, show_default=True, help="So many at most.")
@as_json
@click.pass_obj
def search_command(studio: Studio, /, query: str, limit: int, as_json: bool, **options: Any) -> None:
    """Find messages that have all words of QUERY, the newest first.

    The last word may be unfinished, others with a star (wor*); "…" is a phrase. Filters may stand among the words, as
    in model:gpt-4o role:user after:2026-01-31 before:2026-03 folder:"My folder" tag:idea in:title archived:all.
    """
    for hit in run(studio, studio.history.search(_query(query, **options), limit)):
        if as_json:
            output.write_json(asdict(hit) | {"created_at": hit.created_at.isoformat(), "snippet": _marked(hit, "")})
        else:
            heading = f"{hit.conversation_id[:SHORT_ID]}  {local(hit.created_at)}  {hit.conversation_title}"
            output.write(f"{heading}\n    {_marked(hit, '*')}\n")


@click.command("tags")
@as_json
@click.pass_obj
def tags_command(studio: Studio, as_json: bool) -> None:
    """List the tags, with the number of their conversations."""
    for count in run(studio, studio.history.tag_counts()):
        if as_json:
            output.write_json(asdict(count))
        else:
            output.write(f"{count.conversations:6}  {count.tag}\n")


async def _list(history: HistoryStore, query: ListQuery, folder: str | None, limit: int | None, as_json: bool) -> None:
    """Page by page: a history may be long."""
    if folder is not None:
        query = replace(query, folder_id=(await folder_named(history, folder)).id)
    left = limit
    after = None
    while left is None or left > 0:
        page = await history.page(query, after, PAGE if left is None else min(left, PAGE))
        for conversation in page.conversations:
            _write(conversation, as_json=as_json)
        after = page.after
        if after is None:
            return
        left = None if left is None else left - len(page.conversations)


def _write(conversation: ConversationRecord, *, as_json: bool) -> None:
    if as_json:
        times = {name: getattr(conversation, name).isoformat() for name in ("created_at", "updated_at")}
        settings = {"settings": conversation.settings.model_dump(mode="json", exclude_defaults=True)}
        output.write_json(asdict(conversation) | times | settings)
    else:
        output.write(f"{conversation.id[:SHORT_ID]}  {local(conversation.updated_at)}  {conversation.title}\n")


def _query(
    text: str,
    *,
    role: str | None,
    model: str,
    folder: str,
    tag: str,
    after: date | None,
    before: date | None,
    in_title: bool,
    archived: bool,
) -> SearchQuery:
    """What was typed; options count more than filters among the words."""
    typed = SearchQuery.typed(text)
    return replace(
        typed,
        role=Role(role) if role else typed.role,
        model=model or typed.model,
        folder=folder or typed.folder,
        tag=tag or typed.tag,
        after=after or typed.after,
        before=before or typed.before,
        in_title=in_title or typed.in_title,
        archived=None if archived else typed.archived,
    )


def _marked(hit: SearchHit, mark: str) -> str:
    """The snippet, its matches between two `mark`s."""
    return hit.snippet.replace("\x02", mark).replace("\x03", mark)
