"""pytest-agentorch: runs a pytest suite on several agents, phase by phase, and loses nothing.

PYTEST_DONT_REWRITE: agents import this package before pytest, which would warn about it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pytest_agentorch.run_fixture_decorator import run_fixture

__all__ = ["__version__", "run_fixture"]
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """Return what suites may use; it is imported when somebody does."""
    if name == "run_fixture":
        from pytest_agentorch.run_fixture_decorator import run_fixture

        return run_fixture
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
