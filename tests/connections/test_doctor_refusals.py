"""Servers that are not where they are looked for, or not as: what the doctor finds out about it."""

from __future__ import annotations

import datetime
import ssl
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import trustme
from connections.examining import KEY, SCRIPT, WITH_REPLICAS, connection, examined, failure, states
from servers import certificates, free_port, html, json_reply, redirect, serve

from chat_studio.connections import advice
from chat_studio.connections.secrets import Secrets
from chat_studio.errors import ConnectionRefused, StreamInterrupted, TlsFailed, WrongAddress

ExtraKind = Callable[..., Any]
NOW = datetime.datetime.now(datetime.UTC)


async def test_another_port_where_this_kind_usually_is(secrets: Secrets, extra_kind: ExtraKind):
    async with serve(SCRIPT) as server:
        extra_kind("portserver", ports=(server.port,))
        port = free_port()
        failed = failure(
            await examined(secrets, connection(base_url=f"http://localhost:{port}", provider="portserver"))
        )
        assert server.requests == []
    assert failed.name == "port"
    said = f"Nothing listens on {port}, but something does on {server.port}, Portserver's usual port."
    assert failed.hint.startswith(said)


async def test_another_port_where_some_kind_usually_is(secrets: Secrets, monkeypatch: pytest.MonkeyPatch):
    async with serve(SCRIPT) as server:
        monkeypatch.setattr(advice, "usual_ports", lambda: {free_port(): ["None"], server.port: ["One", "Two"]})
        port = free_port()
        failed = failure(await examined(secrets, connection(base_url=f"http://127.0.0.1:{port}", provider="vllm")))
    assert f"something does on {server.port}, One or Two's usual port." in failed.hint
    assert "Is vLLM running?" in failed.hint


