"""What httpx raises, as our own errors: each names the host and port, none a key or a proxy's password."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator

import httpx

from chat_studio.errors import (
    BadResponse,
    ConnectionRefused,
    ConnectTimedOut,
    EndpointError,
    InvalidRequest,
    NameNotResolved,
    ProxyFailed,
    Stalled,
    StreamInterrupted,
    TlsFailed,
    Unreachable,
    WrongAddress,
)

_CUT = "What arrived is kept; ask again. If it happens again, look into the log of the server, or of a proxy before it."
_UNKNOWN_AUTHORITY = (
    "If you trust this server, set the CA file (ca_file) to the certificate of its authority, or do not verify its "
    "certificate (verify_cert). Its authority may be your company’s, or that of a proxy in between that reads along."
)
_ANOTHER_NAME = (
    "Put the name that the certificate is made out to into the base URL. If that is not this server's, something else "
    "answers here."
)
_ANOTHER_TIME = "Is this computer's clock right? If it is, whoever runs the server must renew the certificate."
_BY_VERIFY_CODE = {9: _ANOTHER_TIME, 10: _ANOTHER_TIME, 62: _ANOTHER_NAME, 64: _ANOTHER_NAME}
"""OpenSSL's X509_V_ERR_… (x509_vfy.h): not yet valid, expired, host name mismatch, IP address mismatch."""
_DEFAULT_PORTS = {"http": 80, "https": 443, "socks5": 1080, "socks5h": 1080}


def place(url: httpx.URL) -> str:
    """`host:port` of a URL, for messages: without user, password, path and query."""
    host = f"[{url.host}]" if ":" in url.host else url.host
    return f"{host}:{url.port or _DEFAULT_PORTS.get(url.scheme, 80)}"


def bad_address(text: str) -> EndpointError:
    """For a URL that httpx cannot parse."""
    return WrongAddress("The address of this connection is not a URL.", hint="Check its base URL.", detail=text)


def unsendable() -> EndpointError:
    """For headers that HTTP forbids; it does not quote them, because one may hold the key."""
    return InvalidRequest("A header of this connection cannot be sent.", hint="Check its headers and its key.")


def redirected(url: httpx.URL, status: int, location: str) -> EndpointError:
    """For an answer that points elsewhere. None is followed: a POST could lose its body, a key go astray."""
    try:
        target = url.join(location).copy_with(username=None, password=None, query=None, fragment=None)
    except httpx.InvalidURL:
        target = url.copy_with(username=None, password=None)
    return WrongAddress(
        f"{place(url)} redirects to {target} ({status}).",
        hint="If you trust that address, put it into the connection. Redirects are not followed: the key could leak.",
        status=status,
    )


def failure(
    error: httpx.HTTPError, url: httpx.URL, *, proxy: httpx.URL | None, timeout: float, connect_timeout: float
) -> EndpointError:
    """The error of our tree for what httpx raised while talking to `url`, through `proxy` if there is one."""
    where = place(url)
    match error:
        case httpx.ConnectTimeout():
            return ConnectTimedOut(
                f"{place(proxy or url)} did not accept the connection within {connect_timeout:g} s.",
                hint="Is the address right, is that computer on, and does a firewall drop the connection?",
            )
        case httpx.TimeoutException():
            return Stalled(
                f"{where} sent nothing for {timeout:g} s.",
                hint="The connection's timeout is the longest silence, not the length of an answer. Raise it if the "
                "model needs longer to load or to read the prompt.",
            )
        case httpx.ProxyError():
            return _proxy_failed(error, proxy)
        case httpx.ConnectError():
            return _unreachable(error, url, proxy)
        case httpx.LocalProtocolError():
            return unsendable()
        case httpx.UnsupportedProtocol():
            return WrongAddress("The address must begin with http:// or https://.", hint="Check the base URL.")
        case httpx.DecodingError():
            return BadResponse(
                f"{where} sent a broken compressed answer.",
                hint="Ask again; if it stays, a proxy in between may damage it.",
                detail=str(error),
            )
        case httpx.RemoteProtocolError():
            return _broken_protocol(error, where)
    return StreamInterrupted(f"The connection to {where} broke.", hint=_CUT, detail=_reason(error))


