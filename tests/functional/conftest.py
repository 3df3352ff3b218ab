"""A suite to write and to run, for each test a new one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.functional.running import Suite


@pytest.fixture
def suite(pytester: pytest.Pytester, tmp_path_factory: pytest.TempPathFactory) -> Suite:
    """An empty folder of tests."""
    return Suite(Path(pytester.path), tmp_path_factory.mktemp("records"))
