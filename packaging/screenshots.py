"""Renders every view, or those that are named, light and dark, to docs/screenshots/. Run by `make screenshots`.

Uses the real window on homes of its own, and reaches no server.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from PySide6.QtCore import QCoreApplication, QEvent, QMimeData
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QPushButton, QWidget
from sample_conversations import CONNECTION, CONNECTION_NAME, GROWING, MODEL, RICH, failed_turn, samples, streaming_turn

from chat_studio.events import TextDelta
from chat_studio.history import rows
from chat_studio.history.store import HistoryStore
from chat_studio.paths import Paths
from chat_studio.ui import aio
from chat_studio.ui.appearance import Appearance, ThemeChoice
from chat_studio.ui.connections.editor import ConnectionEditor
from chat_studio.ui.conversation_model import ConversationModel
from chat_studio.ui.conversation_settings import ConversationSettingsDialog
from chat_studio.ui.exchanging.export_dialog import ExportDialog
from chat_studio.ui.settings_dialog import SettingsDialog
from chat_studio.ui.shell import Shell, build_shell
from chat_studio.ui.window import MainWindow

SIZE = (1280, 800)
SETTLING = 0.4
"""Seconds in which layouts settle and lists are filled."""
TARGET = Path(__file__).resolve().parent.parent / "docs" / "screenshots"

HOME = Path(tempfile.gettempdir()) / "chat-studio"
"""Its name is seen in some pictures."""


def connected(port: int) -> list[dict[str, object]]:
    """A server that lists a model stands behind these names."""
    server = {"provider": "vllm", "base_url": f"http://127.0.0.1:{port}/v1", "model": MODEL}
    return [
        {"id": CONNECTION, "name": CONNECTION_NAME, **server},
        {"id": "staging", "name": "vLLM staging", **server},
        {"id": "demo", "name": "Demo (offline)", "provider": "demo", "model": "demo"},
    ]


EDITED = [
    {"id": "demo", "name": "Demo (offline)", "provider": "demo", "model": "demo", "is_local": True},
    {
        "id": "ollama",
        "name": "Local Ollama",
        "provider": "ollama",
        "base_url": "http://localhost:11434",
        "is_local": True,
    },
    {
        "id": CONNECTION,
        "name": CONNECTION_NAME,
        "provider": "vllm",
        "base_url": "http://10.0.4.12:8000/v1",
        "model": MODEL,
        "max_tokens": 4096,
        "temperature": 0.7,
        "default_parameters": {"top_p": 0.95, "repetition_penalty": 1.05},
    },
    {"id": "claude", "name": "Claude", "provider": "anthropic", "base_url": "https://api.anthropic.com"},
    {"id": "staging", "name": "Old staging", "base_url": "http://10.0.4.99:8000", "enabled": False},
]

Scene = Callable[[Shell], Awaitable[QWidget | None]]


async def chat(shell: Shell) -> None:
    await shell.chat.open("c0")


async def streaming(shell: Shell) -> None:
    await _with_turn(shell, streaming_turn)
    await asyncio.sleep(0.305)
    shell.chat.view.show_growth("m4", [TextDelta(GROWING)])
    shell.window.composer.set_running(True)
    shell.window.sidebar.list.model().set_running(frozenset({"c0", "c1"}))  # type: ignore[attr-defined]
    shell.window.sidebar.list.model().set_news(frozenset({"c2"}))  # type: ignore[attr-defined]


async def failure(shell: Shell) -> None:
    await _with_turn(shell, failed_turn)


async def search(shell: Shell) -> None:
    await shell.chat.open("c0")
    shell.window.sidebar.search.setText("bytes")


async def palette(shell: Shell) -> None:
    await shell.chat.open("c0")
    shell.commands.open_palette()


async def ready(shell: Shell) -> None:
    shell.chat.start_new()


async def reading(shell: Shell) -> None:
    """Formulas, a wide table, a footnote and a tool call, in an answer of which there is another version."""
    await shell.chat.open(RICH)
    await asyncio.sleep(SETTLING)


async def writing(shell: Shell) -> None:
    await shell.chat.open("c0")
    composer = shell.window.composer
    board = QMimeData()
    board.setText("\n".join(f"{number:04} INFO request {number} took {number % 7} ms" for number in range(200)))
    composer.edit.insertFromMimeData(board)
    board.setText("Which of these requests are slow, and does the picture agree?")
    composer.edit.insertFromMimeData(board)
    QApplication.clipboard().setImage(shell.window.grab().toImage().scaled(640, 400))
    composer.edit.paste()
    await asyncio.sleep(2 * SETTLING)


async def conversation_settings(shell: Shell) -> QWidget:
    await shell.chat.open("c0")
    shell.tuning.open()
    await asyncio.sleep(SETTLING)
    return shell.window.findChildren(ConversationSettingsDialog)[0]


async def exporting(shell: Shell) -> QWidget:
    await shell.chat.open("c0")
    shell.shelf.organising.export_requested.emit("c0")
    await asyncio.sleep(SETTLING)
    return shell.window.findChildren(ExportDialog)[0]


async def settings(shell: Shell) -> QWidget:
    shell.options.open()
    await asyncio.sleep(SETTLING)
    return shell.window.findChildren(SettingsDialog)[0]


async def connections(shell: Shell) -> QWidget:
    shell.edit_connections(CONNECTION)
    await asyncio.sleep(SETTLING)
    return _editor()


async def adding(shell: Shell) -> QWidget:
    shell.add_connection()
    await asyncio.sleep(SETTLING)
    return _editor()


async def looking_at(shell: Shell, address: str) -> QWidget:
    editor = await adding(shell)
    editor.findChild(QLineEdit, "addressField").setText(address)
    editor.findChild(QPushButton, "findButton").click()
    await asyncio.sleep(SETTLING)
    return editor


async def adding_found(shell: Shell) -> QWidget:
    return await looking_at(shell, shell.routes.file.connections[0].base_url)


async def adding_service(shell: Shell) -> QWidget:
    return await looking_at(shell, "https://api.openai.com")


async def adding_failed(shell: Shell) -> QWidget:
    return await looking_at(shell, "http://127.0.0.1:9/v1")


async def importing(shell: Shell) -> QWidget:
    variables = {"OPENAI_API_KEY": "sk-example", "OPENAI_MODEL": "gpt-4o-mini", "OLLAMA_HOST": "localhost:11434"}
    os.environ.update(variables)
    editor = await adding(shell)
    editor.findChild(QPushButton, "importEnvironmentButton").click()
    await asyncio.sleep(SETTLING)
    for name in variables:
        del os.environ[name]
    return editor.findChild(QDialog, "importDialog")


def _editor() -> ConnectionEditor:
    editor = next(found for found in QApplication.topLevelWidgets() if isinstance(found, ConnectionEditor))
    editor.resize(*SIZE)
    return editor


@dataclass(frozen=True)
class View:
    """What is done before the picture is taken, and what is there: connections (None: a first start), history."""

    scene: Scene
    connections: Callable[[int], list[dict[str, object]]] | None = connected
    with_history: bool = True


VIEWS = {
    "first-run": View(ready, None, with_history=False),
    "ready": View(ready),
    "chat": View(chat),
    "streaming": View(streaming),
    "error": View(failure),
    "search": View(search),
    "palette": View(palette),
    "reading": View(reading),
    "writing": View(writing),
    "conversation-settings": View(conversation_settings),
    "export": View(exporting),
    "settings": View(settings),
    "connections": View(connections, lambda _: EDITED, with_history=False),
    "add-connection": View(adding, lambda _: EDITED, with_history=False),
    "add-connection-found": View(adding_found, with_history=False),
    "add-connection-service": View(adding_service, lambda _: EDITED, with_history=False),
    "add-connection-failed": View(adding_failed, lambda _: EDITED, with_history=False),
    "import-connections": View(importing, lambda _: EDITED, with_history=False),
}


async def _with_turn(shell: Shell, turn: Callable[[str], tuple]) -> None:
    await shell.chat.open("c0")
    for record in turn("c0"):
        shell.chat.view.show_message(record)


@contextlib.asynccontextmanager
async def home(entries: list[dict[str, object]] | None, *, with_history: bool) -> AsyncIterator[Paths]:
    shutil.rmtree(HOME, ignore_errors=True)
    paths = Paths.find(HOME)
    paths.config.mkdir()
    paths.settings.write_text(json.dumps({"exchange_folder": str(HOME)}), encoding="utf-8")
    if entries is not None:
        paths.connections.write_text(json.dumps({"connections": entries}), encoding="utf-8")
    if with_history:
        await _write_history(paths.history)
    yield paths
    shutil.rmtree(HOME)


async def _write_history(path: Path) -> None:
    history = HistoryStore(path)
    listed = list(samples())
    for sample in listed:
        await history.append(*sample.messages, creating=sample.conversation)
    await history.aclose()
    with contextlib.closing(sqlite3.connect(path)) as db, db:  # the store itself writes the present time
        for sample in listed:
            when = rows.time_text(sample.conversation.updated_at)
            db.execute("UPDATE conversations SET updated_at = ? WHERE id = ?", (when, sample.conversation.id))


async def _list_models(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answers each request with a list of models."""
    body = json.dumps({"object": "list", "data": [{"id": MODEL, "object": "model", "owned_by": "vllm"}]}).encode()
    with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
        while await reader.readuntil(b"\r\n\r\n"):
            head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
            writer.write(head.encode() + body)
            await writer.drain()
    writer.close()


