"""What is known of a channel: of two that are told apart by nothing else, the one that has seen more."""

from __future__ import annotations

from dataclasses import dataclass, field

from telemetra.application.contract import frames, shapes


@dataclass(slots=True)
class ChannelView:
    """Minutes by start, moments by id and the newest window; merging is idempotent and commutes.

    Attributes:
        minutes: by start.
        moments: by id.
        live: the newest 60 s.
    """

    minutes: dict[int, shapes.Metric] = field(default_factory=dict)
    moments: dict[str, shapes.Moment] = field(default_factory=dict)
    live: shapes.Metric | None = None

    def take(self, message: frames.ServerMessage) -> bool:
        """Merge a message; say whether it told anything new."""
        match message:
            case frames.Minute(data=minute):
                return self.take_minute(minute)
            case frames.MomentNews(data=moment):
                return self.take_moment(moment)
            case frames.LiveWindow(data=window):
                newer = self.live is None or _seen(window) > _seen(self.live)
                self.live = window if newer else self.live
                return newer
            case _:
                return False

    def take_minute(self, minute: shapes.Metric) -> bool:
        """Merge a minute."""
        known = self.minutes.get(minute.start_ms)
        if known is not None and _seen(minute) <= _seen(known):
            return False
        self.minutes[minute.start_ms] = minute
        return True

    def take_moment(self, moment: shapes.Moment) -> bool:
        """Merge a moment."""
        known = self.moments.get(moment.id)
        if known is not None and moment.version <= known.version:
            return False
        self.moments[moment.id] = moment
        return True


def _seen(metric: shapes.Metric) -> tuple[int, int, bool, int]:
    return metric.start_ms, metric.version, metric.final, metric.revision
