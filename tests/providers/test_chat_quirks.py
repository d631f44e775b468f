"""What a kind declares of its servers, and what a server teaches, shapes the requests."""

from __future__ import annotations

from typing import Any

import pytest
from servers import Answer, json_reply, serve, sse
from wire.stories import story
from wire.talk import QUESTION, ask, endpoint

from chat_studio.errors import InvalidRequest, WrongAddress
from chat_studio.events import Notice
from chat_studio.messages import ImagePart, Message, ReasoningPart, Role, TextPart, ToolCallPart, ToolResultPart
from chat_studio.parameters import Parameters
from chat_studio.providers._chat_completions.body import chat_body, withheld
from chat_studio.providers._chat_completions.conversation import conversation
from chat_studio.providers._chat_completions.provider import ChatOptions
from chat_studio.providers._chat_completions.quirks import SAMPLING, ModelRule, Quirks
from chat_studio.providers.custom import Custom
from chat_studio.providers.values import ChatRequest, ToolDefinition

SYSTEM, USER = Message.of(Role.SYSTEM, "Be brief."), Message.of(Role.USER, "Hi")
THOUGHT = ReasoningPart(text="Hm.", replay={"reasoning_details": [1], "signature": "of another"})
CALL = ToolCallPart(id="call_1", name="f", arguments="{}")
TOOL_TURN = [
    USER,
    Message(role=Role.ASSISTANT, parts=(THOUGHT, CALL)),
    Message(role=Role.TOOL, parts=(ToolResultPart(call_id="call_1", content="42"),)),
    Message.of(Role.USER, "So?"),
]
IMAGE = Message(role=Role.USER, parts=(TextPart(text="See"), ImagePart(media_type="image/png", data="QQ==")))
LINK = Message(role=Role.USER, parts=(ImagePart(url="https://x.example/y.png"),))
TEXT = sse({"choices": [{"text": "Hi", "finish_reason": "stop"}]})
ANSWER = sse({"choices": [{"delta": {"content": "Hi"}, "finish_reason": "stop"}]})


def refusal(text: str, status: int = 400, **fields: object) -> Answer:
    return json_reply({"error": {"message": text, **fields}}, status)


# The conversation --------------------------------------------------------------------------------------------------


def test_a_system_prompt_before_the_first_question() -> None:
    quirks = Quirks(system_role="user")
    assert conversation([SYSTEM, USER], quirks) == [{"role": "user", "content": "Be brief.\n\nHi"}]
    assert conversation([SYSTEM], quirks) == [{"role": "user", "content": "Be brief."}]
    [asked] = conversation([SYSTEM, IMAGE], quirks)
    assert [part["type"] for part in asked["content"]] == ["text", "text", "image_url"]


def test_an_answer_after_tools() -> None:
    sent = conversation(TOOL_TURN, Quirks(answer_after_tools=True))
    assert [message["role"] for message in sent] == ["user", "assistant", "tool", "assistant", "user"]


def test_ids_of_nine_are_the_same_for_call_and_result() -> None:
    _, answer, result, _ = conversation(TOOL_TURN, Quirks(tool_ids="nine"))
    [call] = answer["tool_calls"]
    assert call["id"] == result["tool_call_id"]
    assert len(call["id"]) == 9
    assert call["id"].isalnum()


def test_only_what_the_kind_names_goes_back() -> None:
    def answer(quirks: Quirks) -> dict[str, Any]:
        return conversation(TOOL_TURN, quirks)[1]

    wanting = answer(Quirks(replays=frozenset({"reasoning_details"})))
    assert wanting["reasoning_details"] == [1]
    assert "signature" not in wanting
    assert set(answer(Quirks())) == {"role", "content", "tool_calls"}
    assert answer(Quirks(reasoning_field="reasoning_content"))["reasoning_content"] == "Hm."


def test_what_calls_of_others_carry() -> None:
    quirks = Quirks(call_default={"extra_content": {"google": {}}})
    assert conversation(TOOL_TURN, quirks)[1]["tool_calls"][0]["extra_content"] == {"google": {}}


