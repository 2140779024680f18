"""What is made of the contract is made of the newest one, and its table holds every route."""

from __future__ import annotations

import re

from local.contract_types import typescript
from telemetra.application.contract.operations import OPERATIONS
from tests.house.repository import ROOT


def test_the_types_of_the_page_are_those_of_the_contract() -> None:
    made = (ROOT / "web/src/api/contract.ts").read_text(encoding="utf-8")
    assert made == typescript(), "run `make contract`"


def test_every_route_of_the_template_is_an_operation_of_the_contract() -> None:
    serve = (ROOT / "stacks/serve.yaml").read_text(encoding="utf-8")
    found = re.findall(r'RestApiId: !Ref RestApi, Path: "?([^",]+)"?, Method: ([A-Z]+)', serve)
    asked = {(path, method) for path, method in found if method != "OPTIONS"}
    assert asked == {(each.path, each.method) for each in OPERATIONS}


def test_a_route_asks_for_no_token_where_the_contract_says_so() -> None:
    serve = (ROOT / "stacks/serve.yaml").read_text(encoding="utf-8")
    unguarded = re.findall(r'Path: "?([^",]+)"?, Method: (?:GET|POST|PUT), Auth: \{Authorizer: NONE\}', serve)
    assert set(unguarded) == {each.path for each in OPERATIONS if each.is_open}
