"""What the screenshots show: conversations as they could be, at fixed times of the present day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from chat_studio.history.records import ConversationRecord, ErrorRecord, MessageRecord, MessageState, Timing
from chat_studio.messages import FinishReason, Message, ReasoningPart, Role, TextPart, ToolCallPart, Usage

MODEL = "Qwen/Qwen2.5-7B-Instruct"
CONNECTION = "vllm"
CONNECTION_NAME = "vLLM production"

LIST = (
    ("Parsing SSE without losing bytes", 0, "21:04"),
    ("Compare vLLM and Ollama throughput", 0, "20:41"),
    ("Übersetzung Kundenbrief", 0, "18:20"),
    ("SQL migration plan", 1, "17:02"),
    ("Why is the build slow on CI?", 1, "11:48"),
    ("Recipe: miso soup for six", 1, "09:15"),
    ("Grant application, section 3", 9, "14:30"),
    ("Regex for German postcodes", 10, "10:05"),
)
"""Title, days ago, time."""

RICH = "c1"
"""The id of a conversation whose answer has a bit of everything."""
RICH_ANSWER = """\
The mean of $n$ samples scatters with $\\sigma / \\sqrt{n}$, so the error bar of the sum is

$$\\Delta = \\sqrt{\\sum_{i=1}^{n} \\sigma_i^2} \\approx \\frac{\\sigma}{\\sqrt{n}}\\,\\left(1 + \\frac{1}{4n}\\right)$$

| run | server | model | prompt tokens | answer tokens | tokens/s | first token | cost |
|---|---|---|--:|--:|--:|--:|--:|
| 1 | vLLM production | Qwen2.5-7B-Instruct | 412 | 286 | 61.2 | 0.31 s | free |
| 2 | OpenRouter | anthropic/claude-sonnet-4.5 | 431 | 310 | 74.9 | 0.62 s | $0.0059 |

- [x] measured on one machine
- [ ] repeated with a warm cache[^1]

[^1]: The first request after a start fills it. See https://docs.vllm.ai for the switch.
"""

QUESTION = (
    "A chunk of a stream may end in the middle of a line, even in the middle of a character. How do I split it into "
    "lines without losing bytes? Please show code."
)
ANSWER = """\
Split on the **byte** `\\n`, and decode only whole lines. A multi-byte character never contains the byte `0x0A`, so a \
line border cannot fall inside one.

```python
async def lines(chunks):
    buffer = b""
    async for chunk in chunks:
        *done, buffer = (buffer + chunk).split(b"\\n")
        for line in done:
            yield line.rstrip(b"\\r")
```

| approach | bytes lost | µs / chunk |
|:--|--:|--:|
| decode each chunk | 2 in 10⁴ | 14.9 |
| split bytes, then decode | 0 | 13.6 |
"""
OTHER_QUESTIONS = {
    "Compare vLLM and Ollama throughput": "Both stream the same model. Count the bytes a second on the wire as well.",
    "Why is the build slow on CI?": "The cache restores 2.1 billion bytes before the first test. Is that needed?",
}
FOLLOW_UP = "Check the numbers: how long do 286 tokens take at 61 tok/s?"
GROWING = "That is about **4.7 seconds** of streaming, plus the 0.31 s before the first token"
FAILED_QUESTION = "And the same on the staging server?"


@dataclass(frozen=True)
class Sample:
    """A conversation with its messages."""

    conversation: ConversationRecord
    messages: tuple[MessageRecord, ...]


def moment(days_ago: int, clock: str) -> datetime:
    """A local time, so that “today” is today and the pictures stay the same."""
    day = datetime.now().astimezone().date() - timedelta(days=days_ago)
    return datetime.combine(day, time.fromisoformat(clock)).astimezone()


def samples() -> Iterator[Sample]:
    for number, (title, days_ago, clock) in enumerate(LIST):
        when = moment(days_ago, clock)
        conversation = ConversationRecord(f"c{number}", title, when, when, CONNECTION, MODEL)
        yield Sample(conversation, tuple(_thread(conversation.id, title, when)))


def streaming_turn(conversation_id: str) -> tuple[MessageRecord, MessageRecord]:
    """A question, and its answer before the first token."""
    when = moment(0, "21:06")
    question = _question("m3", conversation_id, "m2", when, FOLLOW_UP)
    return question, _answer("m4", conversation_id, "m3", when, state=MessageState.STREAMING)


def failed_turn(conversation_id: str) -> tuple[MessageRecord, MessageRecord]:
    """A question, and an endpoint that does not answer it."""
    when = moment(0, "21:06")
    question = _question("m3", conversation_id, "m2", when, FAILED_QUESTION)
    error = ErrorRecord(
        "connection_refused",
        "Nothing answers at 10.0.4.12:8000.",
        "Is vLLM running, and on this port? A firewall may be in between.",
        "[Errno 111] Connection refused",
    )
    return question, _answer("m4", conversation_id, "m3", when, state=MessageState.FAILED, error=error)


def _thread(conversation_id: str, title: str, when: datetime) -> Iterator[MessageRecord]:
    if conversation_id == RICH:
        yield from _rich_thread(conversation_id, OTHER_QUESTIONS[title], when)
        return
    if conversation_id != "c0":
        yield _question(f"{conversation_id}m1", conversation_id, None, when, OTHER_QUESTIONS.get(title, title))
        return
    yield _question("m1", conversation_id, None, when, QUESTION)
    parts = (ReasoningPart(text="The border of a chunk is arbitrary. Bytes first, text later.", seconds=3.2),)
    yield _answer(
        "m2",
        conversation_id,
        "m1",
        when,
        parts=(*parts, TextPart(text=ANSWER)),
        finish_reason=FinishReason.STOP,
        usage=Usage(input_tokens=412, output_tokens=286),
        timing=Timing(first_token=0.31, total=5.0),
    )


def _rich_thread(conversation_id: str, asked: str, when: datetime) -> Iterator[MessageRecord]:
    yield _question("r1", conversation_id, None, when, asked)
    yield _answer("r2", conversation_id, "r1", when, parts=(TextPart(text="It is small."),))
    call = ToolCallPart(id="t1", name="calculator", arguments='{"expression": "0.0059 * 1000 / 310"}')
    yield _answer(
        "r3",
        conversation_id,
        "r1",
        when,
        parts=(call, TextPart(text=RICH_ANSWER)),
        finish_reason=FinishReason.STOP,
        usage=Usage(input_tokens=520, output_tokens=344),
        timing=Timing(first_token=0.29, total=5.9),
    )


def _question(message_id: str, conversation_id: str, parent: str | None, when: datetime, text: str) -> MessageRecord:
    return MessageRecord(message_id, conversation_id, parent, Message.of(Role.USER, text), when)


def _answer(
    message_id: str, conversation_id: str, parent: str, when: datetime, *, parts: tuple = (), **fields: object
) -> MessageRecord:
    return MessageRecord(
        message_id,
        conversation_id,
        parent,
        Message(role=Role.ASSISTANT, parts=parts),
        when,
        connection_id=CONNECTION,
        connection_name=CONNECTION_NAME,
        model=MODEL,
        **fields,  # type: ignore[arg-type]
    )
