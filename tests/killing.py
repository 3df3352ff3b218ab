"""Kills controllers at random moments, finishes their runs, and looks at what became of them.

    python -m tests.killing --rounds 50 --seed 1

Each round is a run that is killed with SIGKILL, and killed again while it is resumed in every
second round. Then it is finished. All processes must be gone soon after each kill; what the user
was told must be in the log; no test with a verdict there may begin again; and the last run must
tell what one in one process tells.
"""

from __future__ import annotations

import argparse
import random
import re
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from pytest_agentorch.model.errors import SettingsError
from pytest_agentorch.results.run_summary import RunSummary
from pytest_agentorch.storage.earlier_runs import run_to_resume
from tests.functional.running import Ran, Running, Suite

COUNT = 120
SECONDS = 1.0
"""About as long as a run takes to its first tests, and a little more."""
TESTS = """
    import time, pytest

    @pytest.fixture
    def late(n):
        yield
        assert n % 20 != 1

    @pytest.mark.parametrize("n", range(COUNT))
    def test_number(n, late):
        with open("begun.txt", "a") as file:
            file.write(f"test_it.py::test_number[{n}]\\n")
        time.sleep(0.01 * (n % 5))
        if n % 10 == 3:
            pytest.skip("three")
        assert n % 10, f"{n} is round"
"""
_PROGRESS = re.compile(r"^([.FEsxX]+)(?: +\[ *\d+%\])?$", re.MULTILINE)


def write(suite: Suite, count: int = COUNT) -> Suite:
    """Write tests that pass, fail, are skipped, and fail at their teardown."""
    return suite.write(test_it=TESTS.replace("COUNT", str(count)))


def earlier(suite: Suite) -> RunSummary | None:
    """What the log says of the run that would be resumed; None if there is none."""
    try:
        return run_to_resume(suite.folder / ".pytest_cache/d/agentorch/runs", "")
    except SettingsError:
        return None


def kill(suite: Suite, wait: Callable[[Running], None], *options: str) -> Ran:
    """Start a run, kill its controller when the wait is over, and look at what it leaves."""
    with suite.start("--agents=2", "-q", *options) as running:
        wait(running)
        running.signal(signal.SIGKILL)
        ran = running.finish()
    assert not ran.left, str(ran)
    # Errors at the teardown have a letter of their own.
    told = sum(len(line.replace("E", "")) for line in _PROGRESS.findall(ran.out))
    log = earlier(suite)
    is_over = ran.code != -signal.SIGKILL
    assert is_over or told <= (0 if log is None else log.tally.ran), str(ran)
    return ran


def finish(suite: Suite, serial: Ran, *options: str) -> None:
    """Finish the run that was killed, if it had come to its tests; then all must be right."""
    log = earlier(suite)
    if log is None:
        return
    done = {test.node_id for test in log.tests if test.outcome is not None}
    before = Counter(word for word in _begun(suite) if word in done)
    ran = suite.run("--agents=2", "-rfE", "--agents-resume", *options)
    assert ran.counts == serial.counts, str(ran)
    assert ran.code == serial.code
    assert set(ran.summary_lines) == set(serial.summary_lines), str(ran)
    assert before == Counter(word for word in _begun(suite) if word in done), str(ran)
    assert earlier(suite) is None


def _begun(suite: Suite) -> list[str]:
    path = suite.folder / "begun.txt"
    return path.read_text("utf-8").splitlines() if path.exists() else []


def _rounds(count: int, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - moments, no secrets
    kept = Counter[str]()
    with tempfile.TemporaryDirectory(prefix="killing-") as name:
        serial = write(_suite(Path(name), "serial")).run("-rfE")
        for number in range(count):
            suite = write(_suite(Path(name), str(number)))
            start = f"--agents-start={('fork', 'spawn')[number % 2]}"

            def wait(running: Running, suite: Suite = suite) -> None:
                _wait(running, len(_begun(suite)), chance)

            kept["runs"] += 1
            kept["killed"] += kill(suite, wait, start).code == -signal.SIGKILL
            log = earlier(suite)
            if log is not None and number % 4 > 1:
                kept["runs"] += 1
                kept["killed"] += kill(suite, wait, start, "--agents-resume").code < 0
                log = earlier(suite)
            if log is not None:
                kept["resumed"] += 1
                kept["verdicts kept"] += log.tally.ran
                kept["begun without a verdict"] += len({*_begun(suite)}) - log.tally.ran
            finish(suite, serial, start)
            sys.stdout.write(f"{number + 1}: {dict(kept)}\n")
            sys.stdout.flush()


def _wait(running: Running, begun: int, chance: random.Random) -> None:
    """Wait for any moment: now and then one at which no test may have begun."""
    if chance.random() < 0.25:
        time.sleep(chance.uniform(0.0, SECONDS))
    else:
        running.wait_for_words("begun.txt", chance.randint(min(begun + 1, COUNT), COUNT))
        time.sleep(chance.uniform(0.0, 0.1))


def _suite(parent: Path, name: str) -> Suite:
    folder, records = parent / name / "suite", parent / name / "records"
    folder.mkdir(parents=True)
    records.mkdir()
    return Suite(folder, records, {})


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    _rounds(arguments.rounds, arguments.seed)
