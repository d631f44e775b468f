"""What Gemini has otherwise than OpenAI: a list of models that tells more, and thoughts that are asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import Field

from chat_studio.errors import BadResponse, Unauthorized
from chat_studio.providers._chat_completions.provider import ChatCompletionsProvider, ChatOptions
from chat_studio.providers._gemini.models import FIRST_PAGE, native_models, next_page, plain
from chat_studio.providers._gemini.thoughts import with_thoughts
from chat_studio.providers.values import ChatRequest, ModelInfo, Options


class GeminiOptions(ChatOptions):
    """What Gemini tells only when asked."""

    thoughts: bool = Field(default=False, title="Show thoughts", description="For models that think")


class GeminiProvider(ChatCompletionsProvider):
    """Subclasses say where Gemini is, and what it does not take."""

    Options: ClassVar[type[Options]] = GeminiOptions

    @classmethod
    def root_of(cls, base_url: str) -> str:
        """Where Gemini's own API stands, on the same host."""
        return base_url.removesuffix("/openai")

    def body(self, model: str, request: ChatRequest) -> tuple[str, Mapping[str, Any]]:
        path, body = super().body(model, request)
        wanted = self.chosen(GeminiOptions).thoughts and path == "chat/completions"
        return path, self._repairs.apply(model, with_thoughts(model, body)) if wanted else body

    async def listed(self) -> list[ModelInfo]:
        """Gemini's own list tells more; a gateway may have the other one only."""
        try:
            models = await self._natively_listed() if self.root_of(self.base_url) != self.base_url else []
        except (BadResponse, Unauthorized):  # a gateway, or a wrong key: the other list will tell
            models = []
        return models or [plain(model) for model in await super().listed()]

    async def _natively_listed(self) -> list[ModelInfo]:
        """Gemini's own list wants the key in a header of its own."""
        key = self.key()
        pages = await self.pages("/models", next_page, FIRST_PAGE, {"x-goog-api-key": key} if key else {})
        return [model for page in pages for model in native_models(page)]
