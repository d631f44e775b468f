"""The last steps of an examination: the server's models, and what the one that is used can do."""

from __future__ import annotations

import asyncio
import base64
import difflib
import struct
import zlib
from collections.abc import Sequence
from contextlib import aclosing, suppress

from chat_studio.connections.examination import Examination
from chat_studio.connections.steps import Outcome, done, not_used, warned
from chat_studio.errors import EndpointError, ModelNotFound
from chat_studio.events import VISIBLE, Event, Finished, Notice, Started, TextDelta, ToolCallDelta, ToolCallReady
from chat_studio.messages import FinishReason, ImagePart, Message, Role, TextPart
from chat_studio.parameters import Parameters
from chat_studio.providers.base import Provider
from chat_studio.providers.values import ChatRequest, ModelInfo, ToolDefinition

TEXT_LIMIT = 16
"""Tokens asked for at most; some servers refuse fewer."""
CALL_LIMIT = 64
"""Tokens that a tool call needs at most."""
PATIENCE = 60.0
"""Seconds for a whole answer of a few tokens, by a model that answers."""
_LONG_ANSWER = 100
"""Characters of an answer of one word."""
_NAMES_SHOWN = 5

_TOOL = ToolDefinition(
    "report_word",
    "Reports a word.",
    {"type": "object", "properties": {"word": {"type": "string"}}, "required": ["word"]},
)


async def list_models(about: Examination) -> Outcome:
    provider = about.ready
    about.model = provider.endpoint.model
    if not provider.capabilities.model_list:
        return not_used("This kind of server lists no models.")
    about.models = models = await provider.list_models()
    if not models:
        return warned("The server lists no models", provider.advice_without_models)
    if not about.model:
        with suppress(ModelNotFound):  # the next step says so
            about.model = await provider.default_model()
    return _listed(provider, models)


def _listed(provider: Provider, models: Sequence[ModelInfo]) -> Outcome:
    names = [model.id for model in models]
    wanted = provider.endpoint.model
    listed = ", ".join(names[:_NAMES_SHOWN]) + ("…" if len(names) > _NAMES_SHOWN else "")
    count = f"{len(names)} model{'' if len(names) == 1 else 's'}"
    if wanted and not any(name in (wanted, f"{wanted}:latest") for name in names):
        return warned(f"{count}, and “{wanted}” is not among them: {listed}", _about_missing(provider, wanted, names))
    if provider.advice_without_loaded and all(model.loaded is False for model in models):
        return warned(f"{count}, none of them loaded: {listed}", provider.advice_without_loaded)
    return done(f"{count}: {listed}")


def _about_missing(provider: Provider, wanted: str, names: Sequence[str]) -> str:
    near = difflib.get_close_matches(wanted, names, 3)
    question = f"Did you mean {' or '.join(f'“{name}”' for name in near)}?" if near else ""
    advice = provider.advice_for_missing(wanted) or "Choose one of those that the server lists."
    return f"{question} {advice}".strip()


async def begin_answer(about: Examination) -> Outcome:
    """Asks for a few tokens, and hangs up after the first."""
    model = about.model
    async with aclosing(about.ready.stream(_request("Reply with one word: hello."))) as events:
        async for event in events:
            model = (event.model if isinstance(event, Started) else "") or model
            if isinstance(event, VISIBLE):
                return done(f"{model or 'The model'} began to answer")
    return done(f"{model or 'The model'} ended its answer without a word")


async def call_tool(about: Examination) -> Outcome:
    """Tells the model to call the only tool there is."""
    if not about.ready.capabilities.tools:
        return not_used("This kind of server takes no tools.")
    if about.lacks("tools"):
        return not_used(f"The list of models says that {about.model} does not take tools.")
    request = _request("Call the tool report_word with the word “hello”.", tools=(_TOOL,), limit=CALL_LIMIT)
    notices: list[str] = []
    cut_short = False
    try:
        async with asyncio.timeout(PATIENCE), aclosing(about.ready.stream(request)) as events:
            async for event in events:
                if isinstance(event, ToolCallReady | ToolCallDelta):
                    return done(f"{_model(about)} calls tools")
                notices += [event.text] if isinstance(event, Notice) else []
                cut_short = isinstance(event, Finished) and event.reason is FinishReason.LENGTH
    except EndpointError as error:
        return warned(error.message, error.hint, error.detail)
    except TimeoutError:
        return warned(f"{_model(about)} took longer than {PATIENCE:g} s, which was not waited for")
    if cut_short:
        return warned(
            f"{_model(about)} had not called the tool after {CALL_LIMIT} tokens",
            "Models that think first need more than this test lets them have: try a tool in a conversation.",
        )
    return warned(
        f"{_model(about)} answered without calling the tool that it was told to call",
        "Use another model for tools, or see whether the server was started so that it reads this model's calls.",
        "\n".join(notices),
    )


async def see_image(about: Examination) -> Outcome:
    """Asks for the colour of a red square."""
    if not about.ready.capabilities.images:
        return not_used("This kind of server takes no images.")
    if about.lacks("vision"):
        return not_used(f"The list of models says that {about.model} does not take images.")
    image = ImagePart(data=base64.b64encode(red_square()).decode("ascii"), name="square.png")
    request = _request("What colour is this? One word.", image)
    text = ""
    shown: list[Event] = []
    try:
        async with asyncio.timeout(PATIENCE), aclosing(about.ready.stream(request)) as events:
            async for event in events:
                shown += [event] if isinstance(event, VISIBLE) else []
                text += event.text if isinstance(event, TextDelta) else ""
                if len(text) > _LONG_ANSWER:  # the limit is not kept
                    break
    except EndpointError as error:
        return warned(error.message, error.hint, error.detail)
    except TimeoutError:
        return warned(f"{_model(about)} took longer than {PATIENCE:g} s, which was not waited for")
    said = " ".join(text.split())
    if not said:
        return done(f"{_model(about)} takes images" if shown else f"{_model(about)} said nothing to an image")
    if "red" in said.lower():
        return done(f"{_model(about)} sees: it names the colour of a red square")
    return warned(
        f"{_model(about)} does not see that a square is red: it says “{said}”",
        "The server may leave images out on the way to the model. Use a model that can see, or send it none.",
    )


def red_square(size: int = 32) -> bytes:
    """A PNG of so many pixels a side (W3C, Portable Network Graphics: 8 bits a channel, RGB, no filter)."""
    rows = (b"\0" + b"\xff\0\0" * size) * size
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )


def _request(
    text: str, image: ImagePart | None = None, *, tools: tuple[ToolDefinition, ...] = (), limit: int = TEXT_LIMIT
) -> ChatRequest:
    parts = (*([image] if image else []), TextPart(text=text))
    return ChatRequest((Message(role=Role.USER, parts=parts),), parameters=Parameters(max_tokens=limit), tools=tools)


def _model(about: Examination) -> str:
    return about.model or "The model"
