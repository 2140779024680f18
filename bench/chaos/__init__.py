"""Experiments with faults on an embedded stack, each judged by what was counted."""
