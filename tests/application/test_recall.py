"""What was answered a moment ago is not made again."""

from __future__ import annotations

from telemetra.application.recall import CHANGING_MS, CLOSED_MS, Body, Recall


class Kitchen:
    """Counts what is made."""

    def __init__(self, largest: int = 1_000) -> None:
        self.recall = Recall(largest)
        self.made = 0

    def ask(
        self, key: str, now_ms: int, *, afresh: bool = False, closed: bool = False, life_ms: int = 0
    ) -> str:
        def make() -> Body:
            self.made += 1
            return Body("text/plain", f"{self.made}".zfill(100), closed, life_ms=life_ms)

        return self.recall(key, now_ms, make, afresh=afresh).text.lstrip("0")


def test_an_answer_is_remembered_until_its_time_is_over() -> None:
    kitchen = Kitchen()
    asked = [kitchen.ask("a", at) for at in (0, CHANGING_MS - 1, CHANGING_MS, CHANGING_MS + 1)]
    assert asked == ["1", "1", "2", "2"]


def test_the_past_is_remembered_for_longer() -> None:
    kitchen = Kitchen()
    assert [kitchen.ask("a", at, closed=True) for at in (0, CLOSED_MS - 1, CLOSED_MS)] == ["1", "1", "2"]


def test_an_answer_may_say_how_long_it_lasts() -> None:
    kitchen = Kitchen()
    assert [kitchen.ask("a", at, life_ms=7) for at in (0, 6, 7)] == ["1", "1", "2"]


def test_whoever_asks_afresh_is_not_given_what_is_remembered_and_renews_it() -> None:
    kitchen = Kitchen()
    assert [kitchen.ask("a", 0), kitchen.ask("a", 1, afresh=True), kitchen.ask("a", 2)] == ["1", "2", "2"]


def test_the_oldest_is_forgotten_when_there_is_too_much() -> None:
    kitchen = Kitchen(largest=250)
    assert [kitchen.ask(key, 0) for key in "abcab"] == ["1", "2", "3", "4", "5"]
    assert [kitchen.ask(key, 0) for key in "ab"] == ["4", "5"]


def test_an_answer_larger_than_all_is_not_remembered() -> None:
    kitchen = Kitchen(largest=50)
    assert [kitchen.ask("a", 0), kitchen.ask("a", 0)] == ["1", "2"]
