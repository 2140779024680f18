"""How right the moments are: planted truth through the real fold and detectors, without a cloud."""
