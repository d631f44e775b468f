"""RunPod: serverless endpoints by their OpenAI path, load balancing ones, and pods behind the proxy."""

from __future__ import annotations

from chat_studio.errors import EndpointError
from chat_studio.providers._runpod.addresses import OPENAI, canonical, is_pod, is_queue
from chat_studio.providers._runpod.advice import KEY_PAGE, OF_BALANCERS, OF_PODS, OF_QUEUES
from chat_studio.providers._runpod.provider import QueueProvider
from chat_studio.providers.values import Recognition, Variables


class RunPod(QueueProvider):
    kind = "runpod"
    label = "RunPod"
    variables = Variables(("RUNPOD_API_KEY",), ("RUNPOD_BASE_URL",), "RUNPOD")
    needs_key = True
    is_service = True
    key_page = KEY_PAGE
    recognition = Recognition(
        hosts=("api.runpod.ai", "*.api.runpod.ai", "*.proxy.runpod.net"),
        key_hosts=("api.runpod.ai", "*.api.runpod.ai"),  # a pod has a key of its own, or none
        key_prefixes=("rpa_",),
    )

    @classmethod
    def normalise_url(cls, typed: str) -> str:
        return canonical(typed)

    @classmethod
    def root_of(cls, base_url: str) -> str:
        """Of a queue `…/v2/ID`, where its health is."""
        return base_url.removesuffix(OPENAI) if is_queue(base_url) else super().root_of(base_url)

    def hint(self, error: EndpointError) -> str:
        advice = OF_QUEUES if is_queue(self.base_url) else OF_PODS if is_pod(self.base_url) else OF_BALANCERS
        return advice.hint(error, has_key=bool(self.endpoint.api_key)) or self.page_for(error)


provider = RunPod
