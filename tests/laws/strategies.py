"""Values of every aggregate, for the laws."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from telemetra.domain.chat import ChatPane
from telemetra.domain.distinct import Distinct
from telemetra.domain.events import Chat, Transaction, TransactionType, Viewer
from telemetra.domain.hashing import KeyedHash
from telemetra.domain.revenue import RevenuePane
from telemetra.domain.summary import Summary
from telemetra.domain.tally import Tally
from telemetra.domain.viewers import ViewerPane

HASHES = KeyedHash(b"laws")

_names = st.sampled_from(["KEKW", "PogChamp", "LUL", "Kappa", "monkaS", "hello", "gg", "éclair", "日本"])
_instants = st.integers(0, 2**45)
_ids = st.text("abcdef0123456789", min_size=1, max_size=6)

chats = st.builds(
    Chat,
    event_id=_ids,
    channel=st.just("aurora"),
    ts=_instants,
    user_id=_ids,
    user=_ids,
    text=st.lists(_names, max_size=6).map(" ".join),
    emotes=st.lists(_names, max_size=3),
    bits=st.integers(0, 10_000),
)
viewers = st.builds(
    Viewer, event_id=_ids, channel=st.just("aurora"), ts=_instants, viewers=st.integers(0, 10**7)
)
transactions = st.builds(
    Transaction,
    event_id=_ids,
    channel=st.just("aurora"),
    ts=_instants,
    type=st.sampled_from(TransactionType),
    amount_cents=st.integers(0, 10**6),
    currency=st.sampled_from(["USD", "EUR", "JPY"]),
    quantity=st.integers(1, 100),
)

Fold = Callable[[list[Any]], Any]

FOLDS: dict[type, tuple[st.SearchStrategy[Any], Fold]] = {
    Tally: (_names, lambda names: Tally().add(names)),
    Distinct: (st.integers(0, 2**40 - 1), lambda hashes: Distinct().add(hashes)),
    ChatPane: (chats, lambda events: ChatPane.of(events, HASHES.__getitem__)),
    ViewerPane: (viewers, ViewerPane.of),
    RevenuePane: (transactions, RevenuePane.of),
    Summary: (
        st.one_of(
            st.lists(chats, max_size=3).map(lambda events: ChatPane.of(events, HASHES.__getitem__)),
            st.lists(viewers, max_size=3).map(ViewerPane.of),
            st.lists(transactions, max_size=3).map(RevenuePane.of),
        ),
        Summary.of,
    ),
}
"""Aggregate to (one thing that it counts, how a list of them is folded)."""
