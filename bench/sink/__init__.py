"""What the sink of the producer bears: its speed, and an outage."""
