"""Every kind of the registry with the protocol that it speaks, ready to talk to a scripted server."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from contract.protocols import AnthropicMessages, ChatCompletions, OllamaApi, Protocol, Said
from servers import Answer, Step, json_reply, reply
from wire.talk import endpoint

from chat_studio.providers._chat_completions.provider import ChatCompletionsProvider
from chat_studio.providers.anthropic import Anthropic
from chat_studio.providers.base import Provider
from chat_studio.providers.ollama import Ollama
from chat_studio.providers.registry import kinds, provider_class
from chat_studio.providers.values import Endpoint

THOUGHTS = {"mistral": "parts", "gemini": "<thought>", "vllm": "reasoning", "openrouter": "reasoning",
            "huggingface": "reasoning", "localai": "reasoning", "custom": "<think>"}  # fmt: skip
"""Where reasoning comes, if not in `reasoning_content`."""

PATHS = {"azure": ("/openai/v1", "/openai/deployments/m"), "custom": ("", "/api/chat/completions"),
         "runpod": ("", "/v2/abc/runsync")}  # fmt: skip
"""The paths of addresses, for kinds that have several shapes of them."""

ERRORS: dict[str, Callable[[str, str], object]] = {
    "azure": lambda message, code: {"error": {"code": code, "message": message}},
    "cohere": lambda message, code: {"id": "1", "message": message},
    "cortex": lambda message, code: {"message": message},
    "gemini": lambda message, code: [{"error": {"code": 400, "message": message, "status": code}}],
    "huggingface": lambda message, code: {"error": message, "error_type": code},
    "jan": lambda message, code: message,
    "lmstudio": lambda message, code: {"error": message},
    "mistral": lambda message, code: {"object": "error", "message": message, "type": code, "code": "1500"},
    "xai": lambda message, code: {"code": code, "error": message},
}
"""The bodies of errors, from their message and code, for kinds whose server writes them otherwise: JSON, or text."""

LISTS: dict[str, Callable[..., object]] = {
    "cohere": lambda *names: {"models": [{"name": name, "endpoints": ["chat"]} for name in names]},
}
"""The answer to a request for the models, for kinds that ask another route than `/models`."""


_FACTS = {
    "GET *version": json_reply({"version": "0.9.9"}),
    "GET *health": json_reply({"workers": {"idle": 1, "running": 0}}),
}


class Routes(dict[str, Any]):
    """A script whose patterns are “METHOD PATH” with stars; what fits none is answered by 404."""

    def __contains__(self, asked: object) -> bool:
        return self._pattern(asked) is not None

    def __getitem__(self, asked: str) -> Any:
        return super().__getitem__(self._pattern(asked) or asked)

    def _pattern(self, asked: object) -> str | None:
        return next((pattern for pattern in self if fnmatchcase(str(asked), pattern)), None)


@dataclass(frozen=True)
class Subject:
    """A kind under test."""

    kind: str
    path: str
    provider: type[Provider]
    protocol: Protocol

    @property
    def streams(self) -> bool:
        return self.provider.capabilities.streaming

    def endpoint(self, url: str, **fields: Any) -> Endpoint:
        urls = tuple(f"{other}{self.path}" for other in fields.pop("urls", ()))
        return endpoint(f"{url}{self.path}", urls=urls, **fields)

    def answer(self, said: Said | None = None, *between: Step) -> Answer:
        """An answer as the kind asks for it: streamed, or whole. `between` is played before its end."""
        said = said or Said()
        if self.streams:
            return self.protocol.stream(said, *between)
        first, body = json_reply(self.protocol.whole(said))[0].split(b"\r\n\r\n")  # type: ignore[union-attr]
        middle = len(body) // 2
        return (first + b"\r\n\r\n" + body[:middle], *between, body[middle:])

    def script(self, *answers: Answer) -> Routes:
        """Chats are answered one by one, the last answer repeats."""
        listed = json_reply(LISTS.get(self.kind, self.protocol.models)("m", "other"))
        return Routes({"POST *": list(answers), "GET *models": listed, "GET *tags": listed, **_FACTS})

    def whole(self, said: Said) -> Answer:
        return json_reply(self.protocol.whole(said))

    def broken(self, message: str) -> Answer:
        """An answer that ends in an error; of one that comes whole the error is all there is."""
        if self.streams:
            return self.protocol.broken(Said(), message)
        return json_reply(self.protocol.error(message, "server_error"))

    def refusal(self, status: int, message: str, code: str = "", **headers: str) -> Answer:
        body = ERRORS.get(self.kind, self.protocol.error)(message, code)
        if isinstance(body, str):
            return reply(body, "text/plain", status, **headers)
        return json_reply(body, status, **headers)


_PROTOCOLS: tuple[tuple[type[Provider], Callable[[str], Protocol]], ...] = (
    (ChatCompletionsProvider, lambda kind: ChatCompletions(THOUGHTS.get(kind, "reasoning_content"))),
    (Ollama, lambda _: OllamaApi()),
    (Anthropic, lambda _: AnthropicMessages()),
)


def served() -> list[tuple[str, str]]:
    """All kinds but the one that needs no server, with the paths of their addresses."""
    return [(kind, path) for kind in kinds() if kind != "demo" for path in PATHS.get(kind, ("",))]


def subject_of(kind: str, path: str) -> Subject:
    """A kind with its protocol; one whose protocol is not known here has to be added to the table."""
    provider = provider_class(kind)
    make = next(make for base, make in _PROTOCOLS if issubclass(provider, base))
    return Subject(kind, path, provider, make(kind))
