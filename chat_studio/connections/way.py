"""The first steps of an examination, on the way to the server: its name, its port, its certificate."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from chat_studio.connections.advice import after_refusal
from chat_studio.connections.endpoint import address_of, check_ca_file
from chat_studio.connections.examination import Examination
from chat_studio.connections.steps import Outcome, done, not_used, warned
from chat_studio.errors import ConnectionRefused, EndpointError
from chat_studio.net import reach
from chat_studio.net.client import HttpOptions
from chat_studio.providers.values import Endpoint

_READABLE = (
    "Anyone between here and the server can read along, the key included, and answer in its place. Better set ca_file "
    "to the certificate of the server's authority."
)


async def resolve(about: Examination) -> Outcome:
    return await _at_first_that_works(about, _resolve)


async def connect(about: Examination) -> Outcome:
    return await _at_first_that_works(about, _connect)


async def _at_first_that_works(about: Examination, work: Callable[[Examination], Awaitable[Outcome]]) -> Outcome:
    """Of a service with replicas one address is enough; what is wrong with the others, a later step tells.

    Raises what is wrong with the first if none works.
    """
    refusals: list[EndpointError] = []
    for _ in range(1 + len(about.others)):
        try:
            return await work(about)
        except EndpointError as error:
            refusals.append(error)
            about.go_to_next_address()
    raise refusals[0]


async def _resolve(about: Examination) -> Outcome:
    kind = await asyncio.to_thread(about.likely_kind)
    if not kind.needs_address:
        return not_used("No name is looked up: nothing leaves this computer.")
    connection = about.connection
    options = HttpOptions(
        connect_timeout=connection.connect_timeout,
        verify_cert=connection.verify_cert,
        ca_file=connection.ca_file,
        proxy=connection.proxy,
    )
    about.route = await reach.route_to(address_of(connection, kind), options)
    about.addresses = await reach.resolve(about.route)
    found = ", ".join(about.addresses)
    whose = "The proxy " if about.route.proxy else ""
    if about.addresses == (about.route.host,):
        return done(f"{whose}{found} is an address already")
    return done(f"{whose}{about.route.host} is {found}")


async def _connect(about: Examination) -> Outcome:
    if not about.addresses:  # of a replica whose turn has come
        await _resolve(about)
    route = about.route
    if route is None:
        return not_used("No port is used.")
    try:
        address = await reach.connect(route, about.addresses)
    except EndpointError as error:
        kind = await asyncio.to_thread(about.likely_kind)
        told = kind(Endpoint(about.connection.name, str(route.url))).explain(error)
        if isinstance(told, ConnectionRefused):
            told.hint = f"{await after_refusal(str(route.url), kind)} {told.hint}".strip()
        raise told from None
    about.addresses = (address,)
    return done(f"{route.place} accepts connections")


async def greet(about: Examination) -> Outcome:
    route = about.route
    if route is None or not route.speaks_tls:
        return not_used("No TLS: the address begins with http://." if route else "No TLS is used.")
    await asyncio.to_thread(check_ca_file, about.connection)
    if route.proxy:
        if not route.options.verify_cert:
            return warned("TLS goes through the proxy, and the certificate is not verified", _READABLE)
        return not_used("TLS goes through the proxy: the next step shows whether it works.")
    facts = await reach.handshake(route, about.addresses[0])
    if facts.expires is None:
        return warned(f"{facts.version}, certificate not verified", _READABLE)
    return done(f"{facts.version}, certificate valid until {facts.expires:%Y-%m-%d}")
