"""The API of a running stack keeps its published contract, whatever it is asked."""

from __future__ import annotations

import copy
import json

import httpx
import pytest
from typer.testing import CliRunner

from local.__main__ import app
from telemetra.adapters.clock import now_ms
from telemetra.domain.window import MINUTE_MS, floor_to
from tests.journey.fuzz import fuzz
from tests.journey.running import RunningStack
from tests.journey.test_counting import chat, put, settled

CASES = 500
CHANNEL = "fuzzed"


@pytest.fixture(scope="module")
def filled(stack: RunningStack) -> RunningStack:
    """The stack with some minutes of one channel."""
    start_ms = floor_to(now_ms(), MINUTE_MS) - 5 * MINUTE_MS
    events = [
        chat(CHANNEL, start_ms + number * 900, f"hello {number}", emotes=["Pog"]) for number in range(300)
    ]
    put(stack, *events)
    settled(stack, CHANNEL, start_ms, len(events))
    return stack


@pytest.mark.journey
def test_whatever_is_asked_no_answer_breaks_the_contract(filled: RunningStack) -> None:
    document = httpx.get(f"{filled.url}/api/v1/openapi.json").json()
    found = fuzz(filled.url, document, CASES, channel=CHANNEL)
    assert found.faults == []
    assert found.cases >= CASES
    assert {200, 400, 404, 412, 429} <= found.statuses.keys()


@pytest.mark.journey
def test_an_answer_that_is_not_in_the_contract_is_noticed(filled: RunningStack) -> None:
    document = httpx.get(f"{filled.url}/api/v1/openapi.json").json()
    metrics = copy.deepcopy(document["paths"]["/api/v1/streams/{stream_id}/metrics"])
    del metrics["get"]["responses"]["400"]
    document["components"]["schemas"]["Alive"]["properties"]["status"] = {"type": "integer"}
    few = {"/health": document["paths"]["/health"], "/api/v1/streams/{stream_id}/metrics": metrics}
    found = fuzz(filled.url, {**document, "paths": few}, 20, channel=CHANNEL)
    assert any("/health" in fault for fault in found.faults)
    assert any("400" in fault for fault in found.faults)


@pytest.mark.journey
def test_a_stalled_shard_is_named_within_30_s_and_its_recovery_is_told(stack: RunningStack) -> None:
    aws, channel = stack.client("lambda"), "stalled"
    name = f"{stack.prefix}-aggregate"
    mappings = aws.list_event_source_mappings(FunctionName=name)["EventSourceMappings"]
    (chats,) = [found for found in mappings if found["EventSourceArn"].endswith("-chat")]

    def report() -> dict[str, object]:
        said: dict[str, object] = httpx.get(f"{stack.url}/api/v1/health", timeout=20).json()
        return said

    def stalled() -> list[str]:
        return [shard["stream"] for shard in report()["lag"] if shard["stalled"]]  # type: ignore[attr-defined]

    stack.wait_for(lambda: report()["status"] == "ok", 60)
    aws.update_event_source_mapping(UUID=chats["UUID"], Enabled=False)
    try:
        put(stack, chat(channel, now_ms(), "waiting"))
        assert stack.wait_for(stalled, 30) == ["chat"]
        assert report()["status"] == "degraded"
    finally:
        aws.update_event_source_mapping(UUID=chats["UUID"], Enabled=True)
    stack.wait_for(lambda: report()["status"] == "ok", 30)


@pytest.mark.journey
def test_the_minutes_of_a_channel_are_followed_on_the_command_line(filled: RunningStack) -> None:
    arguments = ["tail", "--news", CHANNEL, "--url", filled.url, "--since", "30", "--count", "3", "--json"]
    shown = CliRunner().invoke(app, arguments, catch_exceptions=False)
    told = [json.loads(line) for line in shown.output.splitlines()]
    assert len(told) == 3
    assert {message["stream_id"] for message in told} == {CHANNEL}
    assert any(message["type"] == "minute" and message["data"]["chat_count"] for message in told)
