"""The yardstick for the first token: httpx and nothing else. `python -m bench.bare_client PORT ROUNDS`"""

from __future__ import annotations

import asyncio
import json
import sys
import time

import httpx


async def main(port: str, rounds: int) -> None:
    """Prints the seconds from sending a request to its first bytes of content, for each round."""
    body = {"model": "bench", "stream": True, "messages": [{"role": "user", "content": "tokens=1 rate=0"}]}
    seconds = []
    async with httpx.AsyncClient() as client:
        for _ in range(rounds):
            begun = time.perf_counter()
            async with client.stream("POST", f"http://127.0.0.1:{port}/v1/chat/completions", json=body) as response:
                async for line in response.aiter_lines():
                    if '"content"' in line:
                        break
            seconds.append(time.perf_counter() - begun)
    print(json.dumps(seconds), flush=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
