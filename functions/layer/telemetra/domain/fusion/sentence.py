"""The sentence that a person would say of a moment."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from telemetra.domain.fusion.picture import Picture
from telemetra.domain.moment import MomentType, Told

_CLOSE: Final = 10


@dataclass(frozen=True, slots=True)
class Story:
    """What there is to say.

    Attributes:
        picture: what the moment looks like.
        words: what stands out, the most widespread first.
        chatters: different ones at the peak.
        viewers: newest count; None when not known.
        raiders: viewers that an announced raid brought.
        panes: how many it has lasted.
        span_s: seconds from its start to the end of its newest pane.
        usual_a_minute: messages a minute that are usual.
    """

    picture: Picture
    words: Sequence[Told]
    chatters: int
    viewers: int | None
    raiders: int
    span_s: int
    usual_a_minute: float


def sentence(kind: MomentType, story: Story) -> str:
    """Return one line, without a full stop."""
    return ", ".join(part for part in _PARTS[kind](story) if part)


def _crowd(story: Story) -> list[str]:
    """Tell of the chat: how fast, which word, how many."""
    said = ""
    if story.words:
        top = story.words[0]
        said = f"{round(100 * top.share)} % {top.name if top.emote else _quoted(top.name)}"
    return [_rate(story), said, f"{story.chatters:,} chatter{'s' * (story.chatters != 1)}"]


def _rate(story: Story) -> str:
    return f"chat {_times(story.picture.rate)} its usual rate"


def _raid(story: Story) -> list[str]:
    if story.raiders:
        return [f"a raid of {story.raiders:,} viewers", *_crowd(story)]
    return [f"viewers up {_percent(story.picture.step)}, as by a raid", *_crowd(story)]


def _sub_bomb(story: Story) -> list[str]:
    return [f"{story.picture.gifts:,.0f} subs given", *_crowd(story)]


def _poll(story: Story) -> list[str]:
    options = [f"{_quoted(word.name)} {_percent(word.share)}" for word in story.words[:2] if not word.emote]
    return ["a vote: " + " and ".join(options) if options else "a vote", *_crowd(story)[::2]]


def _copypasta(story: Story) -> list[str]:
    copied = f"{_percent(story.picture.repeated)} of messages more than usual repeat a text"
    return [copied, f"{story.picture.length:.0f} characters each", *_crowd(story)[::2]]


def _outrage(story: Story) -> list[str]:
    return [*_crowd(story), f"mood {story.picture.mood_shift:+.2f}" if story.picture.mood_shift < 0 else ""]


def _lull(story: Story) -> list[str]:
    rate = f"chat at {_percent(story.picture.rate)} of its usual rate for {story.span_s} s"
    return [rate, "" if story.viewers is None else f"{story.viewers:,} viewers still there"]


def _outage(story: Story) -> list[str]:
    usual = f"usually {story.usual_a_minute:,.0f} messages a minute"
    return [f"live, but no data for {story.span_s} s", usual]


def _viewer_drop(story: Story) -> list[str]:
    left = "" if story.viewers is None else f" to {story.viewers:,}"
    return [f"viewers down {_percent(story.picture.drop)}{left}", _rate(story)]


_PARTS: Final[Mapping[MomentType, Callable[[Story], list[str]]]] = MappingProxyType(
    {
        MomentType.HYPE: _crowd,
        MomentType.LAUGHTER: _crowd,
        MomentType.OUTRAGE: _outrage,
        MomentType.RAID: _raid,
        MomentType.SUB_BOMB: _sub_bomb,
        MomentType.COPYPASTA: _copypasta,
        MomentType.POLL: _poll,
        MomentType.LULL: _lull,
        MomentType.OUTAGE: _outage,
        MomentType.VIEWER_DROP: _viewer_drop,
    }
)


def _times(ratio: float) -> str:
    return f"{ratio:.1f}x" if ratio < _CLOSE else f"{ratio:.0f}x"


def _percent(share: float) -> str:
    return f"{round(100 * share)} %"


def _quoted(word: str) -> str:
    return f'"{word}"'
