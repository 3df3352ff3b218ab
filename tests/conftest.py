"""What all tests share."""

from __future__ import annotations

import pytest

# Their assertions shall tell as much as those of the tests that use them.
pytest.register_assert_rewrite("tests.functional.running")

pytest_plugins = ["pytester"]
