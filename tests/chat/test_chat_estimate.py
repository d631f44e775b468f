"""The estimate of a request: near the truth for any script, and corrected by what servers count."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chat_studio.chat.asking import new_message
from chat_studio.chat.estimate import IMAGE_TOKENS, BranchEstimate, part_tokens, text_tokens
from chat_studio.history import conversations
from chat_studio.history.branch import Branch
from chat_studio.history.records import MessageRecord, MessageState
from chat_studio.messages import FilePart, ImagePart, Message, Part, Role, TextPart, Usage

ENGLISH = "The quick brown fox jumps over the lazy dog, and nobody in the village knows why it does so every day. "
CHINESE = "敏捷的棕色狐狸跳过了懒狗，村里没有人知道它为什么每天都这样做。"
RUSSIAN = "Быстрая коричневая лиса прыгает через ленивую собаку, и никто в деревне не знает почему. "
CODE = 'def lines(chunks):\n    buffer = b""\n    for chunk in chunks:\n        yield (buffer + chunk).split(b"\\n")\n'
CONVERSATION = conversations.new("demo", "demo")


def message(role: Role, *parts: Part, state: MessageState = MessageState.DONE, **usage: int) -> MessageRecord:
    record = replace(new_message(CONVERSATION, role, None, parts), state=state)
    return replace(record, usage=Usage(**usage)) if usage else record


@pytest.mark.parametrize(
    ("text", "tokens"),
    [(ENGLISH, 22), (CHINESE, 30), (RUSSIAN, 28), (CODE, 36)],  # as cl100k_base and o200k_base cut them, about
    ids=["English", "Chinese", "Russian", "code"],
)
def test_a_text_is_estimated_within_a_third(text: str, tokens: int) -> None:
    assert tokens / 1.34 < text_tokens(text) < tokens * 1.34


def test_a_long_text_is_sampled_and_comes_out_the_same() -> None:
    page = text_tokens(ENGLISH * 100)
    assert text_tokens(ENGLISH * 10_000) == pytest.approx(page * 100, rel=0.03)
    assert text_tokens("") == 0


def test_attachments_count() -> None:
    assert part_tokens([ImagePart(blob="x"), FilePart(name="a", text=ENGLISH)]) >= IMAGE_TOKENS + text_tokens(ENGLISH)


def test_without_a_count_everything_is_estimated_with_the_system_prompt() -> None:
    branch = Branch([message(Role.USER, TextPart(text=ENGLISH)), message(Role.ASSISTANT, TextPart(text=ENGLISH))])
    estimate = BranchEstimate()
    bare = estimate.tokens(branch)
    assert bare > 2 * text_tokens(ENGLISH)
    assert estimate.tokens(branch, ENGLISH) > bare + text_tokens(ENGLISH)


def test_the_last_count_of_a_server_is_what_the_rest_is_added_to() -> None:
    answer = message(Role.ASSISTANT, TextPart(text="ok"), input_tokens=5000, output_tokens=300, reasoning_tokens=200)
    branch = Branch([message(Role.USER, TextPart(text=ENGLISH)), answer])
    estimate = BranchEstimate()
    assert estimate.tokens(branch, ENGLISH) == 5100
    branch.append(message(Role.USER, TextPart(text=ENGLISH)))
    assert estimate.tokens(branch) == 5100 + text_tokens(ENGLISH) + 4
    failed = message(Role.ASSISTANT, TextPart(text=ENGLISH), state=MessageState.FAILED)
    branch.append(failed)
    assert estimate.tokens(branch) == 5100 + text_tokens(ENGLISH) + 4


def test_an_answer_that_streams_is_looked_at_again() -> None:
    begun = message(Role.ASSISTANT, TextPart(text="a"), state=MessageState.STREAMING)
    branch, estimate = Branch([begun]), BranchEstimate()
    short = estimate.tokens(branch)
    branch.put(0, replace(begun, message=Message.of(Role.ASSISTANT, ENGLISH)))
    assert estimate.tokens(branch) > short
    branch.put(0, replace(begun, state=MessageState.DONE, usage=Usage(input_tokens=10, output_tokens=7)))
    assert estimate.tokens(branch) == 17
