"""The log file: there when needed, bounded, and without keys."""

from __future__ import annotations

import logging
import stat
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from chat_studio import logs
from chat_studio.logs import LogFile, masked

KEY = "sk-proj-abcdefghijklmnopqrstuvwxyz0123456789"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "home" / "logs" / "chat-studio.log"


@pytest.fixture
def log(path: Path) -> Iterator[logging.Logger]:
    """A logger of its own, so that nothing else hears of it."""
    handler = LogFile(path)
    logger = logging.getLogger("of a test")
    logger.propagate = False
    logger.addHandler(handler)
    yield logger
    logger.removeHandler(handler)
    handler.close()


def test_no_file_before_there_is_something_to_write(log: logging.Logger, path: Path) -> None:
    assert not path.parent.parent.exists()
    log.warning("first")
    assert path.read_text().endswith("WARNING of a test: first\n")
    if sys.platform != "win32":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_traceback_is_kept_without_its_keys(log: logging.Logger, path: Path) -> None:
    try:
        int(f"Bearer {KEY}")
    except ValueError:
        log.exception("with %s", KEY)
    written = path.read_text()
    assert "Traceback" in written
    assert "ValueError: invalid literal" in written
    assert KEY[8:] not in written


@pytest.mark.parametrize(
    "text",
    [
        f"Authorization: Bearer {KEY}",
        f"authorization={KEY}",
        f"{{'Authorization': 'Bearer {KEY}'}}",
        f"[(b'authorization', b'Bearer {KEY}')]",
        '{"x-api-key": "0123456789abcdef"}',
        "x-api-key: 0123456789abcdef",
        "api-key=0123456789abcdef&x=1",
        "https://example.com/v1?key=1&api_key=0123456789abcdef",
        "OPENAI_API_KEY=0123456789abcdef",
        "https://user:0123456789abcdef@proxy:8080/",
        "socks5://user:0123456789abcdef@proxy:8080/",
        "the key hf_0123456789abcdef is wrong",
        "Incorrect API key provided: sk-0123456789abcdef.",
        "sk-ant-api03-0123456789abcdef",
        "AIza0123456789abcdef0123456789abcdef",
        "bearer 0123456789abcdef",
    ],
)
def test_what_looks_like_a_key_is_blanked_out(text: str) -> None:
    told = masked(text)
    assert "…" in told
    assert "0123456789abcdef" not in told
    assert KEY not in told
    assert KEY[8:] not in told


@pytest.mark.parametrize(
    "text",
    [
        "GET http://localhost:8000/v1/models 200",
        "The key of “Demo” is not in the keychain.",
        "12:30:45 task-runner finished: 3 of 4",
        "model meta-llama/Llama-3.1-8B-Instruct, keyboard: us",
        "https://user@example.com/path",
    ],
)
def test_other_text_stays(text: str) -> None:
    assert masked(text) == text


def test_the_files_stay_bounded(log: logging.Logger, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    handler = next(handler for handler in log.handlers if isinstance(handler, LogFile))
    handler.maxBytes = 500
    for number in range(200):
        log.warning("line %s", number)
    files = sorted(file.name for file in path.parent.iterdir())
    assert files == [path.name, *(f"{path.name}.{number}" for number in range(1, logs.COPIES + 1))]
    assert all(file.stat().st_size <= 500 for file in path.parent.iterdir())


def test_a_disk_that_refuses_is_said_once(log: logging.Logger, path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path.parent.parent.write_text("in the way")
    log.warning("one")
    log.warning("two")
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"The log {path} cannot be written: ")


@pytest.mark.expects_log("WARNING py.warnings: .*odd")
def test_start_takes_information_of_the_program_and_warnings_of_all(path: Path) -> None:
    root, ours = logging.getLogger(), logging.getLogger("chat_studio")
    level = ours.level
    handler = logs.start(path)
    try:
        logging.getLogger("chat_studio.chat").info("ours")
        logging.getLogger("httpx").info("theirs")
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            warnings.warn("odd", stacklevel=1)
    finally:
        logging.captureWarnings(capture=False)
        root.removeHandler(handler)
        ours.setLevel(level)
        handler.close()
    written = path.read_text()
    assert "INFO chat_studio.chat: ours" in written
    assert "odd" in written
    assert "theirs" not in written
