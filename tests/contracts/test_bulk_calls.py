"""How the bulk calls behave when the service takes only part, throttles, or fails."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from telemetra.adapters import partiql
from telemetra.adapters.bulk import batch_get
from telemetra.adapters.partiql import Outcome, Statement, Upsert
from telemetra.domain.errors import StoreUnavailableError

KEYS = [{"channel": {"S": f"channel_{number}"}} for number in range(3)]
STALE, PRESENT = {"Code": "ConditionalCheckFailed"}, {"Code": "DuplicateItem"}
THROTTLED = {"Code": "ThrottlingError", "Message": "slow down"}


class Scripted:
    """A DynamoDB that answers each statement, or key, as told; ``calls`` keeps what each call asked for."""

    def __init__(self, answer: Callable[[int, Any], dict[str, str] | None]) -> None:
        self._answer = answer
        self.calls: list[list[Any]] = []

    def batch_execute_statement(self, *, Statements: Sequence[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803
        self.calls.append([statement["Statement"] for statement in Statements])
        errors = [self._answer(len(self.calls), text) for text in self.calls[-1]]
        return {"Responses": [{"TableName": "t", **({"Error": error} if error else {})} for error in errors]}

    def batch_get_item(self, *, RequestItems: dict[str, Any]) -> dict[str, Any]:  # noqa: N803
        assert RequestItems["t"]["ConsistentRead"] is True
        self.calls.append(RequestItems["t"]["Keys"])
        left = [key for key in self.calls[-1] if self._answer(len(self.calls), key)]
        taken = [key for key in self.calls[-1] if key not in left]
        return {"Responses": {"t": taken}, "UnprocessedKeys": {"t": {"Keys": left}} if left else {}}


class Down:
    """A DynamoDB that does not answer, or answers with an error."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def batch_execute_statement(self, **_: Any) -> dict[str, Any]:
        raise self._error

    def batch_get_item(self, **_: Any) -> dict[str, Any]:
        raise self._error


def statements(*texts: str) -> dict[str, Statement]:
    return {text: Statement(text, ()) for text in texts}


def test_only_throttled_statements_are_tried_again_after_growing_pauses() -> None:
    client = Scripted(lambda call, text: THROTTLED if text == "b" and call < 4 else None)
    slept: list[float] = []
    outcomes = partiql.execute(client, statements("a", "b", "c"), sleep=slept.append)
    assert outcomes == dict.fromkeys("abc", Outcome.DONE)
    assert client.calls == [["a", "b", "c"], ["b"], ["b"], ["b"]]
    assert 0.025 <= slept[0] <= 0.05 <= slept[1] <= 0.1 <= slept[2] <= 0.2


def test_a_statement_throttled_to_the_end_is_an_unavailable_store() -> None:
    client = Scripted(lambda call, text: THROTTLED)
    slept: list[float] = []
    with pytest.raises(StoreUnavailableError, match="1 writes throttled: ThrottlingError"):
        partiql.execute(client, statements("a"), sleep=slept.append)
    assert len(client.calls) == 6
    assert sum(slept) < 1.6


@pytest.mark.parametrize("code", ["ValidationError", "AccessDenied", "ResourceNotFound", "SomethingNew"])
def test_any_other_error_of_a_statement_is_an_unavailable_store(code: str) -> None:
    client = Scripted(lambda call, text: {"Code": code, "Message": "no"})
    with pytest.raises(StoreUnavailableError, match=code):
        partiql.execute(client, statements("a"))


def test_at_most_twenty_five_statements_go_in_one_call() -> None:
    client = Scripted(lambda call, text: STALE if text == "s30" else None)
    outcomes = partiql.execute(client, statements(*(f"s{number}" for number in range(60))))
    assert [len(call) for call in client.calls] == [25, 25, 10]
    assert [key for key, outcome in outcomes.items() if outcome is not Outcome.DONE] == ["s30"]


@pytest.mark.parametrize(
    ("insert_first", "answers", "asked", "refused"),
    [
        (False, [None], "U", False),
        (True, [None], "I", False),
        (False, [STALE, None], "UI", False),
        (True, [PRESENT, None], "IU", False),
        (True, [PRESENT, STALE], "IU", True),
        (False, [STALE, PRESENT, None], "UIU", False),
        (False, [STALE, PRESENT, STALE], "UIU", True),
    ],
)
def test_a_newer_row_is_written_whether_or_not_there_was_one(
    insert_first: bool, answers: list[dict[str, str] | None], asked: str, refused: bool
) -> None:
    client = Scripted(lambda call, text: answers[call - 1])
    row = Upsert(insert=Statement("I", ()), update=Statement("U", ()), insert_first=insert_first)
    assert partiql.upsert(client, {"row": row}) == ({"row"} if refused else set())
    assert client.calls == [[letter] for letter in asked]


def test_keys_left_unprocessed_are_asked_for_again() -> None:
    client = Scripted(lambda call, key: THROTTLED if key == KEYS[1] and call < 3 else None)
    slept: list[float] = []
    read = list(batch_get(client, "t", KEYS, sleep=slept.append))
    assert read == [KEYS[0], KEYS[2], KEYS[1]]
    assert client.calls == [KEYS, [KEYS[1]], [KEYS[1]]]
    assert len(slept) == 2


def test_keys_never_processed_are_an_unavailable_store() -> None:
    client = Scripted(lambda call, key: THROTTLED)
    with pytest.raises(StoreUnavailableError, match="t left 3 keys unread"):
        list(batch_get(client, "t", KEYS, sleep=lambda seconds: None))


@pytest.mark.parametrize(
    "error",
    [
        ClientError({"Error": {"Code": "ProvisionedThroughputExceededException"}}, "BatchGetItem"),
        ReadTimeoutError(endpoint_url="http://127.0.0.1"),
    ],
)
def test_a_failing_call_is_an_unavailable_store(error: Exception) -> None:
    with pytest.raises(StoreUnavailableError):
        list(batch_get(Down(error), "t", KEYS))
    with pytest.raises(StoreUnavailableError):
        partiql.execute(Down(error), statements("a"))
