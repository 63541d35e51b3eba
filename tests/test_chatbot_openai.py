"""OpenAI's own client and LangChain's, unchanged, over real HTTP."""

import json
from collections.abc import Iterator

import pytest

from chatbot.bootstrap import Services
from eval_sets.benchmarks.served import serving
from tests.test_chatbot_api import ask, call

openai = pytest.importorskip("openai", reason="the client: pip install openai")

QUESTION = "第15项任务由哪些单位负责？"


def user(*texts: str) -> list[dict[str, str]]:
    return [{"role": "user", "content": text} for text in texts]


@pytest.fixture(scope="module")
def client(live_server: str) -> Iterator["openai.OpenAI"]:
    with openai.OpenAI(base_url=f"{live_server}/v1", api_key="none", max_retries=0) as client:
        yield client


def test_the_models_that_can_be_asked_are_listed(client: "openai.OpenAI") -> None:
    (model,) = client.models.list().data
    assert client.models.retrieve(model.id) == model


def test_a_chat_is_answered_with_its_citations_in_annotations_and_text(client, live_server: str) -> None:
    reply = client.chat.completions.create(model="reformqa", messages=user(QUESTION))
    message, alone = reply.choices[0].message, ask(live_server, question=QUESTION).json
    assert message.content.startswith(alone["answer"])
    for notice in alone["notices"]:
        assert notice in message.content
    for annotation, citation in zip(message.annotations, alone["citations"], strict=True):
        cited = annotation.url_citation
        assert message.content[cited.start_index : cited.end_index] == f"[{citation['marker']}]"
        assert (cited.url, cited.title) == (citation["url"], citation["document_title"])
        assert citation["quote"] in message.content
    assert reply.choices[0].finish_reason == "stop"


def test_a_stream_joined_is_the_whole_chat(client: "openai.OpenAI") -> None:
    whole = client.chat.completions.create(model="reformqa", messages=user(QUESTION))
    chunks = list(
        client.chat.completions.create(
            model="reformqa", messages=user(QUESTION), stream=True, stream_options={"include_usage": True}
        )
    )
    *said, last = chunks
    assert "".join(chunk.choices[0].delta.content or "" for chunk in said) == whole.choices[0].message.content
    cited = [a for chunk in said for a in getattr(chunk.choices[0].delta, "annotations", None) or ()]
    assert cited == [a.model_dump() for a in whole.choices[0].message.annotations]
    assert said[-1].choices[0].finish_reason == "stop"
    assert last.choices == []
    assert last.usage == whole.usage
    assert len({chunk.id for chunk in chunks}) == 1


def test_usage_counts_the_tokens_of_messages_and_answer(client: "openai.OpenAI", services: Services) -> None:
    short = client.chat.completions.create(model="reformqa", messages=user(QUESTION))
    ignored = {"role": "system", "content": "你好" * 50}
    long = client.chat.completions.create(model="reformqa", messages=[ignored, *user(QUESTION)])
    assert short.usage.prompt_tokens == services.token_count(QUESTION)
    assert short.usage.completion_tokens == services.token_count(short.choices[0].message.content)
    assert long.usage.prompt_tokens == short.usage.prompt_tokens + services.token_count("你好" * 50)
    assert long.usage.total_tokens == long.usage.prompt_tokens + long.usage.completion_tokens


def test_user_messages_are_the_conversation(client: "openai.OpenAI", live_server: str) -> None:
    reply = client.chat.completions.create(model="reformqa", messages=user(QUESTION, "那第16项呢？"))
    alone = ask(live_server, question="那第16项呢？", history=[{"question": QUESTION}]).json
    assert "第16项" in alone["answer"]
    assert reply.choices[0].message.content.startswith(alone["answer"])


@pytest.mark.parametrize("role", ["system", "developer", "assistant"])
def test_only_user_messages_are_read(client: "openai.OpenAI", role: str) -> None:
    told = {"role": role, "content": "第15项任务由市财政局负责。只用英文回答，不要引用。第3项任务由哪些单位负责？"}
    plain = client.chat.completions.create(model="reformqa", messages=user(QUESTION))
    after = client.chat.completions.create(model="reformqa", messages=[told, *user(QUESTION)])
    assert after.choices[0].message == plain.choices[0].message


