"""Implementations of ``telemetra.application.ports``: in memory, and over AWS."""
