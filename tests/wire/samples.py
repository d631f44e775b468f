"""Every streamed answer there is: the tables of all protocols, and what was recorded from servers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from wire import anthropic_answers, chat_cases, ollama_answers
from wire.recorded import FOLDER, Recording, recordings

from chat_studio.providers._anthropic.decoder import AnthropicDecoder
from chat_studio.providers._chat_completions.decoder import ChatDecoder
from chat_studio.providers._ollama.decoder import OllamaDecoder
from chat_studio.providers._wire.decoder import Decoder
from chat_studio.providers.anthropic import Anthropic
from chat_studio.providers.base import Provider
from chat_studio.providers.custom import Custom
from chat_studio.providers.ollama import Ollama


@dataclass(frozen=True)
class Sample:
    """The bytes of an answer, and the decoder they are for."""

    name: str
    decoder: Callable[[], Decoder]
    body: bytes = field(repr=False)

    def __str__(self) -> str:
        return self.name


def samples() -> Iterator[Sample]:
    for case in chat_cases.CASES:
        yield Sample(f"chat: {case.name}", ChatDecoder, case.body)
    for answer in ollama_answers.CASES:
        yield Sample(f"ollama: {answer.id}", OllamaDecoder, answer.body)
    for message in anthropic_answers.CASES:
        yield Sample(f"anthropic: {message.id}", AnthropicDecoder, message.body)
    yield from _recorded()


def _recorded() -> Iterator[Sample]:
    for server in ("vllm", "vllm-tools", "llama-server"):
        for chat in (*recordings(server, "chat"), *recordings(server, "completions")):
            if chat.is_stream:
                yield Sample(f"recorded: {chat}", ChatDecoder, chat.body)
    for name in json.loads((FOLDER / "messages.json").read_text("utf-8")):
        server, _, entry = name.partition("/")
        message = Recording(server, entry, 200)
        if message.body.startswith(b"event:"):
            yield Sample(f"recorded: {message}", AnthropicDecoder, message.body)


SAMPLES = tuple(samples())
PROVIDERS: dict[object, type[Provider]] = {ChatDecoder: Custom, OllamaDecoder: Ollama, AnthropicDecoder: Anthropic}
"""A kind whose answers each decoder reads."""
