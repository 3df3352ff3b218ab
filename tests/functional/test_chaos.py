"""Chaos: random suites on agents that die. `python -m tests.chaos` plays more rounds of it."""

from __future__ import annotations

import dataclasses
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.chaos.__main__ import main
from tests.chaos.blow import Kind
from tests.chaos.diary import Diary, Entry
from tests.chaos.misdeed import MISDEEDS
from tests.chaos.round import Played, Setting, lay_out, make_round, play
from tests.chaos.verification import complaints

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="agents are forked on Linux only")

EVERYTHING = frozenset([*(m.name for m in MISDEEDS), *(kind.value for kind in Kind)])
PEACE = Setting(start="fork", agents=1, tests=60, without=EVERYTHING)
# An agent that is stopped between two tests has no time-out: nobody notices.
SETTING = Setting(agents=2, tests=120)
_TOLD = re.compile(r"(test_\w\.py::\S+) (PASSED|FAILED|ERROR|SKIPPED|XFAIL|XPASS)")
_WORDS = {"XFAIL": "xfailed", "XPASS": "xpassed"}


@pytest.mark.parametrize("seed", range(20))
def test_chaos_ends_with_a_true_verdict_for_every_test(seed: int, tmp_path: Path) -> None:
    """Tests crash, hang and freeze, agents and the zygote are killed; even seeds fork."""
    assert complaints(play(make_round(seed, SETTING), tmp_path)) == []


@pytest.mark.parametrize("seed", range(4))
def test_chaos_that_a_signal_ends_is_told_of(seed: int, tmp_path: Path) -> None:
    """Ctrl-C or SIGTERM at a random moment: exit code 2, all reports, and nothing is left."""
    setting = dataclasses.replace(SETTING, interrupts=True)
    assert complaints(play(make_round(seed, setting), tmp_path)) == []


def test_the_verdicts_of_a_random_suite_are_those_of_plain_pytest(tmp_path: Path) -> None:
    """As long as nobody misbehaves."""
    written = make_round(1, dataclasses.replace(PEACE, tests=200)).suite
    ran = lay_out(written, tmp_path).serial("-v", "-p", "no:agentorch")
    told = [found for line in ran.lines if (found := _TOLD.match(line))]
    # A test that passes, and whose teardown does not, is told of twice.
    words = {line[1]: _WORDS.get(line[2], line[2].lower()) for line in told}
    assert words == {name: next(iter(verdicts)) for name, verdicts in written.verdicts.items()}


def test_a_seed_is_always_the_same_round() -> None:
    """So that what was wrong can be played again; and another seed is another round."""
    assert make_round(7, SETTING) == make_round(7, SETTING)
    assert make_round(7, SETTING).suite.files != make_round(8, SETTING).suite.files


def test_the_command_plays_rounds_and_keeps_nothing_if_all_is_well(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It tells the figures by the way agents start."""
    without = [f"--without={name}" for name in EVERYTHING]
    assert main(["--rounds=2", "--tests=40", *without, f"--work={tmp_path}"]) == 0
    out = capsys.readouterr().out
    figures = r"1 rounds, \d+ tests, 0 misdeeds, 0 blows, 0 wrong"
    assert re.search(rf"\nfork: {figures}\nspawn: {figures}\n$", out)
    assert list(tmp_path.iterdir()) == []


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    """A round in which nothing happens."""
    return play(make_round(1, PEACE), tmp_path_factory.mktemp("round"))


def with_ran(played: Played, **changes: Any) -> Played:
    """The round if something else had come out."""
    assert played.ran is not None
    return dataclasses.replace(played, ran=dataclasses.replace(played.ran, **changes))


def with_verdict(played: Played, verdict: str) -> Played:
    """The round if all tests should have had this verdict."""
    verdicts = dict.fromkeys(played.round.suite.verdicts, frozenset({verdict}))
    suite = dataclasses.replace(played.round.suite, verdicts=verdicts)
    return dataclasses.replace(played, round=dataclasses.replace(played.round, suite=suite))


def test_what_is_wrong_is_found(played: Played) -> None:
    """The verification can fail."""
    assert complaints(played) == []
    assert complaints(dataclasses.replace(played, ran=None)) == ["it did not end"]
    assert complaints(with_ran(played, code=3)) == ["the exit code is 3, not [1]"]
    assert complaints(with_ran(played, left=["7: sleep"])) == ["a process is left: 7: sleep"]
    assert any(
        "passed, not xfailed" in line for line in complaints(with_verdict(played, "xfailed"))
    )
    twice = Diary({1: [Entry(name, ended=True) for name in played.round.suite.verdicts] * 2})
    found = complaints(dataclasses.replace(played, diary=twice))
    assert len(found) == len(played.round.suite.verdicts)
    assert all("was begun 2 times, and cost 0 agents" in line for line in found)
