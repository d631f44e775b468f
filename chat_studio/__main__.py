"""The window by default, the command line with a command."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from chat_studio import logs
from chat_studio.paths import Paths

if TYPE_CHECKING:
    from chat_studio.exchange.formats import PdfWriter

PDF_ARGUMENT = "--make-pdf"
"""Starts neither window nor command line, but the process that makes PDFs."""

CONFIGURATION = 4
"""The exit code for what must be set up on this computer first: here, a display or a system library."""

DEBIAN_LIBRARIES = (
    "libegl1 libgl1 libx11-xcb1 libdbus-1-3 libfontconfig1 libfreetype6 libglib2.0-0 libgssapi-krb5-2 libxcb-cursor0 "
    "libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-randr0 libxcb-render-util0 libxcb-shape0 libxcb-sync1 "
    "libxcb-util1 libxcb-xfixes0 libxcb-xkb1 libxkbcommon-x11-0 libxkbcommon0"
)
"""What Qt's platforms link against; `packaging/system_libraries.py` has the libraries by name."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Starts what the arguments (the process's own by default) ask for; returns the exit code."""
    arguments = sys.argv[1:] if arguments is None else arguments
    if list(arguments) == [PDF_ARGUMENT]:
        return _make_pdfs()
    home, others = _split_home(arguments)
    paths = Paths.find(home)
    logs.start(paths.log)
    if paths.prepared_restore.exists():
        _finish_restore(paths)
    if others:
        from chat_studio.cli.main import run

        return run(arguments, pdf=_pdf_writer)
    return _open_window(paths)


def _split_home(arguments: Sequence[str]) -> tuple[str | None, bool]:
    """The home that is named before any command, and whether there is anything else."""
    match arguments:
        case []:
            return None, False
        case ["--home", home, *others]:
            return home, bool(others)
        case [first, *others] if first.startswith("--home="):
            return first.removeprefix("--home="), bool(others)
        case _:
            return None, True


def _finish_restore(paths: Paths) -> None:
    """Before anything is opened. A failure is told, and the program starts with what there is."""
    from chat_studio.backup.restore import finish
    from chat_studio.errors import StudioError

    try:
        finish(paths)
    except StudioError as error:
        logging.getLogger(__name__).error("The backup was not restored: %s %s", error.message, error.detail)  # noqa: TRY400
        _refuse(f"The backup was not restored. {error.message}", error.hint)


def _pdf_writer() -> PdfWriter:
    """What makes PDFs for the command line, which knows no Qt."""
    from chat_studio.ui.pdf_process import PdfProcess

    return PdfProcess()


def _make_pdfs() -> int:
    """Is the process that `ui/pdf_process.py` starts."""
    from chat_studio.ui.pdf import serve

    sys.stdin.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    return serve(sys.stdin, sys.stdout)


def _open_window(paths: Paths) -> int:
    if _lacks_display():
        return _refuse("There is no display to open a window on.", _use_terminal())
    try:
        from chat_studio.ui.app import main as open_window
    except ImportError as error:
        if "PySide6" not in str(error) and ".so" not in str(error):
            raise
        install = f"On Debian and Ubuntu: sudo apt-get install {DEBIAN_LIBRARIES}"
        return _refuse(f"Qt cannot be loaded: {error}.", install, _use_terminal())
    return open_window(paths)


def _lacks_display() -> bool:
    if not sys.platform.startswith("linux"):
        return False
    return not any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


def _use_terminal() -> str:
    """Names the command as it was typed: in a checkout it is not on the search path."""
    command = sys.argv[0] if sys.argv[0].endswith("chat-studio") else "chat-studio"
    return f'Without a window: {command} chat "…" asks a question, {command} --help tells the rest.'


def _refuse(message: str, *hints: str) -> int:
    lines = (message, *(f"→ {hint}" for hint in hints))
    sys.stderr.write("".join(f"{line}\n" for line in lines))
    return CONFIGURATION


if __name__ == "__main__":
    sys.exit(main())
