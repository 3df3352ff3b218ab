"""The wall time that nobody can beat."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from benchmarks.limit import limit_seconds, read_longest_test_seconds

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@pytest.mark.parametrize(
    ("changes", "limit"),
    [
        pytest.param({}, 6, id="work is shared"),
        pytest.param({"agents": 8}, 6, id="by as many as there are CPUs"),
        pytest.param({"cpus": 8}, 6, id="by as many as there are agents"),
        pytest.param({"cpus": 1.6, "agents": 8}, 7, id="by parts of CPUs"),
        pytest.param({"sleep": 8, "agents": 8}, 3, id="sleep is shared by all agents"),
        pytest.param({"sleep": 4, "agents": 4}, 5, id="work and sleep add up"),
        pytest.param({"longest": 7}, 9, id="the longest test is not shared"),
        pytest.param({"longest": 4}, 6, id="a long test beside others costs nothing"),
        pytest.param({"serial": 3, "sleep": 4, "agents": 4}, 3, id="sleep beside work"),
        pytest.param({"serial": 1}, 2, id="no less than collection"),
        pytest.param({"serial": 10.8, "collection": 3.3}, 7.05, id="tiny as first measured"),
    ],
)
def test_the_limit(changes: Mapping[str, float], limit: float) -> None:
    """One collection, then the shared rest or the longest test."""
    usual = {"serial": 10, "collection": 2, "sleep": 0, "longest": 0, "agents": 2, "cpus": 2}
    given = {**usual, **changes}
    found = limit_seconds(
        serial_seconds=given["serial"],
        collection_seconds=given["collection"],
        sleep_seconds=given["sleep"],
        longest_test_seconds=given["longest"],
        agents=int(given["agents"]),
        cpus=given["cpus"],
    )
    assert found == pytest.approx(limit)


def test_the_longest_test_is_read_from_the_junit_file(tmp_path: Path) -> None:
    """In whichever suite and place it stands."""
    file = tmp_path / "junit.xml"
    cases = "".join(f'<testcase time="{each}" />' for each in ("0.5", "12.25", "3"))
    file.write_text(f"<testsuites><testsuite>{cases}<testcase /></testsuite></testsuites>")
    assert read_longest_test_seconds(file) == 12.25


@pytest.mark.parametrize("text", ["", "<testsuites><testsuite>", "<testsuites />"])
def test_a_file_without_tests_has_no_longest(tmp_path: Path, text: str) -> None:
    """A run that crashed leaves such files, or none."""
    file = tmp_path / "junit.xml"
    file.write_text(text)
    assert read_longest_test_seconds(file) == 0
    assert read_longest_test_seconds(tmp_path / "absent.xml") == 0
