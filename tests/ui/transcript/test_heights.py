from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from chat_studio.ui.transcript.heights import Heights

SIZES = st.lists(st.integers(0, 50), max_size=70)
STEPS = st.lists(st.tuples(st.sampled_from(["append", "put", "cut"]), st.integers(0, 60), st.integers(0, 50)))


@given(SIZES, STEPS)
def test_tells_what_a_list_of_heights_would(sizes: list[int], steps: list[tuple[str, int, int]]) -> None:
    heights, plain = Heights(sizes), list(sizes)
    for what, index, height in steps:
        if what == "append":
            heights.append(height)
            plain.append(height)
        elif what == "cut":
            heights.cut(min(index, len(plain)))
            del plain[index:]
        elif index < len(plain):
            assert heights.put(index, height) == height - plain[index]
            plain[index] = height
    assert list(heights) == plain
    assert heights.total == sum(plain)
    assert [heights.above(index) for index in range(len(plain) + 1)] == [sum(plain[:i]) for i in range(len(plain) + 1)]


@given(st.lists(st.integers(1, 50), min_size=1, max_size=70), st.integers(-5, 3000))
def test_finds_what_stands_at_a_place(sizes: list[int], y: int) -> None:
    heights = Heights(sizes)
    expected = max((index for index in range(len(sizes)) if heights.above(index) <= y), default=0)
    assert heights.at(y) == expected


def test_nothing_stands_nowhere() -> None:
    assert Heights().at(10) == 0
    assert Heights().total == 0
