from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from connections.examining import ANSWER, KEY, MODELS, SCRIPT, connection, examined, failure, states
from proxies import http_proxy
from servers import STALL, certificates, free_port, html, json_reply, serve, sse, unanswered_port

from chat_studio.connections.doctor import examine
from chat_studio.connections.secrets import Secrets
from chat_studio.errors import ConfigurationError, ModelNotFound, TlsFailed


async def test_a_healthy_server_passes_every_step(secrets: Secrets):
    async with serve(SCRIPT) as server:
        steps = await examined(secrets, connection(base_url=f"http://localhost:{server.port}", model="m2"), KEY)
        asked = [request.path for request in server.requests]
        body = server.requests[-1].json
    assert states(steps) == "ok ok skipped ok ok ok warning warning"
    assert steps["name"].summary.startswith("localhost is ")
    assert steps["port"].summary == f"localhost:{server.port} accepts connections"
    assert steps["TLS"].summary == "No TLS: the address begins with http://."
    assert steps["key"].summary == "OpenAI-compatible takes the key"
    assert steps["models"].summary == "2 models: m1, m2"
    assert steps["first token"].summary == "m2 began to answer"
    assert asked[-3:] == ["/v1/chat/completions"] * 3
    assert body["max_tokens"] == 16


async def test_the_demo_needs_no_network(secrets: Secrets):
    steps = await examined(secrets, connection(provider="demo", default_parameters={"tokens_per_second": 0}))
    assert states(steps) == "skipped skipped skipped ok ok ok skipped skipped"
    assert steps["name"].summary == "No name is looked up: nothing leaves this computer."


async def test_a_draft_without_a_kind_is_recognised(secrets: Secrets):
    vllm = {"data": [{"id": "m", "owned_by": "vllm", "max_model_len": 9, "permission": []}]}
    script = {**SCRIPT, "/v1/models": json_reply(vllm), "/version": json_reply({"version": "0.9.1"})}
    async with serve(script) as server:
        steps = await examined(secrets, connection(base_url=server.url, provider=""))
    assert states(steps) == "ok ok skipped ok ok ok warning warning"
    assert steps["name"].summary == "127.0.0.1 is an address already"
    assert steps["key"].summary == "vLLM 0.9.1 answers without a key"


@pytest.mark.parametrize(
    ("fields", "step", "said"),
    [
        ({"base_url": "http://no-such-host.invalid:8000"}, "name", "“no-such-host.invalid” has no address"),
        ({"base_url": "http://two..dots:8000"}, "name", "“two..dots” has no address"),
        ({"base_url": "http://your-vllm-server:8000"}, "name", "still has the example's address"),
        ({"base_url": "http://localhost:8000", "provider": "none"}, "name", "There is no provider “none”"),
        ({"base_url": ""}, "name", "has no address"),
    ],
)
async def test_a_name_that_leads_nowhere(secrets: Secrets, fields: dict[str, Any], step: str, said: str):
    failed = failure(await examined(secrets, connection(**fields)))
    assert failed.name == step
    assert said in failed.summary
    assert failed.hint


async def test_nothing_listens_brings_the_kinds_advice(secrets: Secrets):
    url = f"http://127.0.0.1:{free_port()}"
    failed = failure(await examined(secrets, connection(base_url=url, provider="ollama")))
    assert (failed.name, failed.summary) == ("port", f"Nothing listens at {url.removeprefix('http://')}.")
    assert "Is Ollama running?" in failed.hint
    assert "refused" in failed.detail.lower() or "failed" in failed.detail.lower()


async def test_a_port_that_does_not_answer(secrets: Secrets):
    with unanswered_port() as port:
        failed = failure(await examined(secrets, connection(base_url=f"http://127.0.0.1:{port}", connect_timeout=0.05)))
    assert failed.name == "port"
    assert "did not accept the connection within 0.05 s" in failed.summary
    assert "firewall" in failed.hint


async def test_tls_with_a_private_authority(secrets: Secrets, tmp_path: Path):
    made = certificates(tmp_path)
    async with serve(SCRIPT, tls=made.context) as server:
        trusted = await examined(secrets, connection(base_url=server.url, ca_file=made.ca_file))
        unverified = await examined(secrets, connection(base_url=server.url, verify_cert=False))
        failed = failure(await examined(secrets, connection(base_url=server.url)))
    assert states(trusted) == "ok ok ok ok ok ok warning warning"
    assert states(unverified) == "ok ok warning ok ok ok warning warning"
    assert "can read along" in unverified["TLS"].hint
    assert trusted["TLS"].summary.startswith("TLS 1.3, certificate valid until 3000-01-01")
    assert unverified["TLS"].summary == "TLS 1.3, certificate not verified"
    assert (failed.name, type(failed.error)) == ("TLS", TlsFailed)
    assert "ca_file" in failed.hint


async def test_tls_for_another_name(secrets: Secrets, tmp_path: Path):
    made = certificates(tmp_path, host="other.example")
    async with serve(SCRIPT, tls=made.context) as server:
        failed = failure(await examined(secrets, connection(base_url=server.url, ca_file=made.ca_file)))
    assert failed.name == "TLS"
    assert "was not accepted" in failed.summary


async def test_tls_where_the_server_has_none(secrets: Secrets):
    async with serve(SCRIPT) as server:
        failed = failure(await examined(secrets, connection(base_url=server.url.replace("http", "https"))))
    assert failed.name == "TLS"
    assert "must begin with http://" in failed.hint


