"""Fetching one image that the user asked to see: bounded in time and size, without cookies, key or referrer."""

from __future__ import annotations

import asyncio

import httpx

from chat_studio.errors import BadResponse, EndpointError, Stalled, WrongAddress
from chat_studio.net import failures
from chat_studio.net.listening import is_loopback
from chat_studio.net.routes import HttpOptions, make_route

MOST_BYTES = 20 * 1024**2
SECONDS = 30.0
"""For all of it, redirects included."""
MOST_REDIRECTS = 5
_OPTIONS = HttpOptions(timeout=15.0, connect_timeout=10.0)


async def fetch_image(url: str, *, limit: int = MOST_BYTES, seconds: float = SECONDS) -> bytes:
    """The bytes of an image at an http or https URL. Raises EndpointError.

    Redirects are followed to http and https only, never from https to http, and never to this computer from elsewhere.
    """
    try:
        async with asyncio.timeout(seconds):
            target = _parsed(url)
            for _ in range(MOST_REDIRECTS + 1):
                found = await _get(target, limit)
                if isinstance(found, bytes):
                    return found
                target = found
    except TimeoutError:
        raise Stalled(f"The image did not come within {seconds:g} s.", hint="Try again later.") from None
    raise WrongAddress("The image's address redirects without end.")


def _parsed(url: str) -> httpx.URL:
    try:
        target = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise WrongAddress("The image's address is no URL.", detail=str(error)) from error
    if target.scheme not in ("http", "https") or not target.host:
        raise WrongAddress("Images are fetched by http and https only.")
    return target


async def _get(target: httpx.URL, limit: int) -> bytes | httpx.URL:
    """The image, or where it is to be looked for next. Each request has a client of its own, so no cookie is kept."""
    route = await asyncio.to_thread(make_route, target, _OPTIONS)
    async with route.client as client:
        try:
            async with client.stream("GET", target, headers={"accept": "image/*"}) as response:
                if response.has_redirect_location:
                    return _next(target, response.headers["location"])
                return await _image(response, limit)
        except httpx.InvalidURL as error:  # httpx looks at a redirect's target by itself
            raise WrongAddress("The image's address redirects to what is no URL.", detail=str(error)) from error
        except httpx.HTTPError as error:
            raise _told(error, target, route.proxy) from None


def _next(target: httpx.URL, location: str) -> httpx.URL:
    found = _parsed(str(target.join(location)))
    if target.scheme == "https" != found.scheme:
        raise WrongAddress("The image's address redirects to one that is not encrypted.")
    if is_loopback(found.host) and not is_loopback(target.host):
        raise WrongAddress("The image's address redirects to this computer.")
    return found


async def _image(response: httpx.Response, limit: int) -> bytes:
    where = failures.place(response.url)
    if not response.is_success:
        raise EndpointError(f"{where} did not send the image ({response.status_code}).", status=response.status_code)
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if not kind.startswith("image/") and kind != "application/octet-stream":
        raise BadResponse(f"{where} sent no image ({kind or 'of no kind'}).")
    body = bytearray()
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) > limit:
            raise BadResponse(f"The image at {where} is larger than {limit // 1024**2} MB.")
    return bytes(body)


def _told(error: httpx.HTTPError, target: httpx.URL, proxy: httpx.URL | None) -> EndpointError:
    return failures.failure(
        error, target, proxy=proxy, timeout=_OPTIONS.timeout, connect_timeout=_OPTIONS.connect_timeout
    )
