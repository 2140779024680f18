"""Where events come from: pure iterators, in time order."""
