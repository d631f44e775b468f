"""RunPod: serverless endpoints by their OpenAI path, load balancing ones, and pods behind the proxy."""

from __future__ import annotations

import re
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress

from chat_studio.errors import BadResponse, EndpointError, ServerFailed, Stalled, Unauthorized, WrongAddress
from chat_studio.events import Event, Notice
from chat_studio.providers._chat_completions.provider import ChatCompletionsProvider
from chat_studio.providers._wire import json_values, urls
from chat_studio.providers.values import ChatRequest, Endpoint, Recognition, ServerInfo, Variables

_QUEUE = re.compile(r"^(https?://[^/]+/v2/[^/]+)(?:/.*)?$")
_OPENAI = "/openai/v1"
_PROXY_LIMIT = 524
"""The status of the proxy before pods when 100 s have passed without an answer."""

_IDLE = 5.0
"""Seconds after an answer before a worker is stopped, unless the endpoint says otherwise (RunPod's documentation)."""

_HEALTH_PATIENCE = 5.0
"""Seconds that a question waits at most for news of the workers."""


class RunPod(ChatCompletionsProvider):
    kind = "runpod"
    label = "RunPod"
    variables = Variables(("RUNPOD_API_KEY",), ("RUNPOD_BASE_URL",), "RUNPOD")
    needs_key = True
    is_service = True
    key_page = "https://console.runpod.io/user/settings"
    recognition = Recognition(
        hosts=("api.runpod.ai", "*.api.runpod.ai", "*.proxy.runpod.net"),
        key_hosts=("api.runpod.ai", "*.api.runpod.ai"),  # a pod has a key of its own, or none
        key_prefixes=("rpa_",),
    )

    def __init__(self, endpoint: Endpoint, *, read_pause: float = 0.0) -> None:
        super().__init__(endpoint, read_pause=read_pause)
        self._answered = -_IDLE

    @classmethod
    def normalise_url(cls, typed: str) -> str:
        """`…/v2/ID/openai/v1` for every address of a queue; a pod is reached by HTTPS only."""
        url = urls.with_version(typed)
        if queue := _QUEUE.match(url):
            return f"{queue[1]}{_OPENAI}"
        return re.sub(r"^http://(?=[^/]+\.proxy\.runpod\.net/)", "https://", url)

    @classmethod
    def root_of(cls, base_url: str) -> str:
        return base_url.removesuffix(_OPENAI) if base_url.endswith(_OPENAI) else super().root_of(base_url)

    async def stream(self, request: ChatRequest) -> AsyncGenerator[Event, None]:
        """Says first that a worker has to be started, for then nothing comes for minutes.

        Not of several queues, of which nobody knows which one will answer.
        """
        is_cold = time.monotonic() - self._answered > _IDLE
        if self._is_queue and is_cold and not self.endpoint.urls and (waiting := await self._waiting()):
            yield Notice(waiting, passing=True)
        async with aclosing(super().stream(request)) as events:
            async for event in events:
                yield event
        self._answered = time.monotonic()

    async def check(self) -> ServerInfo:
        """Of a queue its workers, for a list of models would start one."""
        if self._is_queue:
            with self.explaining(), suppress(WrongAddress):  # a gateway in front of it may offer the API alone
                return ServerInfo(note=_summary(json_values.mapping(await self.fetch("GET", "/health"))))
        return await super().check()

    def explain(self, error: EndpointError) -> EndpointError:
        if error.status == _PROXY_LIMIT:
            error.retryable = False  # the same request would take as long again
        return super().explain(error)

    def hint(self, error: EndpointError) -> str:
        if error.status == _PROXY_LIMIT:
            return (
                "RunPod's proxy waits 100 s for the first byte. Ask with streaming, wait until the model is loaded, "
                "or shorten the conversation."
            )
        return (self._hint_for_queue(error) if self._is_queue else self._hint_for_pod(error)) or super().hint(error)

    @property
    def _is_queue(self) -> bool:
        return self.base_url.endswith(_OPENAI)

    async def _waiting(self) -> str:
        """What to tell before a question that no worker can take at once, "" if one can or nobody knows."""
        try:
            health = json_values.mapping(await self.fetch("GET", "/health", patience=_HEALTH_PATIENCE))
        except EndpointError:
            return ""  # the question itself will say what is wrong
        workers = json_values.mapping(health.get("workers"))
        if not workers or any(json_values.count(workers.get(state)) for state in ("ready", "idle", "running")):
            return ""
        if json_values.count(workers.get("throttled")):
            return "RunPod has no free machine for a worker of this endpoint at the moment; the question waits for one."
        return "RunPod is starting a worker: the answer begins when the model is loaded, which can take minutes."

    def _hint_for_queue(self, error: EndpointError) -> str:
        if isinstance(error, Unauthorized) and self.endpoint.api_key:
            return f"Check the key and what it may use, or make a new one, at {self.key_page}."
        if isinstance(error, WrongAddress):
            return "Is there an endpoint of this id? Its page on RunPod shows the address: …/v2/ID/openai/v1."
        if isinstance(error, BadResponse):
            return "Does the endpoint run vLLM's worker, and is RAW_OPENAI_OUTPUT not 0 there?"
        if isinstance(error, Stalled):
            return "A worker may still be starting: ask again in some minutes, or raise this connection's timeouts."
        return ""

    def _hint_for_pod(self, error: EndpointError) -> str:
        if isinstance(error, Unauthorized) and not self.endpoint.api_key:
            return "The pod's own server wants a key, which is not RunPod's: enter it in this connection."
        if isinstance(error, WrongAddress | ServerFailed) and urls.host_of(self.base_url).endswith(".proxy.runpod.net"):
            return "Is the pod running, its server ready, and the number before “.proxy” the port inside the pod?"
        return ""


def _summary(health: json_values.Object) -> str:
    """The workers and jobs of `/health`, those there are."""
    workers, jobs = json_values.mapping(health.get("workers")), json_values.mapping(health.get("jobs"))
    if not workers:
        return ""
    told = [f"{count} {name}" for state, name in _STATES.items() if (count := json_values.count(workers.get(state)))]
    queued = json_values.count(jobs.get("inQueue"))
    waiting = f"; {queued} job{'' if queued == 1 else 's'} waiting" if queued else ""
    if not told:
        return f"No worker is running: the first question starts one, which can take minutes{waiting}."
    return f"Workers: {', '.join(told)}{waiting}."


_STATES = {
    "running": "busy",
    "idle": "idle",
    "initializing": "starting",
    "throttled": "waiting for a machine",
    "unhealthy": "failing",
}

provider = RunPod
