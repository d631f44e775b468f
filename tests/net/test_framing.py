"""Lines, events and JSON lines, cut at every byte."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_studio.errors import BadResponse
from chat_studio.net import framing
from chat_studio.net.framing import LineDecoder, NdjsonDecoder, SseDecoder, SseEvent, json_documents

CASES: list[tuple[str, bytes, list[SseEvent]]] = [
    ("one event", b"data: a\n\n", [SseEvent("", "a")]),
    ("no space after the colon", b"data:a\n\n", [SseEvent("", "a")]),
    ("exactly one space is dropped", b"data:  a\n\n", [SseEvent("", " a")]),
    ("several data lines", b"data: a\ndata: b\n\n", [SseEvent("", "a\nb")]),
    ("a field without a colon", b"data\n\n", [SseEvent("", "")]),
    ("named", b"event: ping\ndata: a\n\n", [SseEvent("ping", "a")]),
    ("a name is for one event", b"event: x\n\ndata: a\n\n", [SseEvent("", "a")]),
    ("id and retry", b"id: 7\nretry: 10\ndata: a\n\n", [SseEvent("", "a")]),
    ("comments", b": OPENROUTER PROCESSING\n\n:\n:ping\ndata: a\n\n", [SseEvent("", "a")]),
    ("CR LF", b"data: a\r\n\r\ndata: b\r\n\r\n", [SseEvent("", "a"), SseEvent("", "b")]),
    ("CR", b"data: a\r\rdata: b\r\r", [SseEvent("", "a"), SseEvent("", "b")]),
    ("mixed ends", b"data: a\r\n\ndata: b\n\r", [SseEvent("", "a"), SseEvent("", "b")]),
    ("byte order mark", b"\xef\xbb\xbfdata: a\n\n", [SseEvent("", "a")]),
    ("pending at the end", b"data: a\n\ndata: b\n", [SseEvent("", "a"), SseEvent("", "b")]),
    ("cut in the line", b"data: a\n\ndata: b", [SseEvent("", "a"), SseEvent("", "b")]),
    ("prefix twice", b"data: data: a\n\n", [SseEvent("", "a")]),
    ("old llama.cpp", b'error: {"code":500}\n\n', [SseEvent("error", '{"code":500}')]),
    ("separators that are no line ends", "data: a\u2028b\u2029c\u0085d\x0be\x0cf\x1cg\n\n".encode(),
     [SseEvent("", "a\u2028b\u2029c\u0085d\x0be\x0cf\x1cg")]),
    ("characters of several bytes", "data: 你好 🙂 café\n\n".encode(), [SseEvent("", "你好 🙂 café")]),
    ("bytes that are no text", b"data: a\xffb\n\n", [SseEvent("", "a\ufffdb")]),
    ("nothing", b"", []),
    ("only blank lines", b"\n\r\n\r\n", []),
]  # fmt: skip


def decode(*chunks: bytes) -> list[SseEvent]:
    decoder = SseDecoder()
    return [event for chunk in chunks for event in decoder.feed(chunk)] + decoder.close()


@pytest.mark.parametrize(("body", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_events(body: bytes, expected: list[SseEvent]) -> None:
    assert decode(body) == expected
    assert decode(*(bytes([byte]) for byte in body)) == expected
    for cut in range(len(body)):
        assert decode(body[:cut], body[cut:]) == expected


@given(st.lists(st.binary(max_size=12)))
def test_lines_do_not_depend_on_the_cuts(chunks: list[bytes]) -> None:
    whole, pieces = LineDecoder(), LineDecoder()
    body = b"".join(chunks)
    expected = whole.feed(body) + whole.close()
    assert [line for chunk in chunks for line in pieces.feed(chunk)] + pieces.close() == expected
    assert [line.removeprefix(b"\xef\xbb\xbf") for line in body.splitlines()[:1]] == expected[:1]


@given(st.lists(st.text(alphabet=st.characters(blacklist_categories=["Cs"], blacklist_characters="\r\n"))))
def test_every_text_survives(texts: list[str]) -> None:
    body = "".join(f"data: {text}\n\n" for text in texts).encode()
    received = [event.data for event in decode(body)]
    assert received == [text.removeprefix("data:").removeprefix(" ") if text.startswith("data:") else text
                        for text in texts]  # fmt: skip


def test_json_lines() -> None:
    body = '{"a": "x\u2028y"}\r\n\n{"b": "é"}\n{"c": 1}'.encode()
    expected = ['{"a": "x\u2028y"}', '{"b": "é"}', '{"c": 1}']
    for cut in range(len(body)):
        decoder = NdjsonDecoder()
        assert decoder.feed(body[:cut]) + decoder.feed(body[cut:]) + decoder.close() == expected


@pytest.mark.parametrize("piece", [b"x" * 100, b"data: " + b"x" * 100 + b"\n"], ids=["line", "event"])
def test_what_has_no_end_is_refused(monkeypatch: pytest.MonkeyPatch, piece: bytes) -> None:
    monkeypatch.setattr(framing, "MAX_LINE", 1000)
    decoder = SseDecoder()
    for _ in range(9):
        decoder.feed(piece)
    decoder.feed(piece)
    with pytest.raises(BadResponse):
        decoder.feed(piece)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"a": 1}', [{"a": 1}]),
        ('{"a": 1}{"b": 2}', [{"a": 1}, {"b": 2}]),
        ('{"a": 1} \n {"b": 2} ', [{"a": 1}, {"b": 2}]),
        ("[1]", [[1]]),
        (r'"\ud83d\ude00"', ["😀"]),
        (r'"a\ud83d"', ["a\ufffd"]),
        (r'"\uDE00b"', ["\ufffdb"]),
        (r'"\\ud83d"', [r"\ud83d"]),
        (r'"\\\ud83d"', ["\\\ufffd"]),
    ],
)
def test_json_documents(text: str, expected: list[object]) -> None:
    assert json_documents(text) == expected


@pytest.mark.parametrize("text", ["", "OK", "<html>", '{"a": 1', '{"a": 1} trailing', "[" * 100_000])
def test_what_is_not_json(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        json_documents(text)