async def test_a_ca_file_that_is_missing_or_is_none(secrets: Secrets, tmp_path: Path):
    (tmp_path / "text").write_text("no certificate")
    tls = certificates(tmp_path).context
    async with serve(SCRIPT, tls=tls) as server:
        missing = failure(await examined(secrets, connection(base_url=server.url, ca_file="/no/such.pem")))
        useless = failure(await examined(secrets, connection(base_url=server.url, ca_file=str(tmp_path / "text"))))
    assert (missing.name, type(missing.error)) == ("TLS", ConfigurationError)
    assert (useless.name, type(useless.error)) == ("TLS", TlsFailed)


@pytest.mark.parametrize(
    ("script", "step", "said"),
    [
        ({"/v1/models": json_reply({"error": {"message": f"Bad key {KEY}"}}, 401)}, "key", ""),
        ({"/v1/models": html("<h1>Welcome</h1>")}, "key", ""),
        ({}, "key", ""),
        ({"/v1/models": json_reply(MODELS)}, "first token", ""),
        ({**SCRIPT, "/v1/chat/completions": json_reply({"error": "overloaded"}, 503)}, "first token", "overloaded"),
        ({**SCRIPT, "/v1/chat/completions": sse(done=False)}, "first token", ""),
    ],
    ids=["401 that quotes the key", "a web page", "404", "no chat", "503", "cut off"],
)
async def test_a_server_that_fails(secrets: Secrets, script: Mapping[str, Any], step: str, said: str):
    async with serve(script) as server:
        failed = failure(await examined(secrets, connection(base_url=server.url, model="m1"), KEY))
    assert failed.name == step
    assert failed.summary
    assert failed.hint
    assert said in failed.detail


async def test_a_key_that_is_not_there(secrets: Secrets):
    async with serve(SCRIPT) as server:
        failed = failure(await examined(secrets, connection(base_url=server.url, api_key="env:NOT_SET")))
        assert server.requests == []
    assert failed.name == "key"
    assert "NOT_SET" in failed.summary


async def test_a_model_that_is_not_listed_is_told_and_tried(secrets: Secrets):
    refusal = json_reply({"error": {"message": "model mx not found", "code": "model_not_found"}}, 404)
    async with serve({**SCRIPT, "/v1/chat/completions": refusal}) as server:
        steps = await examined(secrets, connection(base_url=server.url, model="mx"))
    assert steps["models"].summary == "2 models, and “mx” is not among them: m1, m2"
    assert isinstance(failure(steps).error, ModelNotFound)


@pytest.mark.parametrize(
    ("names", "summary"),
    [(["a"], "1 model: a"), (list("abcdefg"), "7 models: a, b, c, d, e…")],
)
async def test_models_are_counted(secrets: Secrets, names: list[str], summary: str):
    async with serve({**SCRIPT, "/v1/models": json_reply({"data": [{"id": name} for name in names]})}) as server:
        steps = await examined(secrets, connection(base_url=server.url))
    assert steps["models"].summary == summary


async def test_an_answer_without_a_word_is_an_answer(secrets: Secrets):
    silent = sse({"model": "m1", "choices": [{"delta": {}, "finish_reason": "stop"}]})
    async with serve({**SCRIPT, "/v1/chat/completions": silent}) as server:
        steps = await examined(secrets, connection(base_url=server.url, model="m1"))
    assert steps["first token"].summary == "m1 ended its answer without a word"


async def test_the_first_token_ends_the_request(secrets: Secrets):
    endless = (*ANSWER[:2], STALL)
    async with serve({**SCRIPT, "/v1/chat/completions": [endless, ANSWER]}) as server:
        steps = await examined(secrets, connection(base_url=server.url, model="m1"))
        await server.requests[2].gone.wait()
    assert steps["first token"].state == "ok"


async def test_through_a_proxy_name_and_port_are_the_proxys(secrets: Secrets, tmp_path: Path):
    made = certificates(tmp_path)
    async with serve(SCRIPT, tls=made.context) as server, http_proxy() as proxy:
        fields = {"base_url": server.url, "ca_file": made.ca_file, "proxy": f"http://{proxy.place}"}
        steps = await examined(secrets, connection(**fields))
    assert states(steps) == "ok ok skipped ok ok ok warning warning"
    assert steps["name"].summary == "The proxy 127.0.0.1 is an address already"
    assert steps["port"].summary == f"{proxy.place} accepts connections"
    assert steps["TLS"].summary.startswith("TLS goes through the proxy")
    assert f"127.0.0.1:{server.port}" in proxy.targets


@pytest.mark.parametrize("proxy", ["http://127.0.0.1:{port}", "socks5://user:secret-word@127.0.0.1:{port}"])
async def test_a_proxy_that_does_not_run(secrets: Secrets, proxy: str):
    place = proxy.format(port=free_port())
    failed = failure(await examined(secrets, connection(base_url="http://localhost:1", proxy=place)))
    assert failed.name == "port"
    assert "The proxy 127.0.0.1" in failed.summary
    assert "secret-word" not in f"{failed!r}"


async def test_leaving_early_closes_what_was_opened(secrets: Secrets):
    async with serve(SCRIPT) as server:
        steps = examine(connection(base_url=server.url), secrets)
        async for step in steps:
            if (step.name, step.state) == ("key", "ok"):
                break
        await steps.aclose()  # type: ignore[attr-defined]
        await server.requests[0].gone.wait()
