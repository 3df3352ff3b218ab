"""Agents are killed at any moment: what a test has covered that has a verdict is never missing."""

from __future__ import annotations

import pytest

from tests.functional.running import Suite
from tests.functional.test_coverage import covered

TESTS = 80

CODE = "".join(
    f"""
def branch_{number}(yes):
    if yes:
        return {number}
    return -{number}
"""
    for number in range(TESTS)
)

SUITE = """
    import os, random, signal, threading, time
    from pathlib import Path
    import pytest
    import code_under_test

    SEED = os.environ["SEED"]

    def die_soon(chance):
        time.sleep(chance.random() * 0.01)
        os.kill(os.getpid(), signal.SIGKILL)

    @pytest.mark.parametrize("n", range(80))
    def test_branch(n):
        chance = random.Random(f"{SEED} {n}")
        mark = Path(f"killed-{n}")
        if chance.random() < 0.12 and not mark.exists():
            mark.touch()
            threading.Thread(target=die_soon, args=(chance,), daemon=True).start()
        assert getattr(code_under_test, f"branch_{n}")(n % 2) == (n if n % 2 else -n)
"""


@pytest.mark.parametrize("start", ["fork", "spawn"])
@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("core", ["ctrace", "pytrace"])
def test_nothing_that_has_a_verdict_is_missing(
    suite: Suite, start: str, seed: int, core: str
) -> None:
    """Each test covers branches that no other one covers."""
    suite.write(code_under_test=CODE, test_branches=SUITE)
    suite.write_text("pytest.ini", "[pytest]\npythonpath = .\n")
    suite.write_text(".coveragerc", f"[run]\nbranch = true\ncore = {core}\n")
    args = ("--agents-cov=code_under_test", f"--agents-start={start}", "-p", "no:timeout")
    ran = suite.agents(2, *args, env={"SEED": str(seed)})
    arcs = covered(ran)["code_under_test.py"]
    passed = [name for name, status in ran.statuses.items() if status == "passed"]
    assert len(passed) > TESTS // 2, str(ran)
    assert list(suite.folder.glob("killed-*")), "no agent was killed"
    for name in passed:
        number = int(name.partition("[")[2].rstrip("]"))
        first = 5 * number + 1
        arc = (first + 1, first + 2 if number % 2 else first + 3)
        assert arc in arcs, f"{name}: {arc}\n{ran}"
