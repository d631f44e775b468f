"""However the bytes of an answer are cut, the same comes out."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from servers import chunked, serve
from wire.samples import PROVIDERS, SAMPLES, Sample
from wire.stories import Told, story
from wire.talk import ask, endpoint, joined

from chat_studio.errors import EndpointError
from chat_studio.events import Event, ToolCallReady
from chat_studio.providers._wire.decoder import Decoder
from chat_studio.providers.registry import kinds, provider_class


def outcome(decoder: Decoder, pieces: list[bytes]) -> tuple[list[Told], list[Event], str]:
    """All that came out; the ids of calls, which are made where the server sends none, left out."""
    events: list[Event] = []
    failure = ""
    try:
        for piece in pieces:
            events.extend(decoder.feed(piece))
        events.extend(decoder.close())
    except EndpointError as error:
        failure = f"{error.kind}: {error} {error.hint} {error.detail}"
    return story(events), [event for event in joined(events) if not isinstance(event, ToolCallReady)], failure


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
@settings(max_examples=25, derandomize=True, database=None)
@given(data=st.data())
def test_splits(sample: Sample, data: st.DataObject) -> None:
    length = len(sample.body)
    cuts = data.draw(st.sets(st.integers(0, length), max_size=40), label="cuts")
    pieces = [sample.body[begin:end] for begin, end in pairwise([0, *sorted(cuts), length])]
    assert outcome(sample.decoder(), pieces) == outcome(sample.decoder(), [sample.body])


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
async def test_splits_over_sockets(sample: Sample) -> None:
    """The tables byte by byte, the longer recordings in pieces of seven: characters are cut in their middle."""
    size = 1 if len(sample.body) < 1000 else 7
    pieces = [sample.body[begin : begin + size] for begin in range(0, len(sample.body), size)]
    kind = PROVIDERS[sample.decoder]
    async with serve(chunked(*pieces, content_type="application/octet-stream")) as server:
        events, error = await ask(kind, endpoint(server.url))
    expected = outcome(sample.decoder(), [sample.body])
    assert (story(events), error.kind if error else "") == (expected[0], expected[2].partition(":")[0])


def test_every_decoder_has_samples() -> None:
    for kind in kinds():
        provider_class(kind)  # what it needs is imported with it
    assert _all(Decoder) <= {sample.decoder for sample in SAMPLES}


def _all(base: type[Decoder]) -> set[object]:
    return {found for child in base.__subclasses__() for found in (child, *_all(child))}
