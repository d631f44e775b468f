"""GPT4All's local server: it answers whole, and refuses whatever it does not know."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator
from contextlib import aclosing

from chat_studio.events import Event, Notice, Started
from chat_studio.providers._chat_completions.own_server import OwnServerProvider
from chat_studio.providers._chat_completions.quirks import SAMPLING, Quirks
from chat_studio.providers._own_servers.gpt4all import ADVICE, PORT, PROGRAM
from chat_studio.providers._wire import urls
from chat_studio.providers._wire.probes import first_model
from chat_studio.providers.values import Capabilities, ChatRequest, Probe, Recognition, Variables


class Gpt4All(OwnServerProvider):
    kind = "gpt4all"
    label = "GPT4All"
    default_base_url = f"http://127.0.0.1:{PORT}/v1"
    advice_without_models = "Download one in GPT4All, under Models."
    variables = Variables((), ("GPT4ALL_BASE_URL",), "GPT4ALL")
    capabilities = Capabilities(streaming=False, tools=False, images=False)
    recognition = Recognition(ports=(PORT,))
    quirks = Quirks(
        stream_options=False,
        refuses=SAMPLING - {"temperature", "top_p"} | {"tools", "stop", "seed", "response_format", "reasoning_effort"},
        images="none",
    )
    program = PROGRAM
    advice = ADVICE

    @classmethod
    def normalise_url(cls, typed: str) -> str:
        """The server has an IPv4 address only, and `localhost` may mean the other one first."""
        url = re.sub(r"^(https?)://(?:localhost|\[::1\])(?=[:/])", r"\1://127.0.0.1", urls.with_version(typed))
        return re.sub(r"^(http://127\.0\.0\.1)(?=/)", rf"\1:{PORT}", url)

    @classmethod
    def recognise(cls, probe: Probe) -> bool:
        return first_model(probe).get("owned_by") == "humanity"

    async def stream(self, request: ChatRequest) -> AsyncGenerator[Event, None]:
        """Tells when another model answered: for a name that it does not know the server takes its default."""
        asked = request.model or self.endpoint.model
        async with aclosing(super().stream(request)) as events:
            async for event in events:
                yield event
                if isinstance(event, Started) and asked and event.model not in ("", asked):
                    yield Notice(f"“{asked}” was asked for, and GPT4All answered with “{event.model}”.")


provider = Gpt4All
