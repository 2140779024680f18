"""The product of the aggregates: what a minute, an hour, a day or the live window says of a channel."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from typing import Final, TypeAlias

import msgspec

from telemetra.domain.chat import ChatPane, ChatV1, PackedChat
from telemetra.domain.encoding import seal, unseal
from telemetra.domain.events import Kind
from telemetra.domain.figures import TOP, Figures
from telemetra.domain.revenue import PackedRevenue, RevenuePane
from telemetra.domain.viewers import PackedViewers, ViewerPane

_VERSION: Final = 2
_V1 = tuple[ChatV1, PackedViewers, PackedRevenue]
_Packed = tuple[PackedChat, PackedViewers, PackedRevenue]

Content: TypeAlias = ChatPane | ViewerPane | RevenuePane

CONTENTS: Final[dict[Kind, type[ChatPane] | type[ViewerPane] | type[RevenuePane]]] = {
    Kind.CHAT: ChatPane,
    Kind.VIEWER: ViewerPane,
    Kind.TRANSACTION: RevenuePane,
}
"""The aggregate that each kind of event folds into; stream metadata has none."""


def join(one: Content, other: Content) -> Content:
    """Merge two partial contents of one kind.

    Raises:
        TypeError: they are of different kinds, which no row ever holds.
    """
    match one, other:
        case ChatPane(), ChatPane():
            return one.merge(other)
        case ViewerPane(), ViewerPane():
            return one.merge(other)
        case RevenuePane(), RevenuePane():
            return one.merge(other)
    message = f"{type(one).__name__} does not merge with {type(other).__name__}"
    raise TypeError(message)


class Summary(msgspec.Struct, frozen=True, gc=False):
    """Chat, viewers and revenue over one interval; merges field by field."""

    chat: ChatPane = msgspec.field(default_factory=ChatPane)
    viewers: ViewerPane = msgspec.field(default_factory=ViewerPane)
    revenue: RevenuePane = msgspec.field(default_factory=RevenuePane)

    @classmethod
    def of(cls, contents: Iterable[Content]) -> Summary:
        """Merge partial contents of any kinds, in any order."""
        return reduce(Summary.include, contents, cls())

    def include(self, content: Content) -> Summary:
        """Return the summary with one more partial merged in."""
        if isinstance(content, ChatPane):
            return Summary(self.chat.merge(content), self.viewers, self.revenue)
        if isinstance(content, ViewerPane):
            return Summary(self.chat, self.viewers.merge(content), self.revenue)
        return Summary(self.chat, self.viewers, self.revenue.merge(content))

    def merge(self, other: Summary) -> Summary:
        """Return the summary of both intervals."""
        return Summary(
            self.chat.merge(other.chat), self.viewers.merge(other.viewers), self.revenue.merge(other.revenue)
        )

    def finish(self, emotes: int = TOP, tokens: int = TOP) -> Figures:
        """Return the figures, with at most this many emotes and tokens."""
        chat, viewers = self.chat, self.viewers
        return Figures(
            count=chat.count,
            chatters=chat.chatters.finish(),
            chatters_exact=chat.chatters.exact,
            emotes=chat.emotes.top(emotes),
            tokens=chat.tokens.top(tokens) if tokens else [],
            mood=chat.mood,
            coverage=chat.coverage,
            length=chat.mean_length,
            viewers_mean=viewers.mean,
            viewers_low=viewers.low if viewers.count else None,
            viewers_peak=viewers.high if viewers.count else None,
            viewers_last=viewers.last[2] if viewers.count else None,
            sales=self.revenue.counts_by_type(),
            cents=self.revenue.cents_by_currency(),
        )

    def encode(self) -> bytes:
        """Return canonical bytes."""
        return seal(_VERSION, (self.chat.packed(), self.viewers.packed(), self.revenue.packed()))

    @classmethod
    def decode(cls, data: bytes) -> Summary:
        """Undo ``encode``; raises ``CorruptStateError``."""
        _, (chat, viewers, revenue) = unseal(data, {1: _V1, _VERSION: _Packed}, "summary")
        return cls(ChatPane.unpacked(chat), ViewerPane.unpacked(viewers), RevenuePane.unpacked(revenue))
