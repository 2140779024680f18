"""The cloud on one machine: the embedded runtime and the `telemetra` command."""
