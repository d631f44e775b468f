"""Reading embeddings."""

from __future__ import annotations

from collections.abc import Sequence

from chat_studio.errors import BadResponse
from chat_studio.providers._wire import json_values


def vectors(told: Sequence[object], count: int, answer: object) -> list[list[float]]:
    """What an `answer` holds for `count` texts, as vectors. Raises BadResponse if it is not one for each."""
    found = [vector for item in told if (vector := json_values.vector(item)) is not None]
    if len(found) != count:
        raise BadResponse(
            "The server did not send one vector for each text.",
            hint="Use a model that is made for embeddings.",
            detail=str(answer)[:300],
        )
    return found
