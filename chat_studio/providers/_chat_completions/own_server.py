"""Servers of chat completions that people run themselves: they tell more of themselves, and fail in their own ways."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from chat_studio.errors import EndpointError, ModelLoading, Overloaded
from chat_studio.providers._chat_completions.provider import ChatCompletionsProvider
from chat_studio.providers._wire import json_values
from chat_studio.providers._wire.own_servers import OwnServer
from chat_studio.providers.values import ServerInfo

_NOT_SERVED = (404, 405, 501)


class OwnServerProvider(ChatCompletionsProvider):
    """Subclasses say how their server is started, and what its failures call for."""

    program: ClassVar[OwnServer]
    version_path: ClassVar[str] = ""
    """Where the server tells its version as `{"version": …}`, "" if nowhere."""
    health_path: ClassVar[str] = ""
    """Where the server tells that it is ready, by any status below 500."""
    unhealthy_while_loading: ClassVar[bool] = False
    """Whether a 503 there means that it is still starting, not that it has failed."""

    async def check(self) -> ServerInfo:
        with self.explaining():
            await self._healthy()
            info = await super().check()
            version = (await self.told(self.version_path)).get("version") if self.version_path else ""
            return ServerInfo(version=json_values.text(version), note=info.note)

    def hint(self, error: EndpointError) -> str:
        return self.program.hint(error, self.base_url) or super().hint(error)

    async def told(self, path: str, passing: type[EndpointError] = ModelLoading) -> json_values.Object:
        """The object that the server answers to a GET; an empty one where it does not serve it, or a gateway hides it.

        Raises ModelLoading, and what is `passing`.
        """
        try:
            return json_values.mapping(await self.fetch("GET", path))
        except (ModelLoading, passing):
            raise
        except EndpointError:
            return {}

    async def counted(self, path: str, body: Mapping[str, Any]) -> json_values.Object:
        """The answer to a question about tokens; an empty one where the server does not count. Raises EndpointError."""
        try:
            model, patience = body.get("model", ""), self.endpoint.short_timeout
            return json_values.mapping(await self.fetch("POST", path, body, model=model, patience=patience))
        except EndpointError as error:
            if error.status in _NOT_SERVED:
                return {}
            raise

    async def _healthy(self) -> None:
        if not self.health_path:
            return
        try:
            await self.reply("GET", self.health_path)
        except EndpointError as error:
            if isinstance(error, Overloaded) and self.unhealthy_while_loading:
                starting = f"{self.label} is still starting."
                raise ModelLoading(starting, detail=error.detail, status=error.status) from None
            if error.status is None or (error.status >= 500 and error.status not in _NOT_SERVED):
                raise
