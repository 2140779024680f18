"""The gateway's routes are the API's routes, and its own answers read like the API's."""

from __future__ import annotations

import importlib.util
import json
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.stacks.resources import Stack

ROOT = Path(__file__).parents[2]
OPEN_PATHS = {"/health", "/api/v1/auth/twitch", "/api/v1/openapi.json", "/api/v1/asyncapi.json"}
REFUSALS = {
    "MISSING_AUTHENTICATION_TOKEN": 404,
    "UNAUTHORIZED": 401,
    "ACCESS_DENIED": 403,
    "INVALID_SIGNATURE": 404,
    "REQUEST_TOO_LARGE": 413,
    "UNSUPPORTED_MEDIA_TYPE": 415,
    "QUOTA_EXCEEDED": 429,
    "THROTTLED": 429,
}


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The package of the API's handlers."""
    spec = importlib.util.spec_from_file_location(
        "api_of_the_template", ROOT / "functions" / "api" / "app.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, spec.name, module)
    monkeypatch.syspath_prepend(ROOT / "functions" / "api")
    spec.loader.exec_module(module)
    return module


def test_the_template_lists_the_routes_of_the_app(app: ModuleType, stacks: dict[str, Stack]) -> None:
    listed = {(event["Path"], event["Method"].upper()) for event in stacks["serve"].events("Api").values()}
    routes = app.app.routes
    assert {key for key in listed if key[1] != "OPTIONS"} == {
        (path, method) for path, methods in routes.items() for method in methods
    }
    assert {path for path, method in listed if method == "OPTIONS"} == set(routes)


def test_the_socket_routes_call_handlers_that_exist(app: ModuleType, stacks: dict[str, Stack]) -> None:
    integrations = stacks["socket"].properties("AWS::ApiGatewayV2::Integration")
    called = {}
    for route in stacks["socket"].properties("AWS::ApiGatewayV2::Route").values():
        (target,) = re.findall(r"integrations/\$\{(\w+)\}", route["Target"]["Fn::Sub"])
        (called[route["RouteKey"]],) = re.findall(
            r"\$\{(\w+)\.Arn\}", integrations[target]["IntegrationUri"]["Fn::Sub"]
        )
    assert called == {"$connect": "Connect", "$default": "Message", "$disconnect": "Disconnect"}
    for function in called.values():
        handler = stacks["socket"].functions()[function]["Handler"]
        assert callable(getattr(app, handler.removeprefix("app.")))


def test_every_other_function_is_a_handler_in_a_folder_of_its_own(stacks: dict[str, Stack]) -> None:
    for name in ("compute", "serve", "socket", "alert"):
        for function, properties in stacks[name].functions().items():
            module, attribute = properties["Handler"].split(".")
            source = (ROOT / "stacks" / properties["CodeUri"] / f"{module}.py").read_text(encoding="utf-8")
            assert re.search(rf"^(def )?{attribute}\b", source, re.MULTILINE), function


def test_only_health_and_signing_in_ask_for_no_token(stacks: dict[str, Stack]) -> None:
    auth = stacks["serve"].properties("AWS::Serverless::Api")["RestApi"]["Auth"]
    open_paths = {
        event["Path"]
        for event in stacks["serve"].events("Api").values()
        if event.get("Auth", {}).get("Authorizer") == "NONE" and event["Method"] != "OPTIONS"
    }
    assert open_paths == OPEN_PATHS
    assert auth["DefaultAuthorizer"] == "Token"
    assert auth["AddDefaultAuthorizerToCorsPreflight"] is False


def test_no_decision_of_the_authorizer_is_remembered(stacks: dict[str, Stack]) -> None:
    authorizers = stacks["serve"].properties("AWS::Serverless::Api")["RestApi"]["Auth"]["Authorizers"]
    assert authorizers["Token"]["Identity"] == {"ReauthorizeEvery": 0}
    assert authorizers["Token"]["FunctionPayloadType"] == "REQUEST"


@pytest.mark.parametrize(("kind", "status"), REFUSALS.items())
def test_a_refusal_of_the_gateway_is_a_problem(kind: str, status: int, stacks: dict[str, Stack]) -> None:
    response = stacks["serve"].properties("AWS::Serverless::Api")["RestApi"]["GatewayResponses"][kind]
    body = json.loads(response["ResponseTemplates"]["application/json"])
    assert response["StatusCode"] == body["status"] == status
    assert body["type"] == "about:blank"
    assert body["title"]
    assert body["detail"]


def test_every_answer_of_the_gateway_may_be_read_by_a_page(stacks: dict[str, Stack]) -> None:
    responses = stacks["serve"].properties("AWS::Serverless::Api")["RestApi"]["GatewayResponses"]
    assert {"DEFAULT_4XX", "DEFAULT_5XX"} <= responses.keys()
    for response in responses.values():
        headers = response["ResponseParameters"]["Headers"]
        assert headers == {"Content-Type": "'application/problem+json'", "Access-Control-Allow-Origin": "'*'"}


def test_the_socket_and_all_that_serves_it_can_be_left_out(stacks: dict[str, Stack]) -> None:
    socket = {
        name: item.get("Condition")
        for name, item in stacks["socket"].body["Resources"].items()
        if name.startswith(("WebSocket", "Connect", "Message", "Disconnect"))
    }
    assert set(socket.values()) == {"WebSocket"}
