"""Compatibility: the suites of popular plugins in one process, under pytest-xdist and on agents."""
