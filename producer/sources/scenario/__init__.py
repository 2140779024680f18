"""The scenario engine: made-up channels whose truth is known. See docs/scenarios.md."""

from producer.sources.scenario.reading import ScenarioError, parse, read
from producer.sources.scenario.run import START_MS, Run, run
from producer.sources.scenario.shelf import find, names
from producer.sources.scenario.spec import Spec
from producer.sources.scenario.world import Scenario, place

__all__ = [
    "START_MS", "Run", "Scenario", "ScenarioError", "Spec", "find", "names", "parse", "place", "read", "run",
]  # fmt: skip