async def test_no_other_port_is_thought_of_without_need(secrets: Secrets, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(advice, "usual_ports", dict)
    failed = failure(await examined(secrets, connection(base_url=f"http://127.0.0.1:{free_port()}")))
    assert isinstance(failed.error, ConnectionRefused)
    assert failed.hint.startswith("Is the server running")


@pytest.mark.parametrize(
    "host", ["[::1]", pytest.param("127.0.0.2", marks=pytest.mark.skipif(sys.platform != "linux", reason="not there"))]
)
async def test_a_server_that_listens_at_127_0_0_1_only(secrets: Secrets, host: str):
    async with serve(SCRIPT) as server:
        failed = failure(await examined(secrets, connection(base_url=f"http://{host}:{server.port}")))
    assert failed.name == "port"
    assert failed.hint.startswith(f"But something listens at 127.0.0.1:{server.port}")


async def test_a_server_bound_to_loopback_seen_from_this_computers_own_address(monkeypatch: pytest.MonkeyPatch):
    async with serve(SCRIPT) as server:
        monkeypatch.setattr(advice, "is_own_address", lambda address: address == "192.0.2.7")
        own = f"http://192.0.2.7:{server.port}/v1"
        assert await advice.beside(own) == f"http://127.0.0.1:{server.port}/v1"
        told = await advice.after_refusal(own, advice.provider_class("custom"))
        assert await advice.beside(f"http://192.0.2.8:{server.port}") == "", "another computer's"
    assert f"listens at 127.0.0.1:{server.port} only" in told
    assert "--host 0.0.0.0" in told


async def test_a_name_that_nobody_knows_is_not_this_computer():
    assert await advice.beside("http://nowhere.invalid:8000") == ""


async def test_tls_on_a_port_that_is_asked_without(secrets: Secrets, tmp_path: Path):
    async with serve(SCRIPT, tls=certificates(tmp_path).context) as server:
        plain = server.url.replace("https", "http")
        failed = failure(await examined(secrets, connection(base_url=plain)))
    assert (failed.name, type(failed.error)) == ("key", StreamInterrupted)
    assert failed.hint == "The server speaks TLS on this port: the address must begin with https://."


async def test_no_tls_on_a_port_that_is_asked_with_it(secrets: Secrets):
    async with serve(SCRIPT) as server:
        failed = failure(await examined(secrets, connection(base_url=server.url.replace("http", "https"))))
        assert [request.method for request in server.requests] == ["HEAD"]
        assert "authorization" not in server.requests[0].headers
    assert failed.hint == "The server answers without TLS on this port: the address must begin with http://."


@asynccontextmanager
async def dated(tmp_path: Path, *, valid: tuple[int, int], clock: int | None) -> AsyncIterator[dict[str, Any]]:
    """A server whose certificate is valid between two days from now, and whose clock is some days ahead of ours."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    begin, end = (NOW + datetime.timedelta(days=days) for days in valid)
    authority.issue_cert("127.0.0.1", not_before=begin, not_after=end).configure_cert(context)
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    told = {} if clock is None else {"date": format_datetime(NOW + datetime.timedelta(days=clock))}
    async with serve({**SCRIPT, "HEAD /": json_reply({}, **told)}, tls=context) as server:
        yield {"base_url": server.url, "ca_file": str(tmp_path / "ca.pem")}
        assert all("authorization" not in request.headers for request in server.requests)


@pytest.mark.parametrize(
    ("valid", "clock", "said", "advised"),
    [
        ((-9, -2), 0, "has expired", "agrees with the server's, so the certificate is to blame"),
        ((-9, -2), -5, "has expired", "clock is 5 days ahead of the server's"),
        ((3, 9), 4, "not yet valid", "clock is 4 days behind the server's"),
        ((3, 9), None, "not yet valid", "Is this computer's clock right?"),
    ],
    ids=["expired", "our clock is fast", "our clock is slow", "no date"],
)
async def test_a_certificate_of_another_time(
    secrets: Secrets, tmp_path: Path, valid: tuple[int, int], clock: int | None, said: str, advised: str
):
    async with dated(tmp_path, valid=valid, clock=clock) as fields:
        failed = failure(await examined(secrets, connection(**fields), "sk-never-sent-0123456789"))
    assert (failed.name, type(failed.error)) == ("TLS", TlsFailed)
    assert said in failed.summary
    assert advised in failed.hint


async def test_a_private_authority_and_another_name(secrets: Secrets, tmp_path: Path):
    async with serve(SCRIPT, tls=certificates(tmp_path).context) as server:
        private = failure(await examined(secrets, connection(base_url=server.url)))
    made = certificates(tmp_path, host="other.example")
    async with serve(SCRIPT, tls=made.context) as server:
        named = failure(await examined(secrets, connection(base_url=server.url, ca_file=made.ca_file)))
    assert "set the CA file (ca_file) to the certificate of its authority" in private.hint
    assert "mismatch" in named.summary
    assert "Put the name that the certificate is made out to into the base URL." in named.hint


@pytest.mark.parametrize("typed", ["/docs", "/v2"])
async def test_a_wrong_path_that_cannot_be_mended_by_itself(secrets: Secrets, typed: str):
    async with serve(SCRIPT) as server:
        failed = failure(await examined(secrets, connection(base_url=server.url + typed)))
    assert (failed.name, type(failed.error)) == ("key", WrongAddress)
    assert failed.hint == f"Put {server.url}/v1 into the base URL: there the server lists its models."


@pytest.mark.parametrize("typed", ["/v1/v1", "/gateway"])
async def test_a_wrong_path_that_is_mended_is_told(secrets: Secrets, typed: str):
    right = "/gateway/v1" if typed == "/gateway" else "/v1"
    script = {f"{right}/models": SCRIPT["/v1/models"], f"{right}/chat/completions": SCRIPT["/v1/chat/completions"]}
    async with serve(script) as server:
        steps = await examined(secrets, connection(base_url=server.url + typed))
    assert steps["key"].state == "warning"
    assert f"answers at {server.url}{right}, not at {server.url}{typed}" in steps["key"].summary
    assert steps["key"].hint.startswith(f"Put {server.url}{right} into the base URL")
    assert states(steps).startswith("ok ok skipped warning ok ok")


@pytest.mark.parametrize("typed", ["/v1/v1", "/docs"])
async def test_advice_about_an_address_holds_no_password(secrets: Secrets, typed: str):
    async with serve(SCRIPT) as server:
        address = server.url.replace("//", f"//user:{KEY}@") + typed
        key_step = (await examined(secrets, connection(base_url=address)))["key"]  # which looks for the key in it
    assert key_step.hint.startswith(f"Put http://user:•••@127.0.0.1:{server.port}/v1 into the base URL")


async def test_a_web_page_instead_of_an_answer(secrets: Secrets):
    async with serve({"*": html("<title>Sign in</title>")}) as server:
        failed = failure(await examined(secrets, connection(base_url=server.url)))
    assert failed.name == "key"
    assert "A web page came instead of an answer (200): “Sign in”" in failed.summary
    assert "proxy" in failed.hint


async def test_a_redirect_is_told_and_not_followed(secrets: Secrets):
    async with serve(SCRIPT) as other, serve({"*": redirect(f"{other.url}/v1/models")}) as server:
        failed = failure(await examined(secrets, connection(base_url=server.url)))
        assert other.requests == []
    assert "If you trust that address" in failed.hint


async def test_replicas_are_asked_one_by_one(secrets: Secrets):
    async with serve(SCRIPT) as first, serve(SCRIPT) as second:
        fields = {"base_url": first.url, "model": "m1"}
        well = await examined(secrets, connection(**fields, urls=[second.url]), names=WITH_REPLICAS)
        asked = len(second.requests)
        missing = f"http://127.0.0.1:{free_port()}"
        locked = {"/v1/models": json_reply({"error": "Unauthorized"}, 401)}
        async with serve(locked) as third:
            urls = [second.url, missing, third.url]
            ill = await examined(secrets, connection(**fields, urls=urls), names=WITH_REPLICAS)
    assert well["replicas"].summary == "All 2 addresses answer"
    assert asked == 1, "the others are asked nothing else"
    assert ill["replicas"].state == "warning"
    place = missing.removeprefix("http://")
    assert ill["replicas"].summary == f"2 of 4 addresses do not answer: Nothing listens at {place}."
    assert ill["replicas"].detail.startswith(f"127.0.0.1:{third.port}: The server wants a key")
    assert ill["first token"].state == "ok"


@pytest.mark.parametrize("down", ["http://no-such-host.invalid:8000", "http://127.0.0.1:{port}"])
async def test_the_first_replica_that_can_be_reached_is_examined(secrets: Secrets, down: str):
    down = down.format(port=free_port())
    async with serve(SCRIPT) as server:
        steps = await examined(secrets, connection(base_url=down, urls=[server.url], model="m1"), names=WITH_REPLICAS)
    assert steps["port"].summary == f"127.0.0.1:{server.port} accepts connections"
    assert steps["replicas"].state == "warning"
    assert steps["replicas"].summary.startswith("1 of 2 addresses does not answer: ")
    assert urlsplit(down).hostname in steps["replicas"].summary
    assert steps["first token"].state == "ok"


async def test_without_any_replica_the_firsts_failure_is_told(secrets: Secrets):
    urls = [f"http://127.0.0.1:{free_port()}" for _ in range(3)]
    failed = failure(await examined(secrets, connection(base_url="", urls=urls), names=WITH_REPLICAS))
    assert (failed.name, failed.summary) == ("port", f"Nothing listens at {urls[0].removeprefix('http://')}.")
