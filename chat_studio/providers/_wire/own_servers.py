"""What to do next about a server that people start themselves: whether it runs, where it is, how it is started."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field

from chat_studio.errors import ConnectionRefused, ConnectTimedOut, EndpointError, Unreachable
from chat_studio.providers._wire.urls import host_of

LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class OwnServer:
    """How a program that serves models is started, and reached from another computer.

    `start` continues “To start it, ”; `start_on` has what differs by system, under the names of `sys.platform`. `port`
    and `elsewhere` are sentences.
    """

    name: str
    start: str
    port: str
    elsewhere: str
    start_on: Mapping[str, str] = field(default_factory=dict)

    def hint(self, error: EndpointError, base_url: str, platform: str = sys.platform) -> str:
        """What to do where nothing answers; "" for all other errors, and where the general advice is as good."""
        here = host_of(base_url) in LOOPBACK
        if isinstance(error, ConnectionRefused):
            if here:
                return f"Is {self.name} running? To start it, {self.start_on.get(platform, self.start)}. {self.port}"
            return f"Is {self.name} running there, and is the port right? {self.elsewhere}"
        if type(error) in (Unreachable, ConnectTimedOut) and not here:
            return f"Is the address right? {self.elsewhere}"
        return ""
