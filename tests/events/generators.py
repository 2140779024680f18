"""Hypothesis generators of contract events, as plain data, over the whole of each schema's range."""

from __future__ import annotations

from typing import Any, Final

from hypothesis import strategies as st

_TOP: Final = 2**53

_text = st.text(st.characters(codec="utf-8"), max_size=40)
_natural = st.integers(0, _TOP)
_channel = st.from_regex(r"\A[a-z0-9_]{1,64}\Z")
_extra = st.dictionaries(
    st.from_regex(r"\Ax_[a-z]{1,8}\Z"), st.none() | _text | st.integers(0, _TOP), max_size=2
)


def _event(
    kind: str, required: dict[str, st.SearchStrategy[Any]], optional: dict[str, st.SearchStrategy[Any]]
) -> st.SearchStrategy[dict[str, Any]]:
    common = {
        "schema": st.just(f"{kind}.v1"),
        "event_id": st.text(st.characters(codec="utf-8"), min_size=1, max_size=128),
        "channel": _channel,
        "ts": _natural,
    }
    known = st.fixed_dictionaries({**common, **required}, optional=optional)
    return st.builds(lambda event, extra: {**extra, **event}, known, _extra)


CHATS: Final = _event(
    "chat",
    {
        "user_id": _text,
        "user": _text,
        "text": st.text(st.characters(codec="utf-8"), max_size=500),
        "emotes": st.lists(_text, max_size=6),
        "badges": st.lists(_text, max_size=3),
        "bits": _natural,
    },
    {"first": st.booleans(), "source": _text},
)
VIEWERS: Final = _event("viewer", {"viewers": _natural}, {})
TRANSACTIONS: Final = _event(
    "transaction",
    {
        "type": st.sampled_from(["sub", "resub", "gift", "cheer", "tip"]),
        "amount_cents": _natural,
        "currency": st.from_regex(r"\A[A-Z]{3}\Z"),
    },
    {
        "user_id": _text,
        "tier": st.sampled_from(["1000", "2000", "3000"]),
        "quantity": st.integers(1, 100_000),
    },
)
STREAM_METAS: Final = _event(
    "stream_meta",
    {"live": st.booleans(), "title": _text, "category": _text, "language": _text},
    {"raid": st.fixed_dictionaries({"from": _text, "viewers": _natural})},
)
EVENTS: Final = CHATS | VIEWERS | TRANSACTIONS | STREAM_METAS
