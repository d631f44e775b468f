"""What every kind sends: settings, tools, images, headers; over which connections, and to which of several servers."""

from __future__ import annotations

from contract.kinds import Subject
from servers import Server, serve
from wire.stories import story
from wire.talk import KEY, QUESTION, ask

from chat_studio.errors import ModelNotFound
from chat_studio.messages import ImagePart, Message, Role, TextPart
from chat_studio.parameters import Parameters
from chat_studio.providers.base import Provider
from chat_studio.providers.values import ChatRequest, ToolDefinition

TOOL = ToolDefinition("weather", "Tells it", {"type": "object", "properties": {"city": {"type": "string"}}})
PIXEL = "iVBORw0KGgo="
LOOK = Message(role=Role.USER, parts=(TextPart(text="What is it?"), ImagePart(data=PIXEL)))


async def twice(provider: Provider) -> list[str]:
    """Asks twice in a row; returns what was noticed."""
    stories = [story([event async for event in provider.stream(QUESTION)]) for _ in range(2)]
    await provider.aclose()
    assert all(("text", "Hello") in told for told in stories)
    return [one[1] for told in stories for one in told if one[0] == "notice"]


def questions(server: Server) -> int:
    return sum(request.method == "POST" for request in server.requests)


async def test_what_is_asked_arrives(subject: Subject) -> None:
    """The default parameters as they are, over the connection's fields; the extra headers; the key; the tools."""
    defaults = {"temperature": 0.9, "top_k": 5, "x_new": {"deep": [1, None]}}
    tools = (TOOL,) if subject.provider.capabilities.tools else ()
    async with serve(subject.script(subject.answer())) as server:
        at = subject.endpoint(
            server.url, temperature=0.1, default_parameters=defaults, headers={"X-Test": "a", "x-other": "b"}
        )
        _, error = await ask(subject.provider, at, ChatRequest(QUESTION.messages, tools=tools))
        sent = next(request for request in server.requests if request.method == "POST")
    assert error is None
    assert subject.protocol.settings(sent.json) | defaults == subject.protocol.settings(sent.json)
    assert (sent.headers["x-test"], sent.headers["x-other"]) == ("a", "b")
    assert any(KEY in value for value in sent.headers.values())
    assert "hello" in str(sent.json["messages"])
    if tools:
        assert subject.protocol.tools(sent.json) == ["weather"]


async def test_what_a_request_asks_for_counts_more(subject: Subject) -> None:
    parameters = Parameters(temperature=0.3, extra={"top_k": 7})
    async with serve(subject.script(subject.answer())) as server:
        at = subject.endpoint(server.url, temperature=0.1, default_parameters={"temperature": 0.9, "top_k": 5})
        await ask(subject.provider, at, ChatRequest(QUESTION.messages, parameters=parameters))
        settings = subject.protocol.settings(server.requests[-1].json)
    assert (settings["temperature"], settings["top_k"]) == (0.3, 7)


async def test_images(subject: Subject) -> None:
    async with serve(subject.script(subject.answer())) as server:
        _, error = await ask(subject.provider, subject.endpoint(server.url), ChatRequest((LOOK,)))
        requests = server.requests
    if subject.provider.capabilities.images:
        assert error is None
        assert subject.protocol.image(requests[-1].json) == PIXEL
    else:
        assert error is not None
        assert error.hint
        assert requests == []


async def test_models(subject: Subject) -> None:
    async with serve(subject.script(subject.answer())) as server:
        provider = subject.provider(subject.endpoint(server.url))
        assert [model.id for model in await provider.list_models()] == ["m", "other"]
        assert all(KEY in str(request.headers) for request in server.requests)
        await provider.aclose()


async def test_without_a_model_the_first_one_answers(subject: Subject) -> None:
    async with serve(subject.script(subject.answer())) as server:
        _, error = await ask(subject.provider, subject.endpoint(server.url, model=""))
        asked = [request.json["model"] for request in server.requests if request.method == "POST"]
    if error:  # a service whose list is not of what can be asked
        assert (type(error), bool(error.hint), asked) == (ModelNotFound, True, [])
    else:
        assert asked == ["m"]


async def test_one_connection_serves_all_requests(subject: Subject) -> None:
    async with serve(subject.script(subject.answer())) as server:
        assert await twice(subject.provider(subject.endpoint(server.url))) == []
        assert server.connections == 1


async def test_replicas_take_turns(subject: Subject) -> None:
    answer = subject.answer()
    async with serve(subject.script(answer)) as first, serve(subject.script(answer)) as second:
        assert await twice(subject.provider(subject.endpoint(first.url, urls=(second.url,)))) == []
        assert [questions(server) for server in (first, second)] == [1, 1]


async def test_a_replica_that_refuses_is_passed_over(subject: Subject) -> None:
    async with serve(subject.script(subject.answer())) as server:
        notices = await twice(subject.provider(subject.endpoint("http://127.0.0.1:1", urls=(server.url,))))
        assert questions(server) == 2
    assert len(notices) == 1
    assert "127.0.0.1:1 refused" in notices[0]


async def test_a_health_check(subject: Subject) -> None:
    async with serve(subject.script(subject.answer())) as server:
        provider = subject.provider(subject.endpoint(server.url))
        assert await provider.check()
        assert all(request.method == "GET" for request in server.requests)
        await provider.aclose()
