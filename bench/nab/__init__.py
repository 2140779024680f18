"""The Numenta Anomaly Benchmark: run our detectors over its series, and score any results by its rules."""