def _broken_protocol(error: httpx.RemoteProtocolError, where: str) -> EndpointError:
    text = str(error)
    if "without sending a response" in text:
        return StreamInterrupted(
            f"{where} closed the connection without an answer.",
            hint="Did the server stop or crash? If it speaks TLS, the address must begin with https://.",
        )
    if "peer closed connection" in text:
        return StreamInterrupted(f"{where} closed the connection in the middle of the answer.", hint=_CUT, detail=text)
    return BadResponse(
        f"{where} does not answer in HTTP.",
        hint="Is it the right port? If the server speaks TLS, the address must begin with https://.",
        detail=text,
    )


def _proxy_failed(error: httpx.HTTPError, proxy: httpx.URL | None) -> EndpointError:
    name = place(proxy) if proxy else "of the environment"
    text = str(error)
    if text.startswith("407"):
        return ProxyFailed(
            f"The proxy {name} wants a user and a password.",
            hint="Write them into the connection's proxy, as in http://user:password@proxy:8080.",
            detail=text,
        )
    return ProxyFailed(
        f"The proxy {name} refused to connect.", hint="Check the connection's proxy, or clear it.", detail=text
    )


def _unreachable(error: httpx.ConnectError, url: httpx.URL, proxy: httpx.URL | None) -> EndpointError:
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLError):
            return tls_failure(cause, place(url))
    if proxy:
        return ProxyFailed(
            f"The proxy {place(proxy)} cannot be reached.",
            hint="Check the connection's proxy, or clear it.",
            detail=_reason(error),
        )
    for cause in _causes(error):
        if isinstance(cause, socket.gaierror | UnicodeError):  # the latter for labels that no name can have
            return NameNotResolved(
                f"The name “{url.host}” has no address.",
                hint="Check the spelling of the host in the base URL, and that this computer is online.",
                detail=_reason(error),
            )
        if isinstance(cause, ConnectionRefusedError):
            return ConnectionRefused(
                f"Nothing listens at {place(url)}.",
                hint="Is the server running, is the port right, and does a firewall let it through?",
                detail=_reason(error),
            )
    return Unreachable(
        f"{place(url)} cannot be reached.", hint="Check the address and the network.", detail=_reason(error)
    )


def tls_failure(error: ssl.SSLError, where: str) -> TlsFailed:
    """Says what is wrong with the certificate or the handshake, in OpenSSL's words."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return TlsFailed(
            f"The certificate of {where} was not accepted: {error.verify_message}.",
            hint=_BY_VERIFY_CODE.get(error.verify_code, _UNKNOWN_AUTHORITY),
            detail=_openssl(error),
        )
    if error.reason in ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "HTTP_REQUEST", "UNEXPECTED_EOF_WHILE_READING"):
        hint = "Does the server speak TLS on this port? If not, the address must begin with http://."
    else:
        hint = "The server and this program found no common way to encrypt; see the server's TLS settings."
    return TlsFailed(f"The TLS handshake with {where} failed.", hint=hint, detail=_openssl(error))


def _openssl(error: ssl.SSLError) -> str:
    return f"{error.reason or ''} {error.strerror or error}".strip()


def _reason(error: BaseException) -> str:
    """The operating system's own words, which stand at the end of the chain."""
    texts = [str(cause) for cause in _causes(error) if isinstance(cause, OSError) and str(cause)]
    return texts[-1] if texts else str(error)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """An exception and all that led to it, through groups (several addresses were tried)."""
    while error is not None:
        yield error
        if isinstance(error, BaseExceptionGroup):
            for member in error.exceptions:
                yield from _causes(member)
        error = error.__cause__ or error.__context__
