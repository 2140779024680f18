"""A fixed load on an embedded stack: how late each event is, whatever becomes of the others."""
