"""Renewal: what a plugin has connected for one worker is connected anew in each forked agent."""

from __future__ import annotations

from typing import Any

import pytest

_ARGUMENTS = ("sock_port", "statusdb_token")
"""What pytest-rerunfailures sends its workers: older versions have no token."""


def connections(config: pytest.Config) -> tuple[Any, ...]:
    """Return the sockets that agents will not share, since each renews them."""
    database = _reruns(config)
    return () if database is None else (database.sock,)


def renew(config: pytest.Config) -> None:
    """Connect again with what this agent's `workerinput` says."""
    database = _reruns(config)
    if database is None:
        return
    given: dict[str, Any] = config.workerinput  # type: ignore[attr-defined]
    # Only this process's end: the others go on with theirs.
    database.sock.close()
    fresh = type(database)(*(given[key] for key in _ARGUMENTS if key in given))
    config.failures_db = fresh  # type: ignore[attr-defined]


def _reruns(config: pytest.Config) -> Any:
    """Where pytest-rerunfailures counts for all workers, None if it does not."""
    database = getattr(config, "failures_db", None)
    return database if type(database).__name__ == "ClientStatusDB" else None