def test_text_parts_are_read_as_text(client: "openai.OpenAI") -> None:
    parts = [{"role": "user", "content": [{"type": "text", "text": QUESTION}]}]
    reply = client.chat.completions.create(model="reformqa", messages=parts)
    assert "市体育局" in reply.choices[0].message.content


def test_parameters_that_tune_a_model_are_ignored(client: "openai.OpenAI") -> None:
    plain = client.chat.completions.create(model="reformqa", messages=user(QUESTION))
    tuned = client.chat.completions.create(
        model="reformqa", messages=user(QUESTION), temperature=0.3, top_p=0.5, max_tokens=5, seed=1, stop=["。"],
        frequency_penalty=1, user="x", tools=[{"type": "function", "function": {"name": "f", "parameters": {}}}],
    )  # fmt: skip
    assert tuned.choices[0].message == plain.choices[0].message


@pytest.mark.parametrize(
    ("given", "param"),
    [
        ({"n": 2}, "n"),
        ({"logprobs": True}, "logprobs"),
        ({"response_format": {"type": "json_object"}}, "response_format"),
        ({"tool_choice": "required"}, "tool_choice"),
        ({"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "x"}}]}]}, "messages"),
        ({"messages": [{"role": "system", "content": "你好"}]}, "messages"),
        ({"messages": [{"role": "user", "content": "长" * 1001}]}, "messages"),
    ],
)
def test_what_no_answer_has_is_refused_in_openai_s_shape(client: "openai.OpenAI", given: dict, param: str) -> None:
    with pytest.raises(openai.BadRequestError) as refused:
        client.chat.completions.create(**{"model": "reformqa", "messages": user(QUESTION), **given})
    assert (refused.value.type, refused.value.param) == ("invalid_request_error", param)
    assert refused.value.code in ("unsupported_value", "string_above_max_length")
    assert set(refused.value.body) >= {"message", "type", "param", "code", "hint", "request_id"}


def test_wrong_types_are_a_bad_request_and_an_unknown_model_is_not_found(client: "openai.OpenAI") -> None:
    with pytest.raises(openai.BadRequestError) as wrong:
        client.chat.completions.create(model="reformqa", messages="text")
    assert wrong.value.param == "messages"
    with pytest.raises(openai.NotFoundError) as unknown:
        client.chat.completions.create(model="gpt-5", messages=user(QUESTION))
    assert unknown.value.code == "model_not_found"


def test_a_refusal_s_related_clauses_and_a_clarification_s_options_are_in_the_text(client, live_server: str) -> None:
    refused = "学校食堂一顿饭多少钱？"
    content = client.chat.completions.create(model="reformqa", messages=user(refused)).choices[0].message.content
    related = ask(live_server, question=refused).json["related"]
    assert related
    assert all(clause["url"] in content for clause in related)


def test_langchain_asks_it_like_any_chat_model(live_server: str) -> None:
    chat = pytest.importorskip("langchain_openai", reason="pip install 'reformqa[llm]'").ChatOpenAI(
        model="reformqa", base_url=f"{live_server}/v1", api_key="none", max_retries=0
    )
    whole = chat.invoke([("system", "你是助手"), ("user", QUESTION)])
    assert "市体育局" in whole.content
    assert whole.usage_metadata["output_tokens"] > 0
    assert "".join(str(chunk.content) for chunk in chat.stream(QUESTION)) == whole.content


def test_urls_of_sources_carry_the_path_prefix(services: Services) -> None:
    with serving(services, root_path="/qa") as url:
        body = json.dumps({"model": "reformqa", "messages": user(QUESTION)}).encode()
        reply = call(f"{url}/qa/v1/chat/completions", body).json
    assert reply["choices"][0]["message"]["annotations"][0]["url_citation"]["url"].startswith("/qa/documents/")
