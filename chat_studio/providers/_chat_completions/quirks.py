"""Where a kind of server departs from the others: declared as a value, so that nothing branches on a kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from pydantic import JsonValue

TOKEN_LIMITS = ("max_tokens", "max_completion_tokens")

SAMPLING = frozenset(
    {"temperature", "top_p", "presence_penalty", "frequency_penalty", "logit_bias", "logprobs", "top_logprobs"}
)
"""What reasoning models of several services refuse while they reason."""


@dataclass(frozen=True)
class ModelRule:
    """What models whose names begin with `prefix` do not take.

    `refuses` holds always, `refuses_reasoning` while the model reasons. `reasons` says whether it does when nothing is
    asked for; `efforts` are the reasoning efforts that it takes, None for any, () for none. `system_role` is where its
    system prompt goes, "" for where that of the kind goes. `reasoning_field` is where it wants its thoughts back beside
    every tool call, "" for as the kind does.
    """

    prefix: str
    refuses: frozenset[str] = frozenset()
    refuses_reasoning: frozenset[str] = frozenset()
    reasons: bool = False
    efforts: tuple[str, ...] | None = None
    system_role: Literal["", "system", "developer", "user"] = ""
    reasoning_field: Literal["", "reasoning", "reasoning_content"] = ""

    def withheld(self, effort: str) -> frozenset[str]:
        """The fields that must not be sent, for a reasoning effort that was asked for, or "" for none."""
        refused = self.refuses
        if effort and self.efforts is not None and effort not in self.efforts:
            refused |= {"reasoning_effort"}
            effort = ""
        reasons = effort != "none" if effort else self.reasons
        return refused | self.refuses_reasoning if reasons else refused


@dataclass(frozen=True)
class Quirks:
    """The dialect of a kind of server.

    Only what comes from the form and from a request's parameters is shaped by it: free parameters (a connection's
    default ones, a request's extra ones) are sent as they are.
    """

    token_limit_field: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"  # noqa: S105 - a field's name
    seed_field: Literal["seed", "random_seed"] = "seed"
    reasoning: Literal["reasoning_effort", "reasoning.effort"] = "reasoning_effort"
    """How a reasoning effort is asked for: `"reasoning_effort": "low"` or `"reasoning": {"effort": "low"}`."""
    stream_options: bool = True
    """Whether usage is asked for; servers that send it anyway may refuse to be asked."""
    refuses: frozenset[str] = frozenset()
    """Fields that are never sent, because the request would fail; the user is told when one was set. With “tools” go
    the calls and results of earlier answers."""
    models: tuple[ModelRule, ...] = ()
    """The first rule whose prefix fits a model's name holds."""
    structured: Literal["json_schema", "json_object"] = "json_schema"
    """The form of `response_format`."""
    schema_drops: frozenset[str] = frozenset()
    """Keywords of JSON schema that the server does not know, taken out of schemas."""
    system_role: Literal["system", "developer", "user"] = "system"
    """Where the system prompt goes; “user” puts it before the first question."""
    answer_after_tools: bool = False
    """Whether tool results must be followed by an answer before the next question."""
    images: Literal["any", "data", "string", "none"] = "any"
    """“data”: only as bytes, not as links. “string”: `image_url` is the address itself, not an object."""
    tool_ids: Literal["any", "nine"] = "any"
    """“nine”: nine letters and digits; other ids are replaced, the same by the same."""
    replays: frozenset[str] = frozenset()
    """Fields of earlier answers that are sent back as they came; of all others the server never hears."""
    reasoning_field: Literal["", "reasoning", "reasoning_content"] = ""
    """Where the thoughts that led to tool calls are sent back as text, for models that think between calls."""
    empty_reasoning: bool = False
    """Whether that field stands beside every call, also where there were no thoughts."""
    call_default: Mapping[str, JsonValue] = field(default_factory=dict)
    """What a tool call carries that another provider's model made."""

    def rule_for(self, model: str) -> ModelRule:
        """The rule of a model; a gateway may write a vendor in front of its name (`openai/gpt-5`)."""
        names = (model, model.rpartition("/")[2])
        return next((rule for rule in self.models if any(name.startswith(rule.prefix) for name in names)), _NO_RULE)

    def of(self, model: str) -> Quirks:
        """These quirks, as they are for a model."""
        rule = self.rule_for(model)
        quirks = replace(self, system_role=rule.system_role) if rule.system_role else self
        if rule.reasoning_field:
            quirks = replace(quirks, reasoning_field=rule.reasoning_field, empty_reasoning=True)
        return quirks


_NO_RULE = ModelRule("")
