"""pytest-agentorch: runs a pytest suite on several agents, phase by phase, and loses nothing."""

__version__ = "0.1.0"
