"""Telemetra: live channel telemetry as minute metrics and explained moments."""

__version__ = "0.1.0"
