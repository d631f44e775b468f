"""Private authorities, wrong certificates, and proxies of all kinds."""

from __future__ import annotations

from pathlib import Path

import pytest
from proxies import http_proxy, socks_proxy
from servers import Certificates, certificates, chunked, free_port, json_reply, serve
from wire.fetching import body_of, failing

from chat_studio.errors import BadResponse, ProxyFailed, StreamInterrupted, TlsFailed
from chat_studio.net.client import HttpClient, HttpOptions


async def test_an_unknown_authority_is_refused(tls: Certificates) -> None:
    async with serve(json_reply({}), tls=tls.context) as server:
        error = await failing(server.url)
    assert type(error) is TlsFailed
    assert "unable to get local issuer certificate" in error.message
    assert "ca_file" in error.hint
    assert "verify_cert" in error.hint
    assert server.requests == []


@pytest.mark.parametrize("trust", ["ca_file", "verify_cert"])
async def test_a_private_authority_can_be_trusted(tls: Certificates, trust: str) -> None:
    options = HttpOptions(ca_file=tls.ca_file) if trust == "ca_file" else HttpOptions(verify_cert=False)
    client = HttpClient(options)
    async with serve(chunked(b"one", b"two"), tls=tls.context) as server:
        assert await body_of(client, server.url) == b"onetwo"
        await client.aclose()


async def test_a_certificate_for_another_host(tmp_path: Path) -> None:
    other = certificates(tmp_path, "elsewhere.example")
    async with serve(json_reply({}), tls=other.context) as server:
        error = await failing(server.url, ca_file=other.ca_file)
    assert type(error) is TlsFailed
    assert "IP address mismatch" in error.message


async def test_tls_to_a_server_without_it() -> None:
    async with serve(json_reply({})) as server:
        error = await failing(server.url.replace("http:", "https:"))
    assert type(error) is TlsFailed
    assert "http://" in error.hint


async def test_a_server_with_tls_asked_without_it(tls: Certificates) -> None:
    async with serve(json_reply({}), tls=tls.context) as server:
        error = await failing(server.url.replace("https:", "http:"))
    assert isinstance(error, StreamInterrupted | BadResponse)
    assert "https://" in error.hint


@pytest.mark.parametrize("content", [None, "not a certificate"])
async def test_a_ca_file_that_is_none(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "ca.pem"
    if content:
        path.write_text(content)
    error = await failing("https://127.0.0.1:1/", ca_file=str(path))
    assert type(error) is TlsFailed
    assert "ca.pem" in error.message


# Proxies -----------------------------------------------------------------------------------------------------------


async def test_through_a_proxy() -> None:
    async with serve(json_reply({"a": 1})) as server, http_proxy(credentials="me:secret") as proxy:
        client = HttpClient(HttpOptions(proxy=f"http://me:secret@{proxy.place}"))
        assert (await client.request("GET", f"{server.url}/x")).json() == {"a": 1}
        await client.aclose()
    assert proxy.targets == [f"{server.url}/x"]


async def test_through_a_tunnel(tls: Certificates) -> None:
    async with serve(json_reply({"a": 1}), tls=tls.context) as server, http_proxy(credentials="me:secret") as proxy:
        client = HttpClient(HttpOptions(proxy=f"http://me:secret@{proxy.place}", ca_file=tls.ca_file))
        assert (await client.request("GET", server.url)).json() == {"a": 1}
        await client.aclose()
    assert proxy.targets == [f"127.0.0.1:{server.port}"]


async def test_through_socks() -> None:
    async with serve(json_reply({"a": 1})) as server, socks_proxy() as proxy:
        client = HttpClient(HttpOptions(proxy=f"socks5://{proxy.place}"))
        assert (await client.request("GET", server.url)).json() == {"a": 1}
        await client.aclose()
    assert proxy.targets == [f"127.0.0.1:{server.port}"]


async def test_the_environments_proxy_is_for_other_computers(monkeypatch: pytest.MonkeyPatch) -> None:
    async with serve(json_reply({"a": 1})) as server, http_proxy() as proxy:
        monkeypatch.setenv("http_proxy", f"http://{proxy.place}")
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.delenv("NO_PROXY", raising=False)
        client = HttpClient(HttpOptions())
        assert (await client.request("GET", server.url)).json() == {"a": 1}
        assert proxy.targets == []
        assert (await client.request("GET", "http://elsewhere.invalid/")).status == 502
        assert proxy.targets == ["http://elsewhere.invalid/"]
        await client.aclose()


async def test_a_proxy_that_wants_a_password(tls: Certificates) -> None:
    async with http_proxy(credentials="me:secret") as proxy:
        error = await failing("https://127.0.0.1:1/", proxy=f"http://me:wrong-one@{proxy.place}")
    assert type(error) is ProxyFailed
    assert proxy.place in error.message
    assert "wrong-one" not in f"{error.message} {error.hint} {error.detail}"


async def test_a_proxy_that_refuses() -> None:
    async with http_proxy(refuse=403) as proxy:
        error = await failing("https://127.0.0.1:1/", proxy=f"http://{proxy.place}")
    assert type(error) is ProxyFailed
    assert "403" in error.detail


async def test_a_proxy_that_is_not_there() -> None:
    error = await failing("http://elsewhere.example/", proxy=f"http://me:secret@127.0.0.1:{free_port()}")
    assert type(error) is ProxyFailed
    assert "secret" not in f"{error.message} {error.hint} {error.detail}"
