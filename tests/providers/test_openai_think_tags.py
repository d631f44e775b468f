"""Reasoning between tags, cut at every place."""

from __future__ import annotations

import pytest
from wire.stories import Told, story

from chat_studio.providers._wire.think_tags import ThinkTagSplitter

ALL = ("all that was reasoning",)

TEXTS: list[tuple[str, str, list[Told]]] = [
    ("no tag", "plain", [("text", "plain")]),
    ("a comparison", "a < b", [("text", "a < b")]),
    ("nothing", "", []),
    ("blanks alone", " \n", [("text", " \n")]),
    ("blanks before text", "\n\nHi", [("text", "\n\nHi")]),
    ("think", "<think>a</think>b", [("reasoning", "a"), ("text", "b")]),
    ("blanks around the tags", "\n<think>\n\na\n</think>\n\n b", [("reasoning", "a\n"), ("text", "b")]),
    ("empty reasoning (Qwen without thinking)", "<think>\n\n</think>\n\nHi", [("text", "Hi")]),
    ("thinking", "<thinking>a</thinking>b", [("reasoning", "a"), ("text", "b")]),
    ("thought (Gemini)", "<thought>a</thought>b", [("reasoning", "a"), ("text", "b")]),
    ("seed", "<seed:think>a</seed:think>b", [("reasoning", "a"), ("text", "b")]),
    ("harmony (gpt-oss)",
     "<|channel|>analysis<|message|>a<|end|><|start|>assistant<|channel|>final<|message|>b",
     [("reasoning", "a"), ("text", "b")]),
    ("never closed", "<think>a <b", [("reasoning", "a <b")]),
    ("closed, and nothing after", "<think>a</think>\n", [("reasoning", "a")]),
    ("another tag", "<thinker>a", [("text", "<thinker>a")]),
    ("the beginning of a tag", "<thi", [("text", "<thi")]),
    ("a tag in the middle", "Say <think>a</think> b", [("text", "Say <think>a</think> b")]),
    ("only the closing one", "a\nb</think>\n\nc", [("text", "a\nb"), ALL, ("text", "c")]),
    ("the closing one first", "</think>Hi", [ALL, ("text", "Hi")]),
    ("a second closing one is text", "a</think>b</think>c", [("text", "a"), ALL, ("text", "b</think>c")]),
    ("tags of the answer stay", "<think>a</think>b <think>c</think>",
     [("reasoning", "a"), ("text", "b <think>c</think>")]),
    ("in a code block", "Use:\n```\n</think>\n```\nok", [("text", "Use:\n```\n</think>\n```\nok")]),
    ("between backticks", "Use `</think>` here", [("text", "Use `</think>` here")]),
    ("after a code block", "```\nx\n```\n</think>y", [("text", "```\nx\n```\n"), ALL, ("text", "y")]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "told"), [case[1:] for case in TEXTS], ids=[case[0] for case in TEXTS])
def test_splitting(text: str, told: list[Told]) -> None:
    for pieces in ([text], list(text), *([text[:cut], text[cut:]] for cut in range(len(text)))):
        splitter = ThinkTagSplitter()
        events = [event for piece in pieces for event in splitter.feed(piece)] + list(splitter.close())
        assert story(events) == told


def test_text_is_not_held_longer_than_needed() -> None:
    splitter = ThinkTagSplitter()
    assert story(splitter.feed("Hello <")) == [("text", "Hello ")]
    assert story(splitter.feed("b> and")) == [("text", "<b> and")]
