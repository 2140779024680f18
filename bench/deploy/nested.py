"""The emulator with three gaps closed, so that the true root can be deployed to it and changed.

MiniStack runs the SAM transform on the root only, and an update of a nested stack loses the attributes of
each resource that it leaves alone. A changed function is killed at its work, where Lambda lets an invocation
end. `up` deploys every nested template as a stack of its own instead and needs
neither; run as ``python -m bench.deploy.nested HOST PORT`` this stands for CloudFormation where the root
itself is the subject.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import Any

from local import emulator
from local.waiting import holds_within

Answer = tuple[str, dict[str, Any]]
Kill = Callable[[Iterable[Any]], None]
LONGEST_CALL_S = 60


def install() -> None:
    """Close the gaps in this process."""
    from ministack.core import lambda_runtime
    from ministack.services.cloudformation import engine, provisioners

    parse, update = engine._parse_template, provisioners._update_resource

    def expanded(body: str) -> dict[str, Any]:
        template: dict[str, Any] = engine._apply_transforms(parse(body))
        return template

    def keeping(
        kind: str, physical: str, old: dict[str, Any], new: dict[str, Any], stack: str, *rest: Any
    ) -> Answer:
        logical, known = (*rest, None, None)[:2]
        if known is None:
            known = _attributes(stack, logical)
        found, attributes = update(kind, physical, old, new, stack, logical, known)
        return found, {**known, **attributes} if found == physical else attributes

    # Only what imports it late, a nested deployment, gets this one: the root is expanded by its own caller.
    engine._parse_template = expanded
    provisioners._update_resource = keeping
    lambda_runtime.kill_workers = sparing(lambda_runtime.kill_workers)


def sparing(kill: Kill) -> Kill:
    """Kill idle workers at once and those at work when they are done; new calls go to new ones anyway."""

    def when_done(worker: Any) -> None:
        holds_within(lambda: not worker.in_use, LONGEST_CALL_S)
        kill([worker])

    def spare(workers: Iterable[Any]) -> None:
        known = [worker for worker in workers if worker is not None]
        kill([worker for worker in known if not worker.in_use])
        for worker in known:
            if worker.in_use:
                threading.Thread(target=when_done, args=(worker,), daemon=True).start()

    return spare


def _attributes(stack: str, logical: str | None) -> dict[str, Any]:
    """What a stack knows of a resource, such as its ARN."""
    from ministack.services.cloudformation import _stacks

    known: dict[str, Any] = (
        _stacks.get(stack, {}).get("_resources", {}).get(logical, {}).get("Attributes", {})
    )
    return known


if __name__ == "__main__":
    install()
    emulator.main()
