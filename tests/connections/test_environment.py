"""Connections that variables speak of; every variable has a meaning, and a wrong value costs only itself."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_studio.connections.environment import Proposal, proposals, read_env_file, same
from chat_studio.connections.model import Connection
from chat_studio.errors import FileUnusable
from chat_studio.providers import registry

KEY = "sk-environment-0123456789"


EVERY = [registry.provider_class(kind).variables for kind in registry.kinds()]
NAMES = {name for each in EVERY for name in (*each.key, *each.address, *each.fields.values())} | {
    f"{prefix}_{end}"
    for prefix in ("LLM", *(each.prefix for each in EVERY if each.prefix))
    for end in ("PROVIDER", "API_KEY", "BASE_URL", "MODEL", "TEMPERATURE", "MAX_TOKENS", "STREAM")
}
ODD = [
    *("http://[bad", "[1]", "::1", "://", "//", "ftp://a", "a:b:c", "nan", "-1", "0.5", ":8080", "0.0.0.0", "openai"),
    *("http://h:99999", "http://u:p@h/v1", "http://h/%zz?x#y", "https://api.openai.com", "claude-x", "{}", "no"),
]


def of(variables: Mapping[str, str], **more: object) -> tuple[Proposal, ...]:
    return proposals(variables, frozenset(), variables, **more)


def only(variables: Mapping[str, str]) -> Proposal:
    (proposal,) = of(variables)
    return proposal


def test_nothing_without_variables():
    assert of({}) == ()
    assert of({"OPENAI_API_KEY": " ", "OPENAI_TEMPERATURE": "1", "PATH": "/bin"}) == ()


def test_all_variables_of_a_kind():
    variables = {
        "OPENAI_API_KEY": KEY,
        "OPENAI_MODEL": "gpt-4o",
        "OPENAI_TEMPERATURE": "0.5",
        "OPENAI_MAX_TOKENS": "100",
        "OPENAI_STREAM": "False",
    }
    proposal = only(variables)
    connection = proposal.connection
    assert (connection.id, connection.name, connection.provider) == ("openai", "OpenAI", "openai")
    assert (connection.model, connection.temperature, connection.max_tokens) == ("gpt-4o", 0.5, 100)
    assert connection.default_parameters == {"stream": False}
    assert connection.api_key == "env:OPENAI_API_KEY"
    assert (proposal.variable, proposal.is_set, proposal.key) == ("OPENAI_API_KEY", True, KEY)
    assert proposal.problems == ()
    assert KEY not in repr(proposal)
    assert only({**variables, "OPENAI_STREAM": "1"}).connection.default_parameters == {}


def test_anthropic_and_ollama_likewise():
    anthropic = only({"ANTHROPIC_API_KEY": KEY, "ANTHROPIC_MODEL": "claude-opus-5", "ANTHROPIC_MAX_TOKENS": "9"})
    assert (anthropic.connection.provider, anthropic.connection.max_tokens) == ("anthropic", 9)
    ollama = only({"OLLAMA_BASE_URL": "http://box:11434/v1", "OLLAMA_MODEL": "qwen3:8b", "OLLAMA_STREAM": "off"})
    assert ollama.connection.base_url == "http://box:11434"
    assert ollama.connection.default_parameters == {"stream": False}
    assert (ollama.variable, ollama.connection.api_key, ollama.is_set) == ("", None, False)


@pytest.mark.parametrize("kind", registry.kinds())
def test_every_kind_is_found_by_its_own_variables(kind: str):
    provider = registry.provider_class(kind)
    variables = provider.variables
    for name in variables.key:
        found = {proposal.connection.provider: proposal for proposal in of({name: KEY})}
        assert found[kind].variable == name
    for name in variables.address:
        address = provider.default_base_url or "https://example.org/v1"
        assert kind in {proposal.connection.provider for proposal in of({name: address})}
    if variables.prefix:
        settings = {f"{variables.prefix}_MODEL": "m", f"{variables.prefix}_TEMPERATURE": "0.5"}
        found = {proposal.connection.provider: proposal.connection for proposal in of(settings)}
        assert (found[kind].model, found[kind].temperature) == ("m", 0.5)


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("box", "http://box:11434"),
        ("127.0.0.1", "http://127.0.0.1:11434"),
        ("0.0.0.0", "http://127.0.0.1:11434"),
        ("0.0.0.0:9999", "http://127.0.0.1:9999"),
        (":9999", "http://127.0.0.1:9999"),
        ("http://box", "http://box"),
        ("https://box.example.org", "https://box.example.org"),
        ("http://box:11434/", "http://box:11434"),
    ],
)
def test_ollama_host(host: str, address: str):
    connection = only({"OLLAMA_HOST": host}).connection
    assert (connection.provider, connection.base_url) == ("ollama", address)
    assert connection.is_local == (".org" not in host)


def test_the_key_of_a_cloud_leads_to_the_cloud():
    assert only({"OLLAMA_API_KEY": KEY}).connection.base_url == "https://ollama.com"
    assert only({"OLLAMA_API_KEY": KEY, "OLLAMA_HOST": "box"}).connection.base_url == "http://box:11434"
    assert only({"OPENAI_API_KEY": KEY}).connection.base_url == ""
    assert only({"VLLM_API_KEY": KEY}).connection.base_url == ""


def test_the_address_tells_the_kind():
    """Many programs reach other servers through OpenAI's variables."""
    mine = only({"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": "http://localhost:1234/v1"}).connection
    assert (mine.provider, mine.base_url, mine.is_local) == ("", "http://localhost:1234/v1", True)
    assert (mine.name, mine.api_key) == ("localhost", "env:OPENAI_API_KEY")
    theirs = only({"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": "https://api.anthropic.com/v1"}).connection
    assert (theirs.provider, theirs.name) == ("anthropic", "Anthropic")
    gateway = only({"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": "https://gateway.example.org/v1"}).connection
    assert (gateway.provider, gateway.is_local) == ("openai", False)


