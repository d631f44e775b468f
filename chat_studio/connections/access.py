"""The step of an examination that the server answers first: does it take the key, and do its replicas too?"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from urllib.parse import urlsplit

from chat_studio.connections.advice import about_refused_key, check_key
from chat_studio.connections.examination import Examination
from chat_studio.connections.masking import masked_address
from chat_studio.connections.probing import Asker
from chat_studio.connections.provision import provider_of
from chat_studio.connections.steps import Outcome, done, warned
from chat_studio.errors import BadResponse, EndpointError, StreamInterrupted, Unauthorized, WrongAddress
from chat_studio.net import reach
from chat_studio.providers.base import Provider

_REDIRECTS = range(300, 400)


async def check(about: Examination) -> Outcome:
    """Nothing is sent with a key that is another service's."""
    about.provider = provider = await _provider(about)
    key, typed = provider.endpoint.api_key, provider.base_url
    await asyncio.to_thread(check_key, type(provider), typed, key)
    try:
        info = await provider.check()
    except EndpointError as error:
        error.hint = await _better_hint(about, provider, error)
        raise
    who = " ".join(text for text in (provider.label, info.version) if text)
    if not provider.needs_address:
        return done(info.note or who)
    if provider.base_url != typed:
        found, typed = masked_address(provider.base_url), masked_address(typed)
        return warned(f"{who} answers at {found}, not at {typed}", _put_in(found))
    return done(f"{who} takes the key" if key else f"{who} answers without a key")


async def _provider(about: Examination) -> Provider:
    """The connection's provider at the one address that is examined; its key is one that may go to all of them."""
    whole = about.connection.model_copy(update={"urls": list(about.others)})
    provider = await provider_of(whole, about.secrets, typed_key=about.typed_key)
    if not about.others:
        return provider
    await provider.aclose()
    return type(provider)(replace(provider.endpoint, urls=()))


async def check_replicas(about: Examination) -> Outcome:
    """Asks each of the other addresses by itself."""
    refusals = [text for text in await asyncio.gather(*(_refusal(about.ready, url) for url in about.others)) if text]
    count = len(about.others) + 1
    if not refusals:
        return done(f"All {count} addresses answer")
    return warned(
        f"{len(refusals)} of {count} addresses {'does' if len(refusals) == 1 else 'do'} not answer: {refusals[0]}",
        "Requests go to the others. Start these servers, or take their addresses out of the connection.",
        "\n".join(refusals[1:]),
    )


async def _refusal(provider: Provider, url: str) -> str:
    """Why the replica at `url` does not answer, "" if it does."""
    kind = type(provider)
    base_url = kind.normalise_url(url)
    replica = kind(replace(provider.endpoint, base_url=base_url, urls=()))
    try:
        await replica.check()
    except EndpointError as error:
        place = urlsplit(base_url).netloc.rpartition("@")[2]
        return error.message if place in error.message else f"{place}: {error.message}"
    finally:
        await replica.aclose()
    return ""


async def _better_hint(about: Examination, provider: Provider, error: EndpointError) -> str:
    """What to do about a refusal, after a second look at what was sent, and where to."""
    key = provider.endpoint.api_key
    if isinstance(error, Unauthorized):
        return f"{about_refused_key(type(provider), key)} {error.hint}".strip()
    if not isinstance(error, BadResponse | StreamInterrupted):
        return error.hint
    route = about.route
    if route and not route.proxy and not route.speaks_tls and await reach.speaks_tls(route, about.addresses[0]):
        return "The server speaks TLS on this port: the address must begin with https://."
    if isinstance(error, WrongAddress) and error.status not in _REDIRECTS:
        base_url = await _base_of(about, key)
        return _put_in(masked_address(base_url)) if base_url else error.hint
    return error.hint


async def _base_of(about: Examination, key: str) -> str:
    """The address near the connection's below which the server lists its models, "" if there is none."""
    asker = Asker(about.connection, about.connection.base_url, key)
    try:
        with suppress(EndpointError):  # what was wrong is told already
            return await asker.find_base()
    finally:
        await asker.aclose()
    return ""


def _put_in(base_url: str) -> str:
    return f"Put {base_url} into the base URL: there the server lists its models."
