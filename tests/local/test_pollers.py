"""A slow reader of a table stream holds up nobody, and is asked again as long as there is work."""

from __future__ import annotations

import threading

from local.pollers import OwnPoller

WITHIN_S = 10


def test_the_caller_goes_on_while_the_step_is_under_way() -> None:
    going, release = threading.Event(), threading.Event()

    def step() -> bool:
        going.set()
        return not release.wait(WITHIN_S)

    poller = OwnPoller(step, lambda: None)
    assert poller() is False
    assert going.wait(WITHIN_S)
    assert poller() is False
    release.set()


def test_one_call_is_followed_by_passes_until_nothing_is_found() -> None:
    left = [True, True, False]
    done = threading.Event()
    order: list[str] = []

    def step() -> bool:
        order.append("step")
        found = left.pop(0)
        if not found:
            done.set()
        return found

    OwnPoller(step, lambda: order.append("between"))()
    assert done.wait(WITHIN_S)
    assert order == ["between", "step"] * 3


def test_a_pass_that_fails_is_followed_by_the_next_call() -> None:
    calls: list[int] = []
    failed, again = threading.Event(), threading.Event()

    def step() -> bool:
        calls.append(1)
        if len(calls) == 1:
            failed.set()
            raise OSError
        again.set()
        return False

    poller = OwnPoller(step, lambda: None)
    poller()
    assert failed.wait(WITHIN_S)
    poller()
    assert again.wait(WITHIN_S)