def test_fields_of_one_kind():
    assert only({"OPENAI_API_KEY": KEY, "OPENAI_ORG_ID": "org-1"}).connection.model_extra == {"organization": "org-1"}
    elsewhere = {"OPENAI_API_KEY": KEY, "OPENAI_ORG_ID": "org-1", "OPENAI_BASE_URL": "https://api.x.ai/v1"}
    assert only(elsewhere).connection.model_extra == {}


def test_wrong_values_are_told_and_the_rest_is_taken():
    proposal = only(
        {
            "OPENAI_API_KEY": KEY,
            "OPENAI_MODEL": "gpt-4o",
            "OPENAI_TEMPERATURE": "hot",
            "OPENAI_MAX_TOKENS": "0",
            "OPENAI_STREAM": "maybe",
            "OPENAI_BASE_URL": "ftp://x y",
        }
    )
    assert proposal.connection.model == "gpt-4o"
    assert proposal.connection.temperature is None
    assert proposal.connection.max_tokens is None
    said = "\n".join(proposal.problems)
    assert "OPENAI_TEMPERATURE must be a number, like 0.7." in said
    assert "OPENAI_MAX_TOKENS must be at least 1." in said
    assert "OPENAI_STREAM must be true or false." in said
    assert "OPENAI_BASE_URL must begin with http:// or https://." in said
    assert KEY not in said


@given(
    variables=st.dictionaries(
        st.sampled_from(sorted(NAMES)), st.text(max_size=12) | st.sampled_from(ODD), min_size=1, max_size=5
    )
)
def test_no_value_makes_it_stumble(variables: dict[str, str]):
    found = of(variables)
    assert len({proposal.connection.id for proposal in found}) == len(found)
    for proposal in found:
        assert same(proposal.connection, proposal.connection)


def test_what_is_missing_is_told():
    assert only({"OPENAI_MODEL": "gpt-4o"}).problems == (
        "It has no key yet: set OPENAI_API_KEY, or type one into the connection.",
    )
    assert only({"OLLAMA_MODEL": "m"}).problems == ()


def test_a_key_that_stands_in_a_file_only():
    (proposal,) = proposals({"OPENAI_API_KEY": KEY}, frozenset(), {})
    assert not proposal.is_set
    (proposal,) = proposals({"OPENAI_API_KEY": KEY}, frozenset(), {"OPENAI_API_KEY": "another"})
    assert not proposal.is_set


def test_ids_are_free():
    found = proposals({"OPENAI_API_KEY": KEY, "ANTHROPIC_API_KEY": KEY}, {"openai"}, {})
    assert {proposal.connection.id for proposal in found} == {"openai-2", "anthropic"}


def test_llm_provider_names_the_preferred_one():
    variables = {"OPENAI_API_KEY": KEY, "ANTHROPIC_API_KEY": KEY, "LLM_PROVIDER": "OpenAI", "LLM_MODEL": "gpt-5"}
    first, second = of(variables)
    assert (first.connection.provider, first.connection.model, first.preferred) == ("openai", "gpt-5", True)
    assert (second.connection.provider, second.connection.model, second.preferred) == ("anthropic", "", False)
    assert not any(proposal.preferred for proposal in of({"OPENAI_API_KEY": KEY}))


