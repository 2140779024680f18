"""How fast payloads become panes and windows, beside the floor and beside other engines on the same file."""
