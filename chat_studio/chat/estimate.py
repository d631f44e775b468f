"""How many tokens a request will have, as far as that can be told without the model's own tokenizer."""

from __future__ import annotations

import re
from collections.abc import Iterable

from chat_studio.history.branch import Branch
from chat_studio.history.records import MessageRecord, MessageState
from chat_studio.messages import FilePart, ImagePart, Part, Role, TextPart, Usage

IMAGE_TOKENS = 1_000
"""An image of usual size: up to 1,105 with OpenAI (detail “high”), to 1,600 with Anthropic (width × height / 750)."""
MESSAGE_TOKENS = 4
"""What marks a message's beginning, role and end (OpenAI Cookbook, “How to count tokens with tiktoken”: 3 to 4)."""

_SAMPLE, _SAMPLES = 1_000, 16
"""Of a long text so many pieces of so many characters are looked at."""

_LATIN = re.compile(r"[A-Za-z\u00aa-\u024f]+")
_SIGNS = re.compile(r"[!-@\[-`{-~\u2010-\u205e]+")
_WIDE = re.compile(r"[\u1100-\u11ff\u2e80-\ua4cf\uac00-\ud7af\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]+")
_BREAK = re.compile(r"\n")
_SPACE = re.compile(r"[^\S\n]+")
_WEIGHTS = ((_LATIN, 1 / 4.2), (_SIGNS, 0.7), (_WIDE, 0.9), (_BREAK, 0.9), (_SPACE, 0.02))
_OTHER = 0.38
"""Tokens for a character: of a Latin word, of punctuation and digits, of Chinese, Japanese or Korean, of any other
script. Vocabularies differ by a third either way; these are in the middle of those of 100,000 to 260,000 tokens."""


def text_tokens(text: str) -> int:
    """About how many tokens a text has. Costs the same for a megabyte as for a page."""
    if len(text) <= _SAMPLE * _SAMPLES:
        return round(_weigh(text))
    step = len(text) // _SAMPLES
    sample = "".join(text[start : start + _SAMPLE] for start in range(0, step * _SAMPLES, step))
    return round(_weigh(sample) * len(text) / len(sample))


def part_tokens(parts: Iterable[Part]) -> int:
    """The same for what a message is made of; reasoning and notices are not sent again."""
    return sum(_part_tokens(part) for part in parts)


class BranchEstimate:
    """About how many tokens a branch is in the next request.

    The server's own count of the last answer is where it begins; only what came after it is estimated. Without one
    everything is, each message once.
    """

    def __init__(self) -> None:
        self._known: dict[str, tuple[int, int | None]] = {}

    def tokens(self, branch: Branch, system: str = "") -> int:
        """The branch with its system prompt, which a server's count has in it. Long branches: use a thread."""
        total = 0
        for index in reversed(range(len(branch))):
            tokens, counted = self._message(branch, index)
            if counted is not None:
                return counted + total
            total += tokens
        return total + (text_tokens(system) + MESSAGE_TOKENS if system else 0)

    def _message(self, branch: Branch, index: int) -> tuple[int, int | None]:
        """What one message adds, and what the server counted from the beginning to its end, if it did."""
        name = branch.id(index)
        known = self._known.get(name)
        if known is None:
            known = _looked_at(branch[index])
            if branch.state(index) is not MessageState.STREAMING:
                self._known[name] = known
        return known


def _looked_at(record: MessageRecord) -> tuple[int, int | None]:
    if record.message.role is Role.ASSISTANT and record.state is MessageState.FAILED:
        return 0, None  # it is not sent
    return part_tokens(record.message.parts) + MESSAGE_TOKENS, _counted(record.usage)


def _counted(usage: Usage | None) -> int | None:
    """What the server counted of all that the next request repeats: prompt, and answer without its reasoning."""
    if usage is None or usage.input_tokens is None or usage.output_tokens is None:
        return None
    return usage.input_tokens + max(usage.output_tokens - (usage.reasoning_tokens or 0), 0)


def _part_tokens(part: Part) -> int:
    if isinstance(part, TextPart):
        return text_tokens(part.text)
    if isinstance(part, FilePart):
        return text_tokens(part.name) + text_tokens(part.text)
    return IMAGE_TOKENS if isinstance(part, ImagePart) else 0


def _weigh(text: str) -> float:
    tokens, left = 0.0, len(text)
    for kind, weight in _WEIGHTS:
        count = sum(map(len, kind.findall(text)))
        tokens += count * weight
        left -= count
    return tokens + left * _OTHER
