"""The demo: an endpoint without a server, for the first minutes, for tests, and for showing errors."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from types import MappingProxyType

from pydantic import Field, JsonValue, ValidationError

from chat_studio.errors import InvalidRequest, ModelNotFound
from chat_studio.events import Event, Finished, ReasoningDelta, Started, TextDelta, UsageReported
from chat_studio.messages import FinishReason, Message, Usage
from chat_studio.providers._demo.failures import STAGED, Failure
from chat_studio.providers._demo.pace import schedule
from chat_studio.providers._demo.script import Script, last_question, pieces
from chat_studio.providers.base import Provider
from chat_studio.providers.values import Capabilities, ChatRequest, ModelInfo, Options, ServerInfo

DEFAULT_MODEL = "demo"


class DemoOptions(Options):
    """How the demo answers.

    The connection sets it, over that its default parameters, over these the model, and over all a request's extra ones.
    """

    tokens_per_second: float = Field(
        default=60, ge=0, le=1_000_000, title="Tokens per second", description="0: as fast as possible"
    )
    fail: Failure = Field(default=Failure.NONE, title="Fail", description="In which way the answer fails")
    fail_after: int = Field(
        default=120, ge=0, title="Fail after", description="Tokens before a failure in the middle of an answer"
    )


_PRESETS: Mapping[str, Mapping[str, JsonValue]] = MappingProxyType(
    {
        DEFAULT_MODEL: {},
        "demo-fast": {"tokens_per_second": 600},
        "demo-slow": {"tokens_per_second": 8},
        **{f"demo-{failure.replace('_', '-')}": {"fail": failure.value} for failure in STAGED},
    }
)
"""What each of the demo's models stands for."""


class Demo(Provider):
    kind = "demo"
    label = "Demo (offline)"
    needs_address = False
    capabilities = Capabilities(tools=False, images=False)
    Options = DemoOptions

    async def stream(self, request: ChatRequest) -> AsyncGenerator[Event, None]:
        """Reasoning, then a Markdown answer that quotes the question, at the speed and with the failure of the options.

        What is set by the request counts more than what the model's name stands for, and that more than the
        connection's parameters. Tokens are counted as the pieces that are emitted.
        """
        model = request.model or self.endpoint.model or DEFAULT_MODEL
        options = self._options(model, request.parameters.extra)
        self._fail_at_once(options)
        script = await asyncio.to_thread(Script.load)
        whole = _deltas(script, request.messages)
        limit = request.parameters.max_tokens or self.endpoint.max_tokens or len(whole)
        fails = options.fail is not Failure.NONE
        answer = whole[: min(limit, options.fail_after) if fails else limit]
        yield Started(model=model)
        clock = asyncio.get_running_loop().time
        begin = clock()
        for batch in schedule(answer, options.tokens_per_second if request.stream else 0):
            await asyncio.sleep(max(0.0, begin + batch.due - clock()))
            for delta in batch.pieces:
                yield delta
        if fails:
            await self._fail_midway(options)
        yield UsageReported(_usage(request.messages, answer))
        yield Finished(FinishReason.LENGTH, "length") if limit < len(whole) else Finished(FinishReason.STOP, "stop")

    async def list_models(self) -> Sequence[ModelInfo]:
        """One model for each speed and each failure: a way to choose them in the model dropdown."""
        return [ModelInfo(id=name, loaded=True) for name in _PRESETS]

    async def check(self) -> ServerInfo:
        """Fails where the connection is set to fail before an answer begins."""
        self._fail_at_once(self._options(self.endpoint.model or DEFAULT_MODEL, {}))
        return ServerInfo(note="Answers from this computer, without a model.")

    def _options(self, model: str, extra: Mapping[str, JsonValue]) -> DemoOptions:
        preset = _PRESETS.get(model)
        if preset is None:
            raise ModelNotFound(
                f"The demo has no model “{model}”.",
                hint=f"Choose one from the list, such as “{DEFAULT_MODEL}”.",
                status=404,
            ).on(self.endpoint.name)
        try:
            own = self.options.model_dump(exclude_unset=True)
            return DemoOptions.model_validate({**own, **self.endpoint.default_parameters, **preset, **extra})
        except ValidationError as error:
            first = error.errors()[0]
            raise InvalidRequest(
                f"The demo cannot use the parameter “{'.'.join(map(str, first['loc']))}”.",
                hint=f"Its parameters are {', '.join(DemoOptions.model_fields)}.",
                detail=first["msg"],
                status=400,
            ).on(self.endpoint.name) from None

    def _fail_at_once(self, options: DemoOptions) -> None:
        failure = STAGED.get(options.fail)
        if failure and not failure.midway:
            raise failure.raised().on(self.endpoint.name)

    async def _fail_midway(self, options: DemoOptions) -> None:
        if options.fail is Failure.STALL:
            await asyncio.sleep(self.endpoint.timeout)
        raise STAGED[options.fail].raised().on(self.endpoint.name)


Delta = ReasoningDelta | TextDelta


def _deltas(script: Script, messages: tuple[Message, ...]) -> list[Delta]:
    answer = script.answer_to(last_question(messages))
    return [*map(ReasoningDelta, pieces(script.reasoning)), *map(TextDelta, pieces(answer))]


def _usage(messages: tuple[Message, ...], answer: Sequence[Delta]) -> Usage:
    return Usage(
        input_tokens=sum(len(pieces(message.text)) for message in messages),
        output_tokens=len(answer),
        reasoning_tokens=sum(isinstance(delta, ReasoningDelta) for delta in answer),
    )


provider = Demo
