"""`reformqa mcp` as an assistant meets it: a process, the official client, standard input and output."""

import os
import sys
from collections.abc import Callable, Coroutine
from typing import Any

import anyio
import pytest

from chatbot.bootstrap import Services
from chatbot.schemas import AskOut

mcp = pytest.importorskip("mcp", reason="the SDK: pip install 'reformqa[mcp]'")


def with_client(services: Services, use: Callable[["mcp.Client"], Coroutine[Any, Any, None]]) -> None:
    command = mcp.StdioServerParameters(
        command=sys.executable,
        args=["-c", "from chatbot.cli import main; main()", "mcp"],
        env=os.environ | {"REFORMQA_DATA_DIR": str(services.settings.data_dir)},
    )

    async def run() -> None:
        async with mcp.Client(command, read_timeout_seconds=60) as client:
            await use(client)

    anyio.run(run)


def test_an_assistant_finds_three_typed_tools_and_gets_the_same_answers(services: Services) -> None:
    async def use(client: "mcp.Client") -> None:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert set(tools) == {"ask", "search", "tasks"}
        assert all(tool.output_schema and tool.annotations.read_only_hint for tool in tools.values())
        given = await client.call_tool("ask", {"question": "第15项任务由哪些单位负责？"})
        answer = AskOut.model_validate(given.structured_content)
        assert answer.citations[0].quote == "〔市教育局(市委教育工委)、市体育局分工负责〕"
        follow_up = {"question": "那第16项呢？", "history": [{"question": "第15项任务由哪些单位负责？"}]}
        assert (await client.call_tool("ask", follow_up)).structured_content["facts"][0]["number"] == "16"
        found = (await client.call_tool("search", {"query": "体育评价怎么改？", "k": 3})).structured_content["results"]
        assert found[0]["clause_id"] == "jinan-2024/4/15"
        assert len(found) == 3
        rows = (await client.call_tool("tasks", {"unit": "体育局"})).structured_content["tasks"]
        assert [row["number"] for row in rows] == ["15"]

    with_client(services, use)


def test_a_call_that_cannot_be_answered_is_told_why_and_ends_nothing(services: Services) -> None:
    async def use(client: "mcp.Client") -> None:
        for name, given, said in (
            ("ask", {"question": " "}, "1 to 1000 characters"),
            ("ask", {"question": "学制？", "document_ids": ["none"]}, "none"),
            ("search", {"query": "学制", "k": 1000}, "100"),
            ("tasks", {"document_id": "none"}, "none"),
        ):
            reply = await client.call_tool(name, given)
            assert reply.is_error
            assert said in reply.content[0].text
        assert not (await client.call_tool("tasks", {})).is_error

    with_client(services, use)
