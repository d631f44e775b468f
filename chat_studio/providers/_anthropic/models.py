"""What the generations of Claude accept: sampling, thinking and effort (Anthropic's documentation, 2026-08)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

DEFAULT_MAX_TOKENS = 8192
"""Tokens of an answer when nothing is set: safe on every current model."""

_FIRST_MAX_TOKENS = 4096
"""What the first models of generation 3 write at most."""

MIN_BUDGET = 1024
"""Tokens of thinking that the API asks for at least."""

_BUDGETS = {"minimal": 1024, "low": 2048, "medium": 8192, "high": 16_384, "xhigh": 32_000, "max": 32_000}
_NEAREST_EFFORTS = {"minimal": "low", "xhigh": "max"}


@dataclass(frozen=True)
class ModelRule:
    """`samples`: takes temperature, top_p and top_k; `one_sampler`: not temperature and top_p together; `thinking`: how
    a reasoning effort is asked for; `max_tokens`: the tokens of an answer when nothing is set."""

    prefix: str
    samples: bool = True
    one_sampler: bool = False
    max_temperature: float = 1.0
    thinking: Literal["adaptive", "budget", "none"] = "budget"
    xhigh: bool = False
    max_tokens: int = DEFAULT_MAX_TOKENS


RULES = (
    *(
        ModelRule(prefix, samples=False, thinking="adaptive", xhigh=True)
        for prefix in (
            "claude-opus-4-7",
            "claude-opus-4-8",
            "claude-opus-5",
            "claude-sonnet-5",
            "claude-fable-5",
            "claude-mythos",
        )
    ),
    ModelRule("claude-opus-4-6", one_sampler=True, thinking="adaptive"),
    ModelRule("claude-sonnet-4-6", one_sampler=True, thinking="adaptive"),
    *(
        ModelRule(prefix, one_sampler=True)
        for prefix in ("claude-opus-4-1", "claude-opus-4-5", "claude-sonnet-4-5", "claude-haiku-4-5")
    ),
    ModelRule("claude-3-5", thinking="none"),
    *(
        ModelRule(prefix, thinking="none", max_tokens=_FIRST_MAX_TOKENS)
        for prefix in ("claude-3-haiku", "claude-3-sonnet", "claude-3-opus", "claude-2", "claude-instant")
    ),
    ModelRule("claude-"),
    ModelRule("", max_temperature=2.0),  # other servers of this protocol: vLLM, llama.cpp, Ollama
)
"""The first rule whose prefix fits a model's name holds."""


def rule_for(model: str) -> ModelRule:
    """The rule of a model; gateways may write a vendor in front of its name (`anthropic/claude-…`)."""
    name = model.rpartition("/")[2]
    return next(rule for rule in RULES if name.startswith(rule.prefix))


def length_and_thinking(rule: ModelRule, effort: str, max_tokens: int | None) -> dict[str, Any]:
    """`max_tokens`, which the API requires, and what asks for a reasoning effort.

    `effort` is none, minimal, low, medium, high, xhigh, max, or "" for the server's default. A budget takes at most
    half of a `max_tokens` that was set; where that is less than the API's least budget there is no thinking.
    """
    if rule.thinking == "adaptive":
        return {"max_tokens": max_tokens or rule.max_tokens, **_adaptive(rule, effort)}
    budget = _BUDGETS.get(effort, 0) if rule.thinking == "budget" else 0
    if max_tokens is not None:
        budget = min(budget, max_tokens // 2)
    limit: dict[str, Any] = {"max_tokens": max_tokens or rule.max_tokens + budget}
    if budget >= MIN_BUDGET:
        limit["thinking"] = {"type": "enabled", "budget_tokens": budget}
    return limit


def _adaptive(rule: ModelRule, effort: str) -> dict[str, Any]:
    if not effort:
        return {}
    if effort == "none":
        return {"thinking": {"type": "disabled"}}
    level = effort if effort == "xhigh" and rule.xhigh else _NEAREST_EFFORTS.get(effort, effort)
    return {"thinking": {"type": "adaptive"}, "output_config": {"effort": level}}
