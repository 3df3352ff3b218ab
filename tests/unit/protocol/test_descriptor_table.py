"""The table of tests gives back what was put into it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_agentorch.model.test import TestDescriptor
from pytest_agentorch.protocol.descriptor_table import dump_tests, load_tests
from tests.unit.orchestration.plans import a_test, some_tests
from tests.unit.protocol.messages import of_type


@given(st.lists(of_type(TestDescriptor), max_size=4).map(tuple))
def test_tests_come_back_as_they_were(tests: tuple[TestDescriptor, ...]) -> None:
    """Whatever their names hold, and however much they share."""
    assert load_tests(dump_tests(tests * 2)) == tests * 2


def test_what_many_tests_share_is_there_once() -> None:
    """A table of many tests of a file names the file once for each of its fields."""
    table = dump_tests([a_test(number, path="a_file.py", node_id="x") for number in range(100)])
    assert table.count("/project/a_file.py") == 1
    tests = load_tests(table)
    assert tests[0].classification is tests[99].classification


@pytest.mark.parametrize("table", ["", "[]", "{}", "[[[],null]]"])
def test_what_is_no_table_is_refused(table: str) -> None:
    """It is not taken for a run without tests."""
    with pytest.raises((ValueError, TypeError)):
        load_tests(table)


def test_a_column_that_is_too_short_is_refused() -> None:
    """Rows are never completed from their neighbours."""
    columns = json.loads(dump_tests(some_tests(2)))
    columns[0][0].pop()
    with pytest.raises(ValueError, match="different lengths"):
        load_tests(json.dumps(columns))
