"""What runs on this computer, looked for at usual ports without sending anything."""

from __future__ import annotations

from servers import free_port, json_reply, serve

from chat_studio.connections.nearby import Nearby, nearby_servers
from chat_studio.connections.recognition import usual_ports


async def test_only_what_listens_is_told_and_nothing_is_sent() -> None:
    async with serve(json_reply({})) as server:
        found = await nearby_servers({free_port(): ["Nobody"], server.port: ["Ollama", "Other"]})
    assert found == [Nearby(f"http://127.0.0.1:{server.port}", ("Ollama", "Other"))]
    assert server.requests == []


def test_the_usual_ports_are_those_of_the_kinds() -> None:
    ports = usual_ports()
    assert "Ollama" in ports[11434]
    assert "LM Studio" in ports[1234]
    assert {"llama.cpp", "LocalAI"} <= set(ports[8080])
