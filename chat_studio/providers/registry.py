"""Finds provider kinds by the names of their modules, and imports each only when it is used."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from chat_studio import providers
from chat_studio.errors import ConfigurationError
from chat_studio.providers.base import Provider

_NOT_KINDS = {"base", "registry", "values"}


@cache
def kinds() -> tuple[str, ...]:
    """All kinds, in alphabetical order. A kind is a module of this package that defines `provider`."""
    names = (module.name for module in pkgutil.iter_modules(providers.__path__))
    return tuple(sorted(name for name in names if not name.startswith("_") and name not in _NOT_KINDS))


def provider_class(kind: str) -> type[Provider]:
    """The class of a kind. Raises ConfigurationError for one that does not exist."""
    if kind not in kinds():
        raise ConfigurationError(f"There is no provider “{kind}”.", hint=f"Use one of: {', '.join(kinds())}.")
    module = importlib.import_module(f"chat_studio.providers.{kind}")
    found: type[Provider] = module.provider
    return found
