"""What a form says of a draft though nothing is wrong in it: what is unwise, and what is understood by itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from chat_studio.connections.recognition import by_host, by_key, by_model, owns
from chat_studio.providers import registry
from chat_studio.providers.base import Provider

if TYPE_CHECKING:
    from chat_studio.connections.draft import Draft

_COMMON_PREFIX = len("sk-")
"""Keys of people's own servers begin so as well: a beginning of this length says something of services only."""


def warnings_of(draft: Draft) -> Mapping[str, str]:
    """Field → what is unwise, though it can be saved, as a sentence."""
    found = {}
    if not draft.verify_cert:
        found["verify_cert"] = "Not verified: anyone on the way can read and change what is sent, the key included."
    if draft.connection is not None and draft.connection.is_placeholder:
        found["base_url"] = "This is the example’s address: put your server’s name in its place."
    if draft.provider and draft.provider not in registry.kinds():
        found["provider"] = f"This version has no provider “{draft.provider}”."
    if draft.new_key.strip() and (owner := _other_owner(draft)):
        found["api_key"] = f"This looks like a key of {owner.label}."
    return found


def hints_of(draft: Draft) -> Mapping[str, str]:
    """Field → what is understood by itself, as a sentence."""
    if draft.provider:
        return {}
    if kind := _by_address(draft):
        return {"provider": f"Taken for {kind.label} by its address."}
    if kind := _by_model_alone(draft):
        return {"provider": f"Taken for {kind.label} by the model’s name."}
    return {}


def kind_of(draft: Draft) -> type[Provider] | None:
    """The kind that is chosen, or that the texts tell; None while nobody knows. Nothing is sent."""
    if draft.provider:
        return registry.provider_class(draft.provider) if draft.provider in registry.kinds() else None
    return _by_address(draft) or _by_model_alone(draft)


def _by_address(draft: Draft) -> type[Provider] | None:
    if not (address := draft.base_url.strip()):
        return None
    try:
        return by_host(address)
    except ValueError:  # not an address yet
        return None


def _by_model_alone(draft: Draft) -> type[Provider] | None:
    """A model counts where nothing else says where to ask."""
    model = draft.model.strip()
    return by_model(model) if model and not draft.base_url.strip() and not draft.urls.strip() else None


def _other_owner(draft: Draft) -> type[Provider] | None:
    """The kind that a typed key is of, where it is another one than the draft's."""
    key, kind = draft.new_key.strip(), kind_of(draft)
    owner = by_key(key)
    if owner is None or owner is kind or (kind is None and not draft.base_url.strip()):
        return None
    if kind is not None and _beginning(key, kind) >= _beginning(key, owner):
        return None
    if _beginning(key, owner) <= _COMMON_PREFIX and not (kind is not None and kind.is_service):
        return None
    return None if _is_at(draft, owner) else owner


def _is_at(draft: Draft, owner: type[Provider]) -> bool:
    try:
        return owns(owner, draft.base_url.strip())
    except ValueError:  # not an address yet
        return False


def _beginning(key: str, kind: type[Provider]) -> int:
    """How many characters of a key are the kind's sign."""
    return max((len(prefix) for prefix in kind.recognition.key_prefixes if key.startswith(prefix)), default=0)