def test_forms_of_images() -> None:
    assert conversation([IMAGE], Quirks(images="string"))[0]["content"][1]["image_url"] == "data:image/png;base64,QQ=="
    with pytest.raises(InvalidRequest, match="only as files"):
        conversation([LINK], Quirks(images="data"))


# The settings ------------------------------------------------------------------------------------------------------

REASONER = Quirks(
    seed_field="random_seed",
    models=(
        ModelRule(
            "think", refuses=frozenset({"stop"}), refuses_reasoning=SAMPLING, reasons=True, efforts=("none", "low")
        ),
    ),
)
ALL = Parameters(temperature=0.5, top_p=0.9, seed=3, stop=("END",))


def sent(parameters: Parameters, quirks: Quirks = REASONER, model: str = "think-1", **fields: Any) -> dict[str, Any]:
    request = ChatRequest(QUESTION.messages, parameters=parameters, stream=False)
    body = chat_body(request, endpoint("", **fields), model, quirks)
    return {name: value for name, value in body.items() if name not in ("model", "messages", "stream")}


@pytest.mark.parametrize(
    ("effort", "model", "expected"),
    [
        ("", "think-1", {"random_seed": 3}),
        ("low", "think-1", {"random_seed": 3, "reasoning_effort": "low"}),
        ("none", "vendor/think-1", {"random_seed": 3, "reasoning_effort": "none", "temperature": 0.5, "top_p": 0.9}),
        ("high", "think-1", {"random_seed": 3}),
        ("", "plain", {"random_seed": 3, "temperature": 0.5, "top_p": 0.9, "stop": ["END"]}),
    ],
)
def test_what_a_reasoning_model_takes(effort: str, model: str, expected: dict[str, Any]) -> None:
    assert sent(ALL.model_copy(update={"reasoning_effort": effort}), model=model) == expected


def test_free_parameters_are_sent_as_they_are() -> None:
    assert sent(ALL, default_parameters={"temperature": 0.1, "stop": "X"}) == {
        "random_seed": 3,
        "temperature": 0.1,
        "stop": "X",
    }


def test_a_reasoning_effort_as_an_object() -> None:
    quirks = Quirks(reasoning="reasoning.effort")
    assert sent(Parameters(reasoning_effort="low"), quirks) == {"reasoning": {"effort": "low"}}


def test_keywords_of_a_schema_that_are_not_known() -> None:
    schema = {"$schema": "x", "type": "object", "properties": {"$schema": {"type": "string", "default": "a"}}}
    quirks = Quirks(schema_drops=frozenset({"$schema", "default"}))
    pruned = {"type": "object", "properties": {"$schema": {"type": "string"}}}
    tool = ToolDefinition("f", "Does f.", schema)
    body = chat_body(ChatRequest(QUESTION.messages, tools=(tool,)), endpoint(""), "m", quirks)
    assert body["tools"][0]["function"]["parameters"] == pruned
    asked = sent(Parameters(json_schema=schema), quirks)
    assert asked["response_format"]["json_schema"]["schema"] == pruned
    assert sent(Parameters(json_schema=schema), Quirks(structured="json_object"))["response_format"] == {
        "type": "json_object"
    }


def test_what_is_withheld_is_known() -> None:
    request = ChatRequest(QUESTION.messages, parameters=ALL)
    assert withheld(request, endpoint("", temperature=1.0), "think", REASONER) == ("temperature", "top_p", "stop")
    assert withheld(request, endpoint("", default_parameters={"stop": "X", "top_p": 1}), "think", REASONER) == (
        "temperature",
    )
    assert withheld(request, endpoint(""), "plain", REASONER) == ()


async def test_what_is_withheld_is_told_once() -> None:
    class Strict(Custom):
        quirks = Quirks(refuses=frozenset({"seed"}))

    request = ChatRequest(QUESTION.messages, parameters=Parameters(seed=3))
    async with serve(ANSWER) as server:
        provider = Strict(endpoint(server.url))
        first = [event async for event in provider.stream(request)]
        second = [event async for event in provider.stream(request)]
        await provider.aclose()
    assert [event.text for event in first if isinstance(event, Notice)] == [
        "“m” does not take “seed”: the request is sent without."
    ]
    assert not any(isinstance(event, Notice) for event in second)


