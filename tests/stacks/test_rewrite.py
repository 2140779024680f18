"""The distribution's function, run by Node on the events that CloudFront sends."""

from __future__ import annotations

import json
import subprocess
from typing import Any

import pytest

from tests.stacks.resources import Stack

Query = dict[str, dict[str, str]]


@pytest.fixture(scope="module")
def code(stacks: dict[str, Stack]) -> str:
    found: str = stacks["web"].properties("AWS::CloudFront::Function")["Rewrite"]["FunctionCode"]
    return found


def answer(code: str, uri: str, query: Query | None = None) -> dict[str, Any]:
    event = {"request": {"method": "GET", "uri": uri, "querystring": query or {}, "headers": {}}}
    script = f"{code}\nconsole.log(JSON.stringify(handler({json.dumps(event)})));"
    ended = subprocess.run(["node", "-e", script], check=True, capture_output=True, text=True)
    result: dict[str, Any] = json.loads(ended.stdout)
    return result


@pytest.mark.parametrize("uri", ["/ws", "/ws/"])
def test_a_bare_socket_goes_to_the_stage_root(uri: str, code: str) -> None:
    asked = answer(code, uri, {"ticket": {"value": "t"}})
    assert (asked["uri"], asked["querystring"]) == ("/ws", {"ticket": {"value": "t"}})


@pytest.mark.parametrize("uri", ["/ws/live/some_channel1", "/ws/live/some_channel1/"])
def test_a_channel_in_the_path_moves_to_the_query(uri: str, code: str) -> None:
    asked = answer(code, uri, {"ticket": {"value": "t"}})
    assert asked["uri"] == "/ws"
    assert asked["querystring"] == {"ticket": {"value": "t"}, "stream_id": {"value": "some_channel1"}}


def test_the_path_wins_over_a_channel_in_the_query(code: str) -> None:
    asked = answer(code, "/ws/live/good", {"stream_id": {"value": "other"}})
    assert asked["querystring"]["stream_id"] == {"value": "good"}


@pytest.mark.parametrize(
    "uri", ["/ws/live", "/ws/live/UPPER", "/ws/live/a/b", "/ws/other", "/ws/live/" + "a" * 65]
)
def test_any_other_socket_path_is_not_found(uri: str, code: str) -> None:
    assert answer(code, uri)["statusCode"] == 404


@pytest.mark.parametrize("uri", ["/", "/channel/some_channel1", "/wsx", "/a.b/page"])
def test_a_page_is_the_one_page(uri: str, code: str) -> None:
    assert answer(code, uri)["uri"] == "/index.html"


@pytest.mark.parametrize("uri", ["/docs", "/docs/"])
def test_the_documentation_is_a_page_of_its_own(uri: str, code: str) -> None:
    assert answer(code, uri)["uri"] == "/docs.html"


@pytest.mark.parametrize("uri", ["/assets/index-1a2b.js", "/config.json", "/index.html"])
def test_a_file_stays_what_it_is(uri: str, code: str) -> None:
    assert answer(code, uri)["uri"] == uri


def test_no_error_page_hides_an_answer_of_the_api(stacks: dict[str, Stack]) -> None:
    config = stacks["web"].properties("AWS::CloudFront::Distribution")["Distribution"]["DistributionConfig"]
    assert "CustomErrorResponses" not in config
    assert config["DefaultCacheBehavior"]["TargetOriginId"] == "bundle"
    all_but_host = "b689b0a8-53d0-40ab-baf2-68738e2966ac"
    for behavior in config["CacheBehaviors"]:
        one = behavior["Fn::If"][1] if "Fn::If" in behavior else behavior
        assert one["OriginRequestPolicyId"] == all_but_host
