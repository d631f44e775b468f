"""The file that the documentation shows is one."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

from exchange.taking import losses, only, take

from chat_studio.exchange import document
from chat_studio.exchange.export import ExportWish, export
from chat_studio.exchange.formats import export_format
from chat_studio.history.store import HistoryStore

TEXT = (Path(__file__).parents[2] / "docs" / "exchange.md").read_text(encoding="utf-8")


async def test_the_example_comes_back_as_it_is_shown(
    history: HistoryStore, file: Callable[..., Path], tmp_path: Path
) -> None:
    (shown,) = re.findall(r"```json\n(.*?)```", TEXT, re.DOTALL)
    report = await take(history, file(shown))
    assert (report.added, report.messages, losses(report)) == (1, 2, {})
    assert (await only(history)).desk.draft
    out = tmp_path / "out.json"
    await export(history, ExportWish(export_format("json"), out))
    again, expected = json.loads(out.read_text(encoding="utf-8")), json.loads(shown)
    for message in again["conversations"][0]["messages"]:
        for part in message["parts"]:
            for name in [name for name, value in part.items() if value in ("", None)]:
                del part[name]
    assert again | {"exported_at": "", "program": ""} == expected | {"exported_at": "", "program": ""}


def test_every_member_is_described() -> None:
    for entry in (document.Header, document.ConversationEntry, document.MessageEntry, document.DeskEntry):
        assert [name for name in entry.model_fields if f"`{name}`" not in TEXT and f'"{name}"' not in TEXT] == []
