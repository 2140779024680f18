"""Who calls, and what they may see."""

from __future__ import annotations

import pytest

from telemetra.application.access import ANYONE, Caller, Role, caller_of
from telemetra.domain.errors import NotPermittedError, UnauthenticatedError

EDITOR = Caller(Role.MODERATOR, frozenset({"aurora", "pixel"}), 5_000)


@pytest.mark.parametrize("caller", [ANYONE, EDITOR, Caller(Role.VIEWER, frozenset())])
def test_a_caller_survives_the_flat_context_of_the_gateway(caller: Caller) -> None:
    assert Caller.of_context(caller.context()) == caller


def test_every_value_of_the_context_is_text() -> None:
    assert EDITOR.context() == {"role": "moderator", "channels": "aurora,pixel", "expires_ms": "5000"}


@pytest.mark.parametrize("context", [None, {}, {"principalId": "x"}, {"role": "owner"}])
def test_nobody_is_let_in_whom_the_authorizer_has_not_vouched_for(context: dict[str, str] | None) -> None:
    with pytest.raises(UnauthenticatedError, match="Authorization: Bearer"):
        caller_of(context, access="token")


def test_open_access_needs_no_authorizer() -> None:
    assert caller_of(None, access="open") == ANYONE


def test_a_star_covers_every_channel_and_a_list_only_its_own() -> None:
    ANYONE.require("any_channel")
    EDITOR.require("pixel")
    with pytest.raises(NotPermittedError, match="'other'"):
        EDITOR.require("other")


def test_only_broadcaster_and_admin_see_revenue() -> None:
    assert [role for role in Role if role.sees_revenue] == [Role.BROADCASTER, Role.ADMIN]


@pytest.mark.parametrize("role", Role)
def test_a_role_may_do_what_the_roles_below_it_may(role: Role) -> None:
    caller = Caller(role, frozenset({"aurora"}))
    order = [Role.VIEWER, Role.MODERATOR, Role.BROADCASTER, Role.ADMIN]
    for least in Role:
        if order.index(role) >= order.index(least):
            caller.require_role(least, "this")
        else:
            with pytest.raises(NotPermittedError, match=f"this takes the role {least.value}"):
                caller.require_role(least, "this")
