"""Homes to start the program in: with a connection to the measuring server, and with a history."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from chat_studio.history import conversations
from chat_studio.history.records import MessageRecord
from chat_studio.history.store import HistoryStore
from chat_studio.messages import Message, Role
from chat_studio.paths import Paths


def with_connection(home: Path, port: int) -> None:
    """Writes the connections file: one entry, the measuring server."""
    home.mkdir(parents=True, exist_ok=True)
    entry = {
        "id": "bench",
        "name": "Bench",
        "provider": "custom",
        "base_url": f"http://127.0.0.1:{port}/v1",
        "model": "bench",
        "api_key": None,
    }
    Paths.find(home).connections.write_text(json.dumps({"connections": [entry]}), encoding="utf-8")


def with_history(home: Path, count: int) -> None:
    """Fills the history with conversations of four messages each."""

    async def fill() -> None:
        store = HistoryStore(Paths.find(home).history)
        for number in range(count):
            made = conversations.new("demo", "demo", f"Conversation {number}")
            parent = None
            for position in range(4):
                role = Role.ASSISTANT if position % 2 else Role.USER
                record = MessageRecord(
                    id=f"{number}-{position}",
                    conversation_id=made.id,
                    parent_id=parent,
                    message=Message.of(role, f"Some words of message {position} in conversation {number}. " * 8),
                    created_at=datetime.now(UTC) - timedelta(hours=number, minutes=-position),
                )
                await store.append(record, creating=made if parent is None else None)
                parent = record.id
        await store.aclose()

    asyncio.run(fill())
