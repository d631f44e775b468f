"""The demo's answer as events: thoughts, then Markdown that quotes the question, with what may go wrong."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence

from chat_studio.events import Event, Finished, ReasoningDelta, Started, TextDelta, UsageReported
from chat_studio.messages import FinishReason, Message, Usage
from chat_studio.providers._demo.failures import STAGED, Failure
from chat_studio.providers._demo.options import DemoOptions
from chat_studio.providers._demo.pace import schedule
from chat_studio.providers._demo.script import Script, last_question, pieces
from chat_studio.providers.values import ChatRequest

Delta = ReasoningDelta | TextDelta


async def answer(
    model: str, request: ChatRequest, options: DemoOptions, max_tokens: int | None, patience: float
) -> AsyncGenerator[Event, None]:
    """The events of one answer, at the speed and with the failure of the options; tokens are the pieces it emits.

    A stall lasts `patience` seconds. Raises the staged EndpointError.
    """
    fail_at_once(options)
    whole = _deltas(await asyncio.to_thread(Script.load), request.messages)
    limit = max_tokens or len(whole)
    fails = options.fail is not Failure.NONE
    said = whole[: min(limit, options.fail_after) if fails else limit]
    yield Started(model=model)
    clock = asyncio.get_running_loop().time
    begin = clock()
    for batch in schedule(said, options.tokens_per_second if request.stream else 0):
        await asyncio.sleep(max(0.0, begin + batch.due - clock()))
        for delta in batch.pieces:
            yield delta
    if fails:
        await asyncio.sleep(patience if options.fail is Failure.STALL else 0)
        raise STAGED[options.fail].raised()
    yield UsageReported(_usage(request.messages, said))
    yield Finished(FinishReason.LENGTH, "length") if limit < len(whole) else Finished(FinishReason.STOP, "stop")


def fail_at_once(options: DemoOptions) -> None:
    """Raises the staged EndpointError where it strikes before an answer begins."""
    failure = STAGED.get(options.fail)
    if failure and not failure.midway:
        raise failure.raised()


def _deltas(script: Script, messages: tuple[Message, ...]) -> list[Delta]:
    answer = script.answer_to(last_question(messages))
    return [*map(ReasoningDelta, pieces(script.reasoning)), *map(TextDelta, pieces(answer))]


def _usage(messages: tuple[Message, ...], said: Sequence[Delta]) -> Usage:
    return Usage(
        input_tokens=sum(len(pieces(message.text)) for message in messages),
        output_tokens=len(said),
        reasoning_tokens=sum(isinstance(delta, ReasoningDelta) for delta in said),
    )
