"""The strictest settings find nothing to complain about in a run with agents."""

from __future__ import annotations

import pytest

from tests.functional.running import Suite

SUITE = """
    import pytest

    @pytest.mark.parametrize("n", range(4))
    def test_it(n, tmp_path): pass

    def test_fails(): assert 0

    @pytest.mark.phase("e2e")
    def test_late(): pass
"""
STRICT = {"PYTHONDEVMODE": "1", "PYTHONWARNINGS": "error", "PYTHONFAULTHANDLER": "1"}


@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_a_run_in_development_mode_has_no_warning_of_ours(suite: Suite, start: str) -> None:
    """`-W error`, `PYTHONDEVMODE=1`: no unclosed file, no deprecated call, a clean stderr."""
    suite.write(test_it=SUITE)
    args = ["-W", "error", "--strict-markers", "--strict-config"]
    ran = suite.agents(2, *args, f"--agents-start={start}", env=STRICT)
    assert ran.code == 1, str(ran)
    assert ran.counts == {"passed": 5, "failed": 1}
    assert ran.err == ""
    for log in (ran.run_directories[-1] / "logs").iterdir():
        assert "Warning" not in log.read_text("utf-8"), log.name


@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_a_crash_in_development_mode_has_no_warning_of_ours(suite: Suite, start: str) -> None:
    """Replacing an agent leaves nothing unclosed either."""
    suite.write(test_it="import os\ndef test_1(): pass\ndef test_2(): os._exit(1)\n")
    ran = suite.agents(2, "-W", "error", f"--agents-start={start}", env=STRICT)
    assert ran.code == 1, str(ran)
    assert ran.counts == {"passed": 1, "failed": 1}
    assert ran.err == ""


@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_warnings_as_errors_beside_hypothesis(suite: Suite, start: str) -> None:
    """`filterwarnings = error` with the hypothesis plugin: no warning of ours, its tests pass."""
    suite.write(
        test_it="""
        from hypothesis import given, strategies as st

        @given(st.integers())
        def test_it(n): assert n == n
        """
    )
    suite.write_text("pytest.ini", "[pytest]\nfilterwarnings = error\n")
    ran = suite.agents(2, f"--agents-start={start}", env={"PYTEST_ADDOPTS": ""})
    assert ran.code == 0, str(ran)
    assert ran.ours["start"] == start
    assert ran.counts == {"passed": 1}
    assert ran.err == ""


def test_asserts_are_ours_to_keep(suite: Suite) -> None:
    """`python -O`: the run works without `assert` statements of the package."""
    suite.write(test_it="def test_it(): pass")
    with suite.start("--agents=1", python=["-O"]) as running:
        ran = running.finish()
    assert ran.code == 0, str(ran)
    assert ran.counts["passed"] == 1