# What a server teaches ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        "System role not supported",
        "Only user and assistant roles are supported! system",
        "Conversation roles must alternate user/assistant/user/assistant/...",
        "Unsupported value: 'messages[0].role' does not support 'system' with this model.",
    ],
)
async def test_a_template_without_a_system_role(words: str) -> None:
    request = ChatRequest((SYSTEM, USER))
    async with serve([refusal(words), ANSWER]) as server:
        provider = Custom(endpoint(server.url))
        events = [event async for event in provider.stream(request)]
        again = [event async for event in provider.stream(request)]
        await provider.aclose()
    assert [event.text for event in events if isinstance(event, Notice)] == [
        "The model takes no system prompt; it was sent with the first question."
    ]
    assert story(again) == [("text", "Hi"), ("finished", "stop", "stop")]
    assert [len(request.json["messages"]) for request in server.requests] == [2, 1, 1]


async def test_a_server_that_knows_no_developer_learns_from_us() -> None:
    class Developer(Custom):
        quirks = Quirks(system_role="developer")

    refused = refusal("'developer' is not one of ['system', 'assistant', 'user'] - role 'developer' not supported")
    async with serve([refused, ANSWER]) as server:
        _, error = await ask(Developer, endpoint(server.url), ChatRequest((SYSTEM, USER)))
    assert error is None
    assert [request.json["messages"][0]["role"] for request in server.requests] == ["developer", "system"]


async def test_without_a_system_prompt_such_words_are_the_users() -> None:
    async with serve(refusal("System role not supported")) as server:
        _, error = await ask(Custom, endpoint(server.url))
    assert isinstance(error, InvalidRequest)
    assert len(server.requests) == 1


# Base models -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "refused",
    [
        refusal(
            "This is not a chat model and thus not supported in the v1/chat/completions endpoint. Did you mean to use "
            "v1/completions?",
            404,
        ),
        refusal(
            "As of transformers v4.44, default chat template is no longer allowed, so you must provide a chat template "
            "if the tokenizer does not define one."
        ),
    ],
)
async def test_a_model_without_conversations_goes_on_with_the_text(refused: Answer) -> None:
    script = {"/v1/chat/completions": refused, "/v1/completions": TEXT}
    request = ChatRequest((USER,), parameters=Parameters(max_tokens=7, json_schema={}))
    async with serve(script) as server:
        provider = Custom(endpoint(server.url))
        events = [event async for event in provider.stream(request)]
        again = [event async for event in provider.stream(request)]
        await provider.aclose()
    assert any(isinstance(event, Notice) and "go on with the text" in event.text for event in events)
    assert story(again) == [("text", "Hi"), ("finished", "stop", "stop")]
    assert [request.path for request in server.requests] == [
        "/v1/chat/completions",
        "/v1/completions",
        "/v1/completions",
    ]
    body = server.requests[-1].json
    assert (body["prompt"], body["max_tokens"]) == ("Hi", 7)
    assert not {"messages", "response_format"} & set(body)


async def test_completions_by_choice() -> None:
    async with serve({"/v1/completions": TEXT}) as server:
        chosen = endpoint(server.url, options=ChatOptions(api="completions"))
        events, error = await ask(Custom, chosen, ChatRequest((SYSTEM, USER, Message.of(Role.ASSISTANT, "Ho"))))
    assert error is None
    assert story(events) == [("text", "Hi"), ("finished", "stop", "stop")]
    assert server.requests[0].json["prompt"] == "Be brief.\n\nHi\n\nHo"


async def test_chat_by_choice_is_not_given_up() -> None:
    async with serve({"/v1/chat/completions": refusal("This is not a chat model", 404)}) as server:
        _, error = await ask(Custom, endpoint(server.url, options=ChatOptions(api="chat")))
    assert isinstance(error, WrongAddress)
    assert [request.path for request in server.requests if "completions" in request.path] == ["/v1/chat/completions"]