@pytest.mark.parametrize(
    ("variables", "kind"),
    [
        ({"LLM_PROVIDER": "ollama"}, "ollama"),
        ({"LLM_PROVIDER": "vLLM", "LLM_BASE_URL": "http://box:8000"}, "vllm"),
        ({"LLM_MODEL": "claude-sonnet-5", "LLM_API_KEY": KEY}, "openai"),
        ({"LLM_MODEL": "claude-sonnet-5"}, "anthropic"),
        ({"LLM_MODEL": "qwen3:8b"}, "ollama"),
        ({"LLM_MODEL": "gpt-4o"}, "openai"),
        ({"LLM_API_KEY": "sk-ant-1"}, "anthropic"),
        ({"LLM_BASE_URL": "https://api.openai.com/v1"}, "openai"),
        ({"LLM_BASE_URL": "http://box:8000/v1", "LLM_MODEL": "gpt-4o", "LLM_API_KEY": KEY}, ""),
    ],
)
def test_the_general_variables_tell_the_kind(variables: dict[str, str], kind: str):
    proposal = only(variables)
    assert (proposal.connection.provider, proposal.preferred) == (kind, True)
    assert proposal.connection.model == variables.get("LLM_MODEL", "")
    assert proposal.leads_somewhere
    if "LLM_API_KEY" in variables:
        assert proposal.connection.api_key == "env:LLM_API_KEY"


def test_what_names_no_server():
    proposal = only({"LLM_MODEL": "foo"})
    assert not proposal.leads_somewhere
    assert proposal.problems == ("No server is known for it: set LLM_PROVIDER or LLM_BASE_URL.",)
    key = only({"LLM_API_KEY": "nothing-known"})
    assert (key.leads_somewhere, key.problems) == (False, proposal.problems)
    pod = only({"RUNPOD_API_KEY": KEY})
    assert (pod.leads_somewhere, pod.problems) == (False, ("It has no address yet: set RUNPOD_BASE_URL.",))
    assert not only({"LLM_BASE_URL": "http://[bad"}).leads_somewhere
    unknown, openai = of({"LLM_PROVIDER": "nobody", "OPENAI_API_KEY": KEY})
    assert unknown.problems[0] == "LLM_PROVIDER: there is no provider “nobody”."
    assert (unknown.leads_somewhere, openai.problems) == (False, ())


def test_a_connection_that_exists_is_the_same():
    def connection(**fields: object) -> Connection:
        return Connection.model_validate({"id": "a", "name": "A", "provider": "ollama", **fields})

    proposed = only({"OLLAMA_HOST": "0.0.0.0"}).connection
    assert same(proposed, connection())
    assert same(proposed, connection(base_url="http://localhost:11434/v1", temperature=1, api_key="keychain:a"))
    assert not same(proposed, connection(base_url="http://box:11434"))
    assert not same(proposed, connection(model="m"))
    assert not same(proposed, connection(provider="unknown-kind"))


def test_read_env_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HOME_OF", "the environment")
    path = tmp_path / ".env"
    path.write_text(
        "\ufeff# a comment\n\nexport OPENAI_API_KEY='sk-1 # no comment'\nA=${HOME_OF} # a comment\n"
        'B="two\\nlines"\nEMPTY=\nNAME_ONLY\nOPENAI_MODEL = gpt-4o\n',
        encoding="utf-8",
    )
    assert read_env_file(path) == {
        "OPENAI_API_KEY": "sk-1 # no comment",
        "A": "${HOME_OF}",
        "B": "two\nlines",
        "EMPTY": "",
        "OPENAI_MODEL": "gpt-4o",
    }


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"A=1\n\n\nB='open " + KEY.encode() + b"\n", "line 4 is not a variable"),
        (b"A=1\r\nB C\r\n", "line 2 is not a variable"),
        (b"A=1\n=2\n", "line 2 is not a variable"),
        (b"A=1\nB=\xff\n", "line 2 is not UTF-8"),
        (b"A=\0", "line 1 is not a variable"),
        (b"#" * 1_100_000, "larger than a megabyte"),
    ],
)
def test_an_env_file_that_cannot_be_read(tmp_path: Path, content: bytes, said: str):
    path = tmp_path / ".env"
    path.write_bytes(content)
    with pytest.raises(FileUnusable, match=said) as raised:
        read_env_file(path)
    assert KEY not in f"{raised.value.message}{raised.value.hint}{raised.value.detail}"


def test_an_env_file_that_is_none(tmp_path: Path):
    with pytest.raises(FileUnusable, match="no such file"):
        read_env_file(tmp_path / "missing.env")
    with pytest.raises(FileUnusable, match="is not a file"):
        read_env_file(tmp_path)


def test_the_document_names_every_field_and_every_variable():
    document = (Path(__file__).parents[2] / "docs" / "connections.md").read_text(encoding="utf-8")
    every = [registry.provider_class(kind).variables for kind in registry.kinds()]
    names = {name for variables in every for name in (*variables.key, *variables.address, *variables.fields.values())}
    prefixes = {variables.prefix for variables in every if variables.prefix}
    missing = {name for name in {*names, *prefixes, *Connection.model_fields} if f"`{name}`" not in document}
    assert missing == set()
