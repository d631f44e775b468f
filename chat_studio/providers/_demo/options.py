"""How the demo answers, and what each of its models stands for."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from pydantic import Field, JsonValue, ValidationError

from chat_studio.errors import InvalidRequest, ModelNotFound
from chat_studio.providers._demo.failures import STAGED, Failure
from chat_studio.providers.values import Options

DEFAULT_MODEL = "demo"


class DemoOptions(Options):
    """How the demo answers.

    The connection sets it, over that its default parameters, over these the model, and over all a request's extra ones.
    """

    tokens_per_second: float = Field(
        default=60, ge=0, le=1_000_000, title="Tokens per second", description="0: as fast as possible"
    )
    fail: Failure = Field(default=Failure.NONE, title="Fail", description="In which way the answer fails")
    fail_after: int = Field(
        default=120, ge=0, title="Fail after", description="Tokens before a failure in the middle of an answer"
    )


PRESETS: Mapping[str, Mapping[str, JsonValue]] = MappingProxyType(
    {
        DEFAULT_MODEL: {},
        "demo-fast": {"tokens_per_second": 600},
        "demo-slow": {"tokens_per_second": 8},
        **{f"demo-{failure.replace('_', '-')}": {"fail": failure.value} for failure in STAGED},
    }
)
"""What each of the demo's models stands for."""


def options_for(model: str, connection: Mapping[str, JsonValue], asked: Mapping[str, JsonValue]) -> DemoOptions:
    """The connection's parameters, over them what the model stands for, over that what a request asks for.

    Raises ModelNotFound for a model that there is not, and InvalidRequest for a parameter that cannot be used.
    """
    preset = PRESETS.get(model)
    if preset is None:
        raise ModelNotFound(
            f"The demo has no model “{model}”.",
            hint=f"Choose one from the list, such as “{DEFAULT_MODEL}”.",
            status=404,
        )
    try:
        return DemoOptions.model_validate({**connection, **preset, **asked})
    except ValidationError as error:
        first = error.errors()[0]
        raise InvalidRequest(
            f"The demo cannot use the parameter “{'.'.join(map(str, first['loc']))}”.",
            hint=f"Its parameters are {', '.join(DemoOptions.model_fields)}.",
            detail=first["msg"],
            status=400,
        ) from None
