"""A stand-in for Twitch on this machine, with scripted faults."""
