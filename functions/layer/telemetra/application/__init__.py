"""Use cases over the domain, written against the ports that the adapters implement."""
