"""The verdict of an experiment, its truth, its faults, and that each sabotage still takes something away."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import pytest

from bench.chaos.experiments import EXPERIMENTS, Experiment
from bench.chaos.faults import FILE, Faults, Saboteur, Switch
from bench.chaos.report import judged, table
from bench.chaos.sabotage import Patch, patched, sabotaged_layer
from bench.chaos.traffic import Chatter, counted
from bench.chaos.verdict import NORMAL_LAG_MS, Verdict, differences
from local.child import LAYER

GREEN = Verdict(events=10, missing=0, doubled=0, planted=2, rejected=2, lag_ms=900)


def changed(**fields: Any) -> Verdict:
    return Verdict(**{**{name: getattr(GREEN, name) for name in Verdict.__slots__}, **fields})


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"events": 0}, "nothing was sent"),
        ({"missing": 1}, "1 lost"),
        ({"doubled": 3}, "3 doubled"),
        ({"rejected": 1}, "1 rejected, 2 planted"),
        ({"lag_ms": None}, "nothing sent afterwards came through"),
        ({"lag_ms": NORMAL_LAG_MS + 1}, f"lag {NORMAL_LAG_MS + 1} ms"),
        ({"complaints": ("it was never behind",)}, "it was never behind"),
    ],
)
def test_each_thing_that_is_wrong_alone_makes_it_red(fields: dict[str, Any], reason: str) -> None:
    assert GREEN.green
    assert changed(**fields).reasons == (reason,)
    assert changed(**fields).figures()["reasons"] == [reason]


def test_a_minute_with_too_many_does_not_make_up_for_one_with_too_few() -> None:
    truth = Counter({("a", 0): 5, ("a", 60_000): 5})
    assert differences(truth, Counter({("a", 0): 6, ("a", 60_000): 4})) == (1, 1)
    assert differences(truth, Counter(truth)) == (0, 0)


def test_the_same_seed_says_the_same_and_every_message_is_another() -> None:
    lines = [Chatter(["a", "b"], Random(4)).say(range(100)) for _ in range(2)]
    assert lines[0] == lines[1]
    assert len({line.data for line in lines[0]}) == counted(lines[0]).total() == 100


@pytest.mark.parametrize("experiment", EXPERIMENTS, ids=lambda one: one.name)
def test_every_sabotage_takes_something_away(experiment: Experiment) -> None:
    sabotage = experiment.sabotage
    assert sabotage.patches or sabotage.producer or sabotage.faults != Faults()
    for patch in sabotage.patches:
        compile(patched((LAYER / "telemetra" / patch.file).read_text(), patch), patch.file, "exec")


def test_a_sabotage_is_in_the_copy_of_the_layer_alone(tmp_path: Path) -> None:
    patch = Patch("domain/window.py", "FUTURE_LIMIT_MS = 60", "FUTURE_LIMIT_MS = 61")
    copy = sabotaged_layer([patch], tmp_path) / "python" / "telemetra" / patch.file
    assert patch.after in copy.read_text()
    assert patch.before in (LAYER / "telemetra" / patch.file).read_text()


def test_a_sabotage_that_finds_nothing_to_take_away_is_refused() -> None:
    with pytest.raises(ValueError, match="2 times"):
        patched("a = b = a", Patch("some.py", "a", ""))


def test_a_green_run_without_protection_is_not_as_it_should_be() -> None:
    one = EXPERIMENTS[0]
    assert judged([one], {one.name: [GREEN] * 3}, {one.name: changed(missing=1)})["kept"]
    assert not judged([one], {one.name: [GREEN] * 3}, {one.name: GREEN})["kept"]
    figures = judged([one], {one.name: [GREEN, changed(missing=1), GREEN]}, {one.name: changed(missing=7)})
    assert not figures["kept"]
    assert "| poison | 2 of 3 | 10 | 1 | 0 | 900 | rejects are not kept | 7 lost |" in table(figures)


def test_a_fault_holds_from_the_file_on_and_ends_with_it(tmp_path: Path) -> None:
    switch = Switch(tmp_path / FILE)
    assert switch() == Faults()
    (tmp_path / FILE).write_bytes(msgspec.json.encode(Faults(put_share=0.5)))
    assert switch().put_share == 0.5
    (tmp_path / FILE).unlink()
    assert switch() == Faults()


def put(data: dict[str, Any]) -> tuple[int, dict[str, str], str]:
    """Answer as the emulator does when it takes every record."""
    taken = [{"SequenceNumber": record["Data"]} for record in data["Records"]]
    return 200, {}, json.dumps({"FailedRecordCount": 0, "Records": taken})


@pytest.mark.parametrize("share", [0.0, 0.4, 1.0])
def test_refused_records_are_told_in_their_places(share: float) -> None:
    saboteur = Saboteur(lambda: Faults(put_share=share), Random(2))
    _, _, body = saboteur.refusing(put)({"Records": [{"Data": str(number)} for number in range(50)]})
    answer = json.loads(body)
    told = [result.get("SequenceNumber") for result in answer["Records"]]
    assert all(name in (None, str(at)) for at, name in enumerate(told))
    assert answer["FailedRecordCount"] == told.count(None) == {0.0: 0, 0.4: told.count(None), 1.0: 50}[share]
    assert (0 < told.count(None) < 50) == (share == 0.4)


def delivered(faults: Faults, source: str = "chat", function: str = "t-aggregate") -> tuple[list[str], Any]:
    """Deliver once; return what was run, and the answer."""
    ran: list[str] = []

    def execute(_: dict[str, Any], event: dict[str, Any]) -> dict[str, Any]:
        ran.append(event["Records"][0]["eventSourceARN"])
        return {"body": None}

    event = {"Records": [{"kinesis": {}, "eventSourceARN": f"arn/t-{source}"}]}
    saboteur = Saboteur(lambda: faults, Random(2))
    return ran, saboteur.delivering(execute)({"config": {"FunctionName": function}}, event)


def test_a_stalled_stream_is_not_delivered_and_the_others_are() -> None:
    assert delivered(Faults(stalled="-chat"))[0] == []
    assert delivered(Faults(stalled="-chat"))[1]["error"]
    assert "error" not in delivered(Faults(stalled="-chat", given_up=True))[1]
    assert delivered(Faults(stalled="-chat"), "viewer") == (["arn/t-viewer"], {"body": None})
    assert delivered(Faults(stalled="-chat"), function="t-archive")[0] == ["arn/t-chat"]


def test_a_crash_after_the_writes_fails_what_was_run() -> None:
    ran, answer = delivered(Faults(crash_share=1.0))
    assert ran
    assert answer["error"]
