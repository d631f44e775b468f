"""The file of connections without keys, and with the keys that this computer has."""

from __future__ import annotations

import json
from collections.abc import Iterator

from pydantic import JsonValue

from chat_studio.connections.document import ARRAY
from chat_studio.connections.masking import MASK, masked_entry
from chat_studio.errors import FileUnusable
from chat_studio.logs import masked as without_known_keys


def without_keys(text: str) -> str:
    """The text of the file with “•••” for every key, header and password. Raises FileUnusable for one without form."""
    root = _parsed(text)
    entries = root[ARRAY] if isinstance(root, dict) else root
    kept: list[JsonValue] = [_blank(masked_entry(entry)) for entry in _objects(entries)]
    if isinstance(root, list):
        return _text(kept)
    return _text({**_object(_blank(masked_entry({k: v for k, v in root.items() if k != ARRAY}))), ARRAY: kept})


def with_present_keys(text: str, present: str) -> tuple[str, list[str]]:
    """What `without_keys` made, with the keys of the file that is there now; names of connections that lack some.

    A key is taken from the entry of the same id and the same addresses, so that none goes to another server.
    """
    root = _parsed(text)
    entries = root[ARRAY] if isinstance(root, dict) else root
    here = _by_id(present)
    lacking: list[str] = []
    filled: list[JsonValue] = []
    for entry in _objects(entries):
        own = here.get(str(entry.get("id")), {})
        if _addresses(own) != _addresses(entry):
            own = {}
        whole = _object(_filled(entry, own, _blank(masked_entry(own))))
        if _holds_mask(whole):
            lacking.append(str(whole.get("name") or whole.get("id")))
        filled.append(_without_masks(whole))
    return _text(filled if isinstance(root, list) else {**_object(_without_masks(root)), ARRAY: filled}), lacking


def _addresses(entry: dict[str, JsonValue]) -> list[JsonValue]:
    shown = _object(_blank(masked_entry(entry)))
    return [shown.get(name) for name in ("base_url", "urls", "provider", "proxy")]


def _filled(value: JsonValue, here: JsonValue, here_masked: JsonValue) -> JsonValue:
    """`value`, its masks replaced by what `here` has at the same place, if that looks the same when it is masked."""
    if isinstance(value, dict) and isinstance(here, dict) and isinstance(here_masked, dict):
        return {
            name: _filled(inner, here.get(name), here_masked.get(name)) if name in here else inner
            for name, inner in value.items()
        }
    return here if _holds_mask(value) and value == here_masked else value


def _without_masks(value: JsonValue) -> JsonValue:
    """`value` without what is masked: keys become null, and addresses lose their user and password."""
    if isinstance(value, dict):
        return {
            name: None if name == "api_key" and inner == MASK else _without_masks(inner)
            for name, inner in value.items()
            if inner != MASK or name == "api_key"
        }
    if isinstance(value, list):
        return [_without_masks(inner) for inner in value if inner != MASK]
    return _plain_address(value) if isinstance(value, str) and MASK in value else value


def _plain_address(text: str) -> str:
    head, at, host = text.partition("@")
    if at and MASK in head:
        text = f"{head.partition('://')[0]}://{host}" if "://" in head else host
    address, mark, query = text.partition("?")
    kept = "&".join(pair for pair in query.split("&") if MASK not in pair)
    return address + (mark + kept if kept else "")


def _blank(value: JsonValue) -> JsonValue:
    """`value` without what looks like a key, whatever its name."""
    if isinstance(value, dict):
        return {name: _blank(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_blank(inner) for inner in value]
    if not isinstance(value, str):
        return value
    rest = value.replace(MASK, "")
    return MASK if without_known_keys(rest) != rest else value


def _holds_mask(value: JsonValue) -> bool:
    return MASK in json.dumps(value, ensure_ascii=False)


def _by_id(text: str) -> dict[str, dict[str, JsonValue]]:
    try:
        root = _parsed(text)
    except FileUnusable:
        return {}
    return {str(entry.get("id")): entry for entry in _objects(root[ARRAY] if isinstance(root, dict) else root)}


def _parsed(text: str) -> dict[str, JsonValue] | list[JsonValue]:
    """The file's content; an object has its list of connections."""
    try:
        root = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise FileUnusable("The connections cannot be read.", detail=str(error)) from error
    if isinstance(root, list):
        return root
    if not isinstance(root, dict) or not isinstance(root.get(ARRAY) or [], list):
        raise FileUnusable("The connections cannot be read: there is no list of them.")
    return {**root, ARRAY: root.get(ARRAY) or []}


def _objects(entries: JsonValue) -> Iterator[dict[str, JsonValue]]:
    return (entry for entry in entries if isinstance(entry, dict)) if isinstance(entries, list) else iter(())


def _object(value: JsonValue) -> dict[str, JsonValue]:
    return value if isinstance(value, dict) else {}


def _text(value: JsonValue) -> str:
    return json.dumps(value, indent=2, ensure_ascii=True) + "\n"
