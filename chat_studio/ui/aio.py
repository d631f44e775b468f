"""The window's event loop, and the one door for work in the background and for failures.

Nothing else in the program knows qasync. What its version 0.28 needs is done here: tasks are kept alive until they
end, no dialog spins a loop of its own, the default executor is a small pool instead of ten QThreads, the last window
does not end the loop, and a signal wakes it up.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import signal
import socket
import sys
import threading
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from types import FrameType, TracebackType
from typing import Any, TypeVar

import qasync
import shiboken6
from PySide6.QtCore import (
    QAbstractEventDispatcher,
    QMessageLogContext,
    QObject,
    QSocketNotifier,
    QtMsgType,
    qInstallMessageHandler,
)
from PySide6.QtWidgets import QApplication, QDialog

from chat_studio.errors import StudioError
from chat_studio.ui.callbacks import Callbacks, SocketReader

T = TypeVar("T")
Callback = Callable[..., object]

failures = logging.getLogger("chat_studio.failures")
"""Every failure that somebody must hear of is one ERROR record of this logger; the window shows them as notices."""

_qt = logging.getLogger("chat_studio.qt")
_WORKERS = 4
_ENDING_SECONDS = 2.0
_running: set[asyncio.Task[Any]] = set()  # asyncio itself keeps only weak references


def report(error: BaseException) -> None:
    """Tells of a failure: one sentence for the user; for our own bugs, the traceback for the log."""
    if isinstance(error, StudioError):
        failures.error("%s", error, extra={"hint": error.hint, "error": error})
    else:
        failures.error("Something in the program went wrong: %s", _words(error), exc_info=error)


def spawn(coro: Coroutine[Any, Any, T], owner: QObject | None = None, name: str = "") -> asyncio.Task[T]:
    """Runs a coroutine in the background. Its failure is reported; it is cancelled when `owner` is destroyed."""
    task = asyncio.get_running_loop().create_task(coro, name=name or None)
    _running.add(task)
    task.add_done_callback(_finish)
    if owner is not None:
        tie = owner.destroyed.connect(lambda: task.cancel())
        task.add_done_callback(lambda _: QObject.disconnect(tie))
    return task


def loop_runs() -> bool:
    """Whether work can be spawned here: not in a script or a test that has no event loop."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


async def ask(dialog: QDialog, *, modal: bool = True) -> int:
    """Shows a dialog for its window; returns its result (QDialog.DialogCode). `exec` would nest an event loop.

    The window can be used beside one that is not `modal`.
    """
    answer: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def settle(result: int) -> None:
        if not answer.done():
            answer.set_result(result)

    dialog.finished.connect(settle)
    if modal:
        dialog.open()
    else:
        dialog.show()
        dialog.activateWindow()
    try:
        return await answer
    finally:
        if shiboken6.isValid(dialog):  # its window may have been destroyed, and this task cancelled for that
            dialog.close()
            dialog.deleteLater()


class EventLoop(qasync.QEventLoop):
    """Runs asyncio on Qt's event loop. Callbacks, timers and reading are done by `Callbacks`, not by qasync."""

    def __init__(self, app: QApplication) -> None:
        self._callbacks = Callbacks()
        self._readers: dict[int, SocketReader] = {}  # by descriptor; one that is closed may be opened anew
        super().__init__(app)

    def close(self) -> None:
        if not self.is_closed():
            self._callbacks.stop()
            super().close()
            for reader in self._readers.values():
                reader.pause()
            self._readers.clear()

    def call_soon(self, callback: Callback, *args: Any, context: Context | None = None) -> asyncio.Handle:
        handle = asyncio.Handle(callback, args, self, context)
        self._callbacks.add(handle)
        return handle

    def call_later(
        self, delay: float, callback: Callback, *args: Any, context: Context | None = None
    ) -> asyncio.TimerHandle:
        return self.call_at(self.time() + delay, callback, *args, context=context)

    def call_at(
        self, when: float, callback: Callback, *args: Any, context: Context | None = None
    ) -> asyncio.TimerHandle:
        handle = asyncio.TimerHandle(when, callback, args, self, context)
        self._callbacks.add_timer(handle)
        return handle

    def _timer_handle_cancelled(self, handle: asyncio.TimerHandle) -> None:
        self._callbacks.note_cancelled()

    def _add_reader(self, fd: int, callback: Callback, *args: Any) -> asyncio.Handle:
        reader = self._readers.get(fd)
        if reader is None:
            reader = self._readers[fd] = SocketReader(fd)
        handle = asyncio.Handle(callback, args, self)
        reader.listen(handle)
        return handle

    def _remove_reader(self, fd: int) -> bool:
        reader = self._readers.get(fd)
        return reader is not None and reader.pause()

    def run_until_complete(self, future: Awaitable[T]) -> T:
        """As qasync's, without its last look at Qt's events, which steps tasks while no loop counts as running; and
        whoever ends Qt's loop does not end this one, such as a last window that is closed."""
        task = asyncio.ensure_future(future, loop=self)
        task.add_done_callback(lambda _: self.stop())
        while not task.done():
            self.run_forever()
        return task.result()


