"""asyncio on Qt's loop: what is ready, what is due, and what can be read."""

from __future__ import annotations

import asyncio
import contextvars
import socket
import time

from PySide6.QtCore import QTimer

from chat_studio.ui.callbacks import MOST_CANCELLED, Callbacks


async def test_callbacks_run_in_their_order_and_cancelled_ones_do_not() -> None:
    loop, seen = asyncio.get_running_loop(), []
    for number in range(5):
        handle = loop.call_soon(seen.append, number)
        if number == 2:
            handle.cancel()
    await asyncio.sleep(0)
    assert seen == [0, 1, 3, 4]


async def test_timers_run_when_they_are_due_and_in_that_order() -> None:
    loop, seen, begun = asyncio.get_running_loop(), [], time.monotonic()
    loop.call_later(0.03, seen.append, "late")
    loop.call_later(0.01, seen.append, "early")
    loop.call_later(0.02, seen.append, "never").cancel()
    loop.call_at(begun - 1, seen.append, "due")
    while len(seen) < 3:  # noqa: ASYNC110 - what is waited for is the loop itself
        await asyncio.sleep(0.001)
    assert seen == ["due", "early", "late"]
    assert time.monotonic() - begun >= 0.03


async def test_a_callback_keeps_its_context() -> None:
    loop, seen = asyncio.get_running_loop(), []
    variable = contextvars.ContextVar("variable", default="")
    context = contextvars.copy_context()
    context.run(variable.set, "inside")
    loop.call_soon(lambda: seen.append(variable.get()), context=context)
    loop.call_later(0, lambda: seen.append(variable.get()), context=context)
    while len(seen) < 2:  # noqa: ASYNC110
        await asyncio.sleep(0)
    assert seen == ["inside", "inside"]


async def test_qt_has_its_turn_beside_callbacks_without_end() -> None:
    fired = []
    QTimer.singleShot(0, lambda: fired.append(True))
    while not fired:  # noqa: ASYNC110
        await asyncio.sleep(0)


async def test_cancelled_timers_are_dropped() -> None:
    loop = asyncio.get_running_loop()
    callbacks = Callbacks()
    handles = []
    for _ in range(3 * MOST_CANCELLED):
        handle = asyncio.TimerHandle(loop.time() + 1000, print, (), loop)
        callbacks.add_timer(handle)
        handles.append(handle)
    for handle in handles:
        handle.cancel()
        callbacks.note_cancelled()
    assert callbacks.waiting <= MOST_CANCELLED
    callbacks.stop()
    assert callbacks.waiting == 0


async def test_a_socket_is_read_again_after_a_pause_and_after_another_had_its_number() -> None:
    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(100):
            writer.write(data)
        writer.close()

    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    address = server.sockets[0].getsockname()
    for _ in range(3):
        connection = socket.create_connection(address)
        reader, writer = await asyncio.open_connection(sock=connection)
        for word in (b"first", b"second"):
            writer.write(word)
            assert await reader.readexactly(len(word)) == word
            transport = writer.transport
            assert isinstance(transport, asyncio.ReadTransport)
            transport.pause_reading()
            writer.write(word)
            transport.resume_reading()
            assert await reader.readexactly(len(word)) == word
        writer.close()
        await writer.wait_closed()
    server.close()
    await server.wait_closed()
