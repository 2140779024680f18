"""The producer: sources of events, packed into records and put on the streams."""
