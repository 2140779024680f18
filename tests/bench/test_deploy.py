"""What `make prove-deploy` hands to SAM CLI, and what it would notice."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bench.deploy import sam
from bench.deploy.nested import sparing
from bench.deploy.steady import EVENTS, Steady, answer
from local.errors import LocalError
from local.ports import some_free
from local.waiting import holds_within


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A build with one function and a layer of wheels, and a SAM CLI."""
    build = tmp_path / ".aws-sam" / "build"
    for name in ("Compute/LayerX86/python/numpy/core.so", "Compute/template.yaml", "template.yaml", "sam"):
        (build / name).parent.mkdir(parents=True, exist_ok=True)
        (build / name).write_text(name)
    monkeypatch.setattr(sam, "BUILT", build)
    monkeypatch.setattr(sam, "SAM", build / "sam")
    return build


def test_the_layer_of_the_copy_is_our_own_code_and_the_build_stays(built: Path) -> None:
    with sam.copy_of_build() as copy:
        assert copy.parent == built.parent
        assert (copy / "Compute/template.yaml").is_file()
        assert [path.name for path in (copy / "Compute/LayerX86/python").iterdir()] == ["telemetra"]
        assert (copy / "Compute/LayerX86/python/telemetra/config.py").is_file()
    assert not copy.exists()
    assert (built / "Compute/LayerX86/python/numpy/core.so").is_file()


def test_without_a_build_the_command_that_makes_it_is_named(built: Path) -> None:
    (built / "template.yaml").unlink()
    with pytest.raises(LocalError) as refusal, sam.copy_of_build():
        pass
    assert "make package" in refusal.value.fix


def test_a_worker_at_its_work_is_ended_when_it_is_done() -> None:
    killed: list[str] = []
    idle, busy = (SimpleNamespace(name=name, in_use=name == "busy") for name in ("idle", "busy"))
    sparing(lambda workers: killed.extend(worker.name for worker in workers))([idle, busy, None])
    assert killed == ["idle"]
    busy.in_use = False
    assert holds_within(lambda: killed == ["idle", "busy"], 10)


class Stream:
    """Takes records until it breaks."""

    def __init__(self, *, takes: int) -> None:
        self._takes = takes

    def put_record(self, **_: Any) -> None:
        self._takes -= 1
        if self._takes < 0:
            raise OSError("the stream is gone")


def test_an_api_that_does_not_answer_is_counted_by_what_it_was() -> None:
    with Steady(Stream(takes=1_000), "t", f"http://127.0.0.1:{some_free()}", "") as steady:
        assert holds_within(lambda: bool(steady.answers.wrong), 10)
        assert holds_within(lambda: bool(steady.sent), 10)
    assert set(steady.answers.wrong) <= {"/health: URLError", "/api/v1/streams: URLError"}
    assert steady.sent.total() % EVENTS == 0


def test_a_stream_that_refuses_ends_the_run_with_its_words() -> None:
    def run() -> None:
        with Steady(Stream(takes=0), "t", f"http://127.0.0.1:{some_free()}", "") as steady:
            holds_within(lambda: bool(steady.answers.wrong), 10)

    with pytest.raises(OSError, match="the stream is gone"):
        run()


def test_an_address_that_nobody_listens_at_has_no_status() -> None:
    assert answer(f"http://127.0.0.1:{some_free()}/health", "") == "URLError"