async def render(name: str, appearance: Appearance, port: int) -> None:
    view = VIEWS[name]
    entries = view.connections(port) if view.connections else None
    async with home(entries, with_history=view.with_history) as paths:
        conversations = ConversationModel()
        window = MainWindow(appearance, conversations)
        window.resize(*SIZE)
        window.show()
        shell = await build_shell(paths, window, conversations, appearance)
        await shell.load()
        await asyncio.sleep(SETTLING)
        shown = await view.scene(shell) or window
        await asyncio.sleep(SETTLING)
        shown.grab().save(str(TARGET / f"{name}-{appearance.choice}.png"))
        await shell.aclose()
        window.hide()
        window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


async def main(app: QApplication, names: list[str]) -> int:
    TARGET.mkdir(parents=True, exist_ok=True)
    appearance = Appearance(app, "light")
    server = await asyncio.start_server(_list_models, "127.0.0.1", 0)
    themes: tuple[ThemeChoice, ...] = ("light", "dark")
    for theme in themes:
        appearance.choose(theme, appearance.font_size)
        for name in names:
            await render(name, appearance, server.sockets[0].getsockname()[1])
            print(f"{name}-{theme}.png")
    server.close()
    return 0


if __name__ == "__main__":
    application = QApplication(["screenshots"])
    sys.exit(aio.run(application, lambda _: main(application, sys.argv[1:] or list(VIEWS))))
