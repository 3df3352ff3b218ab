"""pytest-agentorch: runs a pytest suite on several agents, phase by phase, and loses nothing.

PYTEST_DONT_REWRITE: agents import this package before pytest, which would warn about it.
"""

__version__ = "0.1.0"
