"""The emulator with two gaps of nested stacks closed, so that the true root can be deployed to it.

MiniStack runs the SAM transform on the root only, and an update of a nested stack loses the attributes of
each resource that it leaves alone. `up` deploys every nested template as a stack of its own instead and needs
neither; run as ``python -m bench.deploy.nested HOST PORT`` this stands for CloudFormation where the root
itself is the subject.
"""

from __future__ import annotations

from typing import Any

from local import emulator

Answer = tuple[str, dict[str, Any]]


def install() -> None:
    """Close both gaps in this process."""
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
