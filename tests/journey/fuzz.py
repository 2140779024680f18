"""Requests made up from the OpenAPI document, sent to a running stack; each answer is held to the document.

Half of the requests follow the document and half break it somewhere. An address of more than 8,000 bytes is
left out: servers before ours refuse it in words of their own.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import hypothesis
import requests
import schemathesis
from hypothesis import HealthCheck, Phase
from schemathesis.checks import CheckFunction, not_a_server_error
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CHECKS: list[CheckFunction] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
TIMEOUT_S = 30
LONGEST_URL = 8_000


@dataclass(slots=True)
class Found:
    """What became of the requests: how many, their statuses, and what did not conform."""

    cases: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    operations: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


def fuzz(url: str, document: dict[str, Any], cases: int, *, channel: str, seed: int = 1) -> Found:
    """Send at least ``cases`` requests over every operation; every second one asks for ``channel``."""
    read: list[Any] = list(schemathesis.openapi.from_dict(document).get_all_operations())
    operations = [each.ok() for each in read]
    varied = [operation for operation in operations if varies(operation)]
    each = -(-cases // (2 * len(varied)))
    with requests.Session() as session:
        fuzzer = Fuzzer(url, session, channel, seed)
        for operation in operations:
            for mode in GenerationMode:
                fuzzer.send(operation, mode, each if operation in varied else 1)
    return fuzzer.found


def varies(operation: Any) -> bool:
    """Say whether an operation can be asked in more than one way."""
    return bool([*operation.iter_parameters(), *operation.body])


@dataclass(slots=True)
class Fuzzer:
    """Sends requests and keeps what became of them."""

    url: str
    session: requests.Session
    channel: str
    seed: int
    found: Found = field(default_factory=Found)

    def send(self, operation: Any, mode: GenerationMode, cases: int) -> None:
        """Send requests of one operation; where none can be broken, they follow the document instead."""
        left = [cases]

        @hypothesis.seed(self.seed)
        @hypothesis.settings(
            max_examples=2 * cases,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @hypothesis.given(case=operation.as_strategy(mode))
        def ask(case: schemathesis.Case[Any]) -> None:
            if left[0] and self.ask(operation.label, case):
                left[0] -= 1

        try:
            ask()
        except hypothesis.errors.Unsatisfiable:
            if mode is GenerationMode.POSITIVE:
                raise
        if left[0] and mode is GenerationMode.NEGATIVE:
            self.send(operation, GenerationMode.POSITIVE, left[0])

    def ask(self, label: str, case: schemathesis.Case[Any]) -> bool:
        """Send one request and check its answer; False when its address is too long."""
        found = self.found
        if found.cases % 2 and "stream_id" in (case.path_parameters or {}):
            case.path_parameters["stream_id"] = self.channel
        request = requests.Request(**case.as_transport_kwargs(base_url=self.url)).prepare()
        if len(request.url or "") > LONGEST_URL:
            return False
        response = case.call(base_url=self.url, session=self.session, timeout=TIMEOUT_S)
        found.cases += 1
        found.statuses[response.status_code] += 1
        found.operations[label] += 1
        try:
            case.validate_response(response, checks=CHECKS)
        except (Failure, FailureGroup) as fault:
            parts = getattr(fault, "exceptions", [fault])
            asked = f"{request.method} {request.url}"[:300]
            found.faults += [f"{asked} {response.status_code}: {part}"[:1_500] for part in parts]
        return True
