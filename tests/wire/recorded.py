"""Reads recorded answers on its own: no decoder of the program has a part in what is expected."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "recordings"


@dataclass(frozen=True)
class Recording:
    """One recorded answer of `server`."""

    server: str
    name: str
    status: int

    def __str__(self) -> str:
        return f"{self.server}/{self.name}"

    @property
    def path(self) -> Path:
        return FOLDER / self.server / f"{self.name}.http"

    @cached_property
    def body(self) -> bytes:
        """The body without chunk framing and compression."""
        head, _, body = self.path.read_bytes().partition(b"\r\n\r\n")
        lines = head.decode("latin-1").lower().split("\r\n")[1:]
        if "transfer-encoding: chunked" in lines:
            body = _unchunked(body)
        return gzip.decompress(body) if "content-encoding: gzip" in lines else body

    @property
    def is_stream(self) -> bool:
        return self.body.startswith(b"data:")

    @cached_property
    def payloads(self) -> list[dict[str, Any]]:
        """The JSON objects of the body: one for each event of a stream, one for a whole answer."""
        if not self.is_stream:
            return [json.loads(self.body)]
        texts = [line[6:] for line in self.body.decode().split("\n") if line.startswith("data: ")]
        return [json.loads(text) for text in texts if text != "[DONE]"]

    @property
    def deltas(self) -> list[Mapping[str, Any]]:
        """The deltas, or messages, of the first choice."""
        return [choice.get("delta") or choice.get("message") or {} for choice in self._choices]

    @property
    def finish_reasons(self) -> list[str]:
        return [choice["finish_reason"] for choice in self._choices if choice.get("finish_reason")]

    @property
    def usage(self) -> tuple[int, int] | None:
        """Prompt and completion tokens of the last report, else of llama.cpp's timings."""
        told = [payload["usage"] for payload in self.payloads if payload.get("usage")]
        if told:
            return told[-1]["prompt_tokens"], told[-1]["completion_tokens"]
        timed = [payload["timings"] for payload in self.payloads if payload.get("timings")]
        return (timed[-1]["prompt_n"] + timed[-1]["cache_n"], timed[-1]["predicted_n"]) if timed else None

    @property
    def _choices(self) -> list[dict[str, Any]]:
        return [choice for payload in self.payloads for choice in payload["choices"] if choice["index"] == 0]


def recordings(server: str, prefix: str = "") -> list[Recording]:
    """All recordings of a server whose names begin so."""
    index = json.loads((FOLDER / server / "index.json").read_text())
    return [
        Recording(server, entry["name"], entry["status"])
        for entry in index["entries"]
        if entry["name"].startswith(prefix)
    ]


def _unchunked(body: bytes) -> bytes:
    whole = b""
    while body:
        size, _, rest = body.partition(b"\r\n")
        length = int(size, 16)
        whole += rest[:length]
        body = rest[length + 2 :] if length else b""
    return whole
