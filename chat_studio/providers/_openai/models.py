"""OpenAI's models: what each takes, and what OpenAI's list of models does not tell.

Source of the rules: pydantic-ai's matrix, verified live in 2026-07, and OpenAI's reference of the same time; of the
context lengths: pydantic/genai-prices, 2026-08, and OpenAI's pages of the older models.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

from chat_studio.providers._chat_completions.quirks import SAMPLING, ModelRule
from chat_studio.providers.values import ModelInfo

_EFFORTS = ("minimal", "low", "medium", "high", "xhigh", "max")
"""All there are but “none”; which of them a model takes differs, and its refusal says so."""

_NEVER = ("gpt-5-chat", "gpt-4", "gpt-3.5", "chatgpt-", "ft:gpt-")
"""Models that do not reason."""


def _reasoning(
    prefix: str,
    *,
    by_default: bool = True,
    none: bool = False,
    minimal: bool = True,
    refuses: frozenset[str] = frozenset(),
) -> ModelRule:
    """A model that reasons, `by_default` or when it is asked to; `none` and `minimal` are efforts that it may take."""
    efforts = _EFFORTS if minimal else _EFFORTS[1:]
    return ModelRule(
        prefix,
        refuses=refuses,
        refuses_reasoning=SAMPLING,
        reasons=by_default,
        efforts=("none", *efforts) if none else efforts,
    )


def _first_of_their_kind(prefix: str, role: Literal["", "user"] = "") -> ModelRule:
    """The first reasoning models, which always reason as much as they like."""
    return ModelRule(prefix, refuses_reasoning=SAMPLING, reasons=True, efforts=(), system_role=role)


_NO_STOP = frozenset({"stop"})

RULES: tuple[ModelRule, ...] = (
    _reasoning("gpt-5.6", none=True, minimal=False),
    _reasoning("gpt-5.5-pro"),
    _reasoning("gpt-5.5", none=True),
    *(
        rule
        for version, variants in (
            ("gpt-5.4", ("pro",)),
            ("gpt-5.3", ("chat",)),
            ("gpt-5.2", ("pro", "chat")),
            ("gpt-5.1", ("codex", "chat")),
        )
        for rule in (
            *(_reasoning(f"{version}-{variant}") for variant in variants),
            _reasoning(version, by_default=False, none=True),
        )
    ),
    *(ModelRule(prefix, efforts=()) for prefix in _NEVER),
    _reasoning("gpt-5"),
    _first_of_their_kind("o1-mini", "user"),
    _first_of_their_kind("o1-preview", "user"),
    _reasoning("o3", refuses=_NO_STOP),
    _reasoning("o4-mini", refuses=_NO_STOP),
    _reasoning("o1"),
    _reasoning("o4"),
)
"""In this order: the first whose prefix fits holds. Models that are not named here are sent whatever is set."""

_OTHER_WORK: tuple[tuple[tuple[str, ...], str], ...] = (
    (("text-embedding-",), "embedding"),
    (("dall-e", "gpt-image", "chatgpt-image"), "image"),
    (("tts-", "gpt-4o-mini-tts"), "tts"),
    (("whisper", "gpt-4o-transcribe", "gpt-4o-mini-transcribe"), "transcript"),
    (("omni-moderation", "text-moderation"), "moderation"),
    (("sora",), "video"),
    (("gpt-realtime", "gpt-4o-realtime", "gpt-4o-mini-realtime"), "realtime"),
)
_CONTEXTS: tuple[tuple[str, int], ...] = (
    ("gpt-5.6", 1_050_000),
    ("gpt-5.5", 1_000_000),
    ("gpt-5.4-mini", 400_000),
    ("gpt-5.4-nano", 400_000),
    ("gpt-5.4", 1_050_000),
    ("gpt-5-chat", 128_000),
    ("gpt-5", 400_000),
    ("gpt-4.1", 1_000_000),
    ("gpt-4o", 128_000),
    ("chatgpt-4o", 128_000),
    ("gpt-4-turbo", 128_000),
    ("gpt-3.5-turbo", 16_385),
    ("o1-mini", 128_000),
    ("o1-preview", 128_000),
    ("o1", 200_000),
    ("o3", 200_000),
    ("o4-mini", 200_000),
)
_BLIND = ("gpt-3.5", "o1-mini", "o1-preview", "o3-mini")


def known(model: ModelInfo) -> ModelInfo:
    """The entry of a list, completed with what is known of a model of this name."""
    other = next((work for prefixes, work in _OTHER_WORK if model.id.startswith(prefixes)), "")
    if other:
        return replace(model, capabilities=model.capabilities | {other})
    context = next((length for prefix, length in _CONTEXTS if model.id.startswith(prefix)), None)
    if context is None:
        return model
    return replace(
        model,
        context_length=model.context_length or context,
        capabilities=model.capabilities | set(_abilities(model.id)),
    )


def _abilities(name: str) -> Iterator[str]:
    yield "completion"
    rule = next((rule for rule in RULES if name.startswith(rule.prefix)), None)
    if not name.startswith(_BLIND):
        yield "vision"
    if rule is None or not rule.system_role:
        yield "tools"
    if rule is not None and (rule.reasons or rule.efforts):
        yield "thinking"
