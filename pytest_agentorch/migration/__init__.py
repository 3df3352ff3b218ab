"""The way over from pytest-xdist: `python -m pytest_agentorch migrate`. No run imports this."""
