"""A warning in the log that a test did not announce fails it, and so does an announced one that never came.

@pytest.mark.expects_log("the journal .* could not be written") names one by a regular expression for
“LEVEL logger: message”. It may stand several times.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator

import pytest


class Collector(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.levelname} {record.name}: {record.getMessage()}")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "expects_log(pattern): the test logs a warning or an error like this")


@pytest.fixture(autouse=True)
def no_unexpected_log(request: pytest.FixtureRequest) -> Iterator[None]:
    expected = [marker.args[0] for marker in request.node.iter_markers("expects_log")]
    collector = Collector()
    root = logging.getLogger()
    root.addHandler(collector)
    yield
    root.removeHandler(collector)
    unexpected = [line for line in collector.lines if not any(re.search(pattern, line) for pattern in expected)]
    missing = [pattern for pattern in expected if not any(re.search(pattern, line) for line in collector.lines)]
    if unexpected:
        pytest.fail("The test logged what it did not announce: " + "; ".join(unexpected))
    if missing:
        pytest.fail("The test announced a log record that never came: " + "; ".join(missing))
