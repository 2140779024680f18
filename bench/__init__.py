"""Measurements: each is a command that prints what it measured, and on what."""
