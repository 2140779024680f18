"""The pure core: events, panes, aggregates, clocks and detectors, without AWS, clock or environment."""
