"""An assistant that speaks the Model Context Protocol gets typed answers, and writes nothing."""

from __future__ import annotations

import sys

import pytest

from signals import Lake
from ui.wiring import make_analyst

TOOLS = {"ask", "forecast", "explain", "series", "alerts", "accuracy", "evidence", "names"}


def facts_of(result):
    return {fact["fact_id"]: fact["value"] for fact in result.structured_content["facts"]}


async def test_a_real_client_session_over_standard_input_and_output(small_shop):
    from mcp import Client
    from mcp.client.stdio import StdioServerParameters

    home = small_shop.settings.home
    started = StdioServerParameters(
        command=sys.executable,
        args=["-m", "ui", "mcp", "--home", str(home)],
        env={
            "GROUNDSWELL_ENCODER": "hashing",
            "GROUNDSWELL_SCORER": "lexicon",
            "PYTHONPATH": ":".join(filter(None, sys.path)),
        },
    )
    state, versions = small_shop.settings.workspace.state, Lake(home / "lake").versions()
    kept = state.read_bytes() if state.exists() else b""

    async with Client(started) as client:
        offered = (await client.list_tools()).tools
        answered = await client.call_tool("forecast", {"series": "Wearables"})

    assert {tool.name for tool in offered} == TOOLS
    assert all(tool.annotations.read_only_hint for tool in offered)
    assert not any(tool.annotations.open_world_hint for tool in offered)
    assert all("properties" in tool.output_schema for tool in offered)
    assert not answered.is_error
    assert 4000.0 in facts_of(answered).values()
    assert answered.structured_content["conversation_id"] is None
    assert (state.read_bytes() if state.exists() else b"") == kept
    assert Lake(home / "lake").versions() == versions


async def test_every_tool_answers_with_facts_of_the_analyst(client_of, small_shop):
    analyst = make_analyst(small_shop.settings)
    days = {"first_day": "2025-12-29", "last_day": "2026-01-04"}
    asked = [
        ("ask", {"question": "What is the forecast for Kitchen?"}),
        ("forecast", {"series": "Kitchen", **days}),
        ("explain", {"series": "category:Kitchen", "language": "pt"}),
        ("series", {"series": "PulseBand", "language": "zh"}),
        ("alerts", {}),
        ("accuracy", {"series": "Kitchen"}),
        ("evidence", {"topic": "cold coffee", "series": "Kitchen"}),
    ]

    async with client_of() as client:
        for name, arguments in asked:
            result = await client.call_tool(name, arguments)
            told = result.structured_content
            again = analyst.ask(told["question"])

            assert facts_of(result) == {fact.fact_id: fact.value for fact in again.facts}, name
            assert told["text"] == again.text
            assert told["refused"] is None


async def test_names_are_listed_by_kind(client_of):
    async with client_of() as client:
        told = (await client.call_tool("names", {"kind": "category"})).structured_content

    assert {each["name"] for each in told["names"]} == {"Wearables", "Kitchen"}
    assert told["total"] == 2


async def test_answers_that_are_kept_go_on_and_say_that_they_write(client_of):
    async with client_of(keep=True) as client:
        [tool] = [tool for tool in (await client.list_tools()).tools if tool.name == "ask"]
        first = await client.call_tool("ask", {"question": "forecast for Kitchen"})
        known = first.structured_content["conversation_id"]
        second = await client.call_tool(
            "ask", {"question": "and for Wearables?", "conversation_id": known}
        )

    assert tool.annotations.read_only_hint is False
    assert second.structured_content["conversation_id"] == known
    assert "Wearables" in second.structured_content["text"]


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("forecast", {"series": "Wearabels and so on"}, "no product or category is called"),
        ("forecast", {"first_day": "2026-01-04"}, "give both"),
        ("ask", {"question": "forecast", "conversation_id": "x"}, "groundswell mcp --keep"),
        ("ask", {"question": ""}, "at least 1 character"),
        ("ask", {"question": "forecast", "as_of": "2020-01-01"}, "no run"),
        ("explain", {"language": "de"}, "en"),
    ],
)
async def test_what_cannot_be_answered_is_said_so_that_it_can_be_mended(
    client_of, name, arguments, message
):
    async with client_of() as client:
        result = await client.call_tool(name, arguments)

    assert result.is_error
    assert message in result.content[0].text


async def test_before_the_first_run_the_next_step_is_named(client_of, empty_home):
    async with client_of(settings=empty_home) as client:
        result = await client.call_tool("ask", {"question": "forecast"})

    assert result.is_error
    assert "groundswell run" in result.content[0].text


async def test_schemas_name_what_goes_in_and_comes_out(client_of):
    async with client_of() as client:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}

    fact = tools["ask"].output_schema["$defs"]["ToolFact"]
    assert {"value", "unit", "formula", "source", "first_day", "last_day"} <= set(fact["required"])
    [day, _] = tools["forecast"].input_schema["properties"]["first_day"]["anyOf"]
    assert day["format"] == "date"
