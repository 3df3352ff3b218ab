"""The fixtures that suites know from pytest-xdist; registered where it does not bring them."""

from __future__ import annotations

import uuid
from typing import Any

import pytest


@pytest.fixture(scope="session")
def worker_id(request: pytest.FixtureRequest) -> str:
    """The slot of this agent (`gw0`, `gw1`, ...); `master` without agents."""
    return str(_workerinput(request).get("workerid", "master"))


@pytest.fixture(scope="session")
def testrun_uid(request: pytest.FixtureRequest) -> str:
    """The id of this run, the same in every agent."""
    return str(_workerinput(request).get("testrunuid") or uuid.uuid4().hex)


def _workerinput(request: pytest.FixtureRequest) -> dict[str, Any]:
    found: dict[str, Any] = getattr(request.config, "workerinput", {})
    return found
