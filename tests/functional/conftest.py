"""A suite to write and to run, for each test a new one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.functional.running import Suite
from tests.functional.strict import EVERYWHERE


@pytest.fixture
def suite(
    pytester: pytest.Pytester,
    tmp_path_factory: pytest.TempPathFactory,
    request: pytest.FixtureRequest,
) -> Suite:
    """An empty folder of tests."""
    always = {} if request.node.get_closest_marker("lenient") else EVERYWHERE
    return Suite(Path(pytester.path), tmp_path_factory.mktemp("records"), always)