def run(app: QApplication, main: Callable[[asyncio.Event], Coroutine[Any, Any, int]]) -> int:
    """Runs `main(quitting)` and Qt's loop until it returns; its result is the program's exit code.

    `quitting` is set when the program is asked to end, by SIGINT, SIGTERM or the desktop; `main` then shuts down.
    """
    app.setQuitOnLastWindowClosed(False)
    loop = EventLoop(app)
    executor = ThreadPoolExecutor(_WORKERS, thread_name_prefix="worker")
    loop.set_default_executor(executor)
    loop.set_exception_handler(_on_loop_exception)
    quitting = asyncio.Event()
    with garbage_collected_here(), failures_reported(), _signals_call(lambda: loop.call_soon(quitting.set)):
        task = loop.create_task(main(quitting), name="main")
        task.add_done_callback(lambda _: loop.stop())
        while not task.done():
            loop.run_forever()
            quitting.set()  # Qt's loop ended before `main`: the desktop asked the program to quit
        loop.run_until_complete(_end_tasks())
        executor.shutdown(wait=False, cancel_futures=True)
        loop.close()
        return task.result()


@contextlib.contextmanager
def garbage_collected_here() -> Iterator[None]:
    """Collects garbage in this thread alone, before its loop goes to sleep.

    Python collects in whichever thread allocates. A QObject in a cycle would then be destroyed by a worker, which
    Qt answers with a crash now and then.
    """
    dispatcher = QAbstractEventDispatcher.instance()
    was_enabled = gc.isenabled()
    gc.disable()
    dispatcher.aboutToBlock.connect(_collect_if_due)
    try:
        yield
    finally:
        dispatcher.aboutToBlock.disconnect(_collect_if_due)
        if was_enabled:
            gc.enable()


def _collect_if_due() -> None:
    """By Python's own thresholds."""
    counts, limits = gc.get_count(), gc.get_threshold()
    if counts[0] > limits[0]:
        is_old = counts[1] > limits[1]
        gc.collect(2 if is_old and counts[2] > limits[2] else 1 if is_old else 0)


@contextlib.contextmanager
def failures_reported() -> Iterator[None]:
    """What nobody caught goes to `report`, from threads and from Qt's slots as well; Qt's own words go to the log."""
    hook, thread_hook = sys.excepthook, threading.excepthook
    sys.excepthook = _on_uncaught
    threading.excepthook = lambda failed: report(failed.exc_value or RuntimeError(f"{failed.thread} ended"))
    qInstallMessageHandler(_on_qt_message)
    try:
        yield
    finally:
        qInstallMessageHandler(None)
        sys.excepthook, threading.excepthook = hook, thread_hook


async def _end_tasks() -> None:
    """Cancels what is left, as `asyncio.run` does, but waits for it only so long."""
    left = asyncio.all_tasks() - {asyncio.current_task()}
    for task in left:
        task.cancel()
    if left:
        await asyncio.wait(left, timeout=_ENDING_SECONDS)


def _finish(task: asyncio.Task[Any]) -> None:
    _running.discard(task)
    if not task.cancelled() and (error := task.exception()) is not None:
        report(error)


def _on_loop_exception(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    del loop
    report(context.get("exception") or RuntimeError(context["message"]))


def _on_uncaught(kind: type[BaseException], error: BaseException, traceback: TracebackType | None) -> None:
    if isinstance(error, KeyboardInterrupt):
        sys.__excepthook__(kind, error, traceback)
    else:
        report(error)


_QT_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


def _on_qt_message(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
    level = _QT_LEVELS[kind]
    logger = failures if level >= logging.ERROR else _qt
    logger.log(level, "%s [%s]", message, context.category or "qt")


@contextlib.contextmanager
def _signals_call(react: Callable[[], object]) -> Iterator[None]:
    """Calls `react` on SIGINT and SIGTERM. Python's handlers only run between bytecodes, of which an idle Qt loop
    executes none: the byte that the interpreter writes to the wake-up socket lets a notifier execute some."""
    reading, writing = socket.socketpair()
    writing.setblocking(False)
    notifier = QSocketNotifier(reading.fileno(), QSocketNotifier.Type.Read)
    notifier.activated.connect(lambda: reading.recv(64))
    previous_fd = signal.set_wakeup_fd(writing.fileno(), warn_on_full_buffer=False)

    def handle(number: int, frame: FrameType | None) -> None:
        del number, frame
        react()

    previous = {number: signal.signal(number, handle) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(previous_fd)
        notifier.setEnabled(False)
        reading.close()
        writing.close()


def _words(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
