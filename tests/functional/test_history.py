"""What a run learns about tests decides what the next one begins with."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping

import pytest

from pytest_agentorch.model.history import History, key_of
from pytest_agentorch.storage import history as storage
from pytest_agentorch.storage.history import HistoryFile
from tests.functional.running import Ran, Suite, assert_same_verdicts

# Each test says when it begins.
CONFTEST = """
    import pathlib
    import pytest

    @pytest.fixture(autouse=True)
    def begun(request):
        with (pathlib.Path(__file__).parent / "begun.txt").open("a") as file:
            file.write(f"{request.node.name}\\n")
"""

FILES = {
    "test_a": "".join(f"def test_{number}(): pass\n" for number in range(3)),
    "test_b": "".join(f"def test_{number}(): pass\n" for number in range(3, 6)),
    "test_c": """
        import os, time

        def test_long(): time.sleep(0.4)

        def test_longer(): time.sleep(0.8)

        def test_fails():
            if "REPAIRED" not in os.environ:
                raise AssertionError
    """,
}
COLLECTED = [*(f"test_{number}" for number in range(6)), "test_long", "test_longer", "test_fails"]


def a_suite(suite: Suite, **files: str) -> Suite:
    """Write tests, the long ones and the one that fails at the end."""
    return suite.write(conftest=CONFTEST, **(files or FILES))


def begun(suite: Suite, *args: str, env: Mapping[str, str] | None = None) -> list[str]:
    """Run on two agents; return which tests began, in this order."""
    path = suite.folder / "begun.txt"
    path.unlink(missing_ok=True)
    ran = suite.agents(2, *args, env=env)
    assert "INTERNALERROR" not in ran.out + ran.err, str(ran)
    return ran.words("begun.txt")


def planned(suite: Suite, *args: str) -> list[str]:
    """In which order tests would be handed out to two agents."""
    ran = suite.run("--agents=2", "--agents-plan", "-v", *args)
    listed = [line.split()[0] for line in ran.lines if line.startswith("  test_")]
    return [name.partition("::")[2] for name in listed]


def history(suite: Suite) -> History:
    """What is known of the suite."""
    return HistoryFile(suite.folder / ".pytest_cache/d/agentorch/history.json").read()


def names(suite: Suite) -> dict[str, float]:
    """How long each known test takes, by the last part of its name."""
    return {key.rpartition("::")[2]: seconds for key, seconds in history(suite).seconds.items()}


def remember(suite: Suite) -> None:
    """Let the suite be known, as if each of its tests had taken exactly so long."""
    path = suite.folder / ".pytest_cache/d/agentorch/history.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    seconds = {"test_long": 0.4, "test_longer": 0.8}
    taken = {
        key_of(f"test_{'abc'[number // 3]}.py::{name}", 0): storage.Ran(
            seconds.get(name, 0.001), failed=name == "test_fails"
        )
        for number, name in enumerate(COLLECTED)
    }
    assert HistoryFile(path).add(taken, time.time())


def test_the_second_run_begins_with_what_failed_and_what_is_long(suite: Suite) -> None:
    """What failed before what is long, that before the rest."""
    a_suite(suite)
    assert planned(suite) == COLLECTED
    # On a machine that is busy a short test may have taken longer than a long one.
    remember(suite)
    second = planned(suite)
    assert second == ["test_fails", "test_longer", "test_long", *COLLECTED[:6]]
    # Two agents share them.
    assert set(begun(suite)) == set(second)


def test_what_passes_again_is_in_its_place_again(suite: Suite) -> None:
    """Only the last verdict counts."""
    a_suite(suite)
    begun(suite)
    assert len(history(suite).failed) == 1
    assert planned(suite)[0] == "test_fails"
    begun(suite, env={"REPAIRED": "1"})
    assert not history(suite).failed
    assert planned(suite)[0] != "test_fails"


def test_the_verdicts_are_those_of_plain_pytest(suite: Suite) -> None:
    """Whatever comes first."""
    a_suite(suite)
    begun(suite)
    serial, agents = suite.serial("-p", "no:cacheprovider"), suite.agents(2)
    assert_same_verdicts(serial, agents)


def test_a_test_is_known_with_its_duration(suite: Suite) -> None:
    """Set-up, call and teardown."""
    ran = a_suite(suite).agents(2)
    known = names(suite)
    assert sorted(known) == sorted(COLLECTED)
    assert known["test_long"] >= 0.4
    assert known["test_longer"] >= 0.8
    for name, seconds in known.items():
        assert ran.test(f"::{name}")["duration"] == pytest.approx(1000 * seconds, abs=1.0)


def test_without_a_cache_nothing_is_kept(suite: Suite) -> None:
    """Each run is the first."""
    a_suite(suite)
    for _ in range(2):
        begun(suite, "-p", "no:cacheprovider")
        assert planned(suite, "-p", "no:cacheprovider") == COLLECTED
    assert not (suite.folder / ".pytest_cache").exists()


@pytest.mark.parametrize("text", ["", "{", '{"format": "of tomorrow"}', "\0"])
def test_a_history_that_cannot_be_read_is_replaced(suite: Suite, text: str) -> None:
    """It is as if there were none."""
    a_suite(suite)
    suite.write_text(".pytest_cache/d/agentorch/history.json", text)
    assert planned(suite) == COLLECTED
    begun(suite)
    assert names(suite).keys() == set(COLLECTED)
    assert planned(suite)[0] == "test_fails"


@pytest.mark.lenient  # pytest warns of it.
def test_a_cache_that_cannot_be_written_is_none(suite: Suite) -> None:
    """The run is as good without."""
    a_suite(suite).write_text("notes.txt", "no folder")
    for _ in range(2):
        ran = suite.agents(2, "-o", "cache_dir=notes.txt/cache")
        assert (ran.counts["passed"], ran.counts["failed"]) == (8, 1), str(ran)
        assert ran.code == 1
        assert not ran.err


SORTED = """
    def pytest_collection_modifyitems(items):
        items.sort(key=lambda item: item.name)
"""


@pytest.mark.parametrize(
    ("option", "order"),
    [
        ("--ff", [COLLECTED[8], *COLLECTED[:8]]),
        ("--nf", [*COLLECTED[6:], *COLLECTED[3:6], *COLLECTED[:3]]),
        ("--sw", COLLECTED),
    ],
)
def test_an_order_that_an_option_asks_for_is_kept(
    suite: Suite, option: str, order: list[str]
) -> None:
    """What failed, the newest file, or the order in which tests were collected."""
    a_suite(suite)
    for age, name in enumerate(reversed(FILES)):
        os.utime(suite.folder / f"{name}.py", (1e9 - age, 1e9 - age))
    begun(suite)
    remember(suite)
    assert planned(suite, option) == order
    assert planned(suite) != order
    assert set(begun(suite, option, env={"REPAIRED": "1"})) == set(order)


def test_an_order_that_a_plugin_has_chosen_is_kept(suite: Suite) -> None:
    """Here a conftest that sorts by name: in its order, too, the longest test is the last."""
    a_suite(suite)
    begun(suite)
    remember(suite)
    suite.write(conftest=CONFTEST + SORTED)
    assert planned(suite) == sorted(COLLECTED)
    assert set(begun(suite)) == set(COLLECTED)


GROUPED = """
    import time
    import pytest

    def test_0(): pass
    def test_1(): pass

    @pytest.mark.xdist_group("g")
    def test_first(): pass

    @pytest.mark.xdist_group("g")
    def test_then(): time.sleep(0.5)
"""


def test_a_group_moves_as_a_whole(suite: Suite) -> None:
    """In its order."""
    a_suite(suite, test_it=GROUPED)
    begun(suite)
    assert planned(suite)[:2] == ["test_first", "test_then"]


def test_files_move_as_a_whole(suite: Suite) -> None:
    """With `--agents-dist=file` tests may lean on those before them in their file."""
    leaning = """
        import time
        state = []
        def test_begin(): state.append(1)
        def test_long(): time.sleep(0.5); state.append(2)
        def test_end(): assert state == [1, 2]
    """
    quick = "def test_0(): pass\ndef test_1(): pass\n"
    a_suite(suite, test_a=quick, test_b=quick, test_c=leaning)
    begun(suite, "--agents-dist=file")
    order = planned(suite, "--agents-dist=file")
    assert order[:3] == ["test_begin", "test_long", "test_end"]
    assert suite.agents(2, "--agents-dist=file").counts == {"passed": 7}


def test_what_ran_before_a_run_ended_early_is_known(suite: Suite) -> None:
    """`-x`: the failure comes first the next time."""
    fails_first = "def test_fails(): assert 0\ndef test_later(): pass\n"
    a_suite(suite, test_a="def test_0(): pass\n", test_b=fails_first)
    suite.agents(1, "-x")
    assert sorted(names(suite)) == ["test_0", "test_fails"]
    assert planned(suite, "-x")[0] == "test_fails"


def test_a_test_that_no_agent_has_finished_teaches_nothing(suite: Suite) -> None:
    """It costs two agents in each run, but no more than that."""
    dies = "import os\ndef test_dies(): os._exit(3)\ndef test_0(): pass\ndef test_1(): pass\n"
    a_suite(suite, test_a=dies)
    begun(suite)
    assert sorted(names(suite)) == ["test_0", "test_1"]
    assert not history(suite).failed


def test_runs_at_the_same_time_lose_nothing(suite: Suite) -> None:
    """Each has run another file."""
    text = "import time\n" + "".join(f"def test_{n}(): time.sleep(0.05)\n" for n in range(5))
    suite.write(test_a=text, test_b=text)
    with (
        suite.start("--agents=2", "test_a.py") as one,
        suite.start("--agents=2", "test_b.py") as two,
    ):
        ran: list[Ran] = [one.finish(), two.finish()]
    assert [each.counts for each in ran] == [{"passed": 5}] * 2
    files = Counter(key.partition("::")[0] for key in history(suite).seconds)
    assert files == {"test_a.py": 5, "test_b.py": 5}


WRITER = """
import sys
from pathlib import Path
from pytest_agentorch.storage import history
from pytest_agentorch.storage.history import HistoryFile, Ran

# However little time each of them gets.
history.PATIENCE_SECONDS = 60.0

for turn in range(20):
    key = f"test_{sys.argv[2]}.py::test_{turn}"
    assert HistoryFile(Path(sys.argv[1])).add({key: Ran(1.0, failed=turn % 2 == 0)}, 1.7e9)
"""


def test_processes_that_write_at_the_same_time_lose_nothing(suite: Suite) -> None:
    """Three of them, twenty times each."""
    path = suite.folder / "history.json"
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(path), str(number)])
        for number in range(3)
    ]
    assert [writer.wait(60) for writer in writers] == [0, 0, 0]
    known = HistoryFile(path).read()
    assert len(known.seconds) == 60
    assert len(known.failed) == 30


def test_the_plan_says_how_long_it_will_take(suite: Suite) -> None:
    """Once that is known."""
    a_suite(suite)
    assert " about " not in suite.run("--agents=2", "--agents-plan").out
    remember(suite)
    (row,) = [
        line for line in suite.run("--agents=2", "--agents-plan").lines if line.startswith("1 unit")
    ]
    assert row.endswith(" about 0.80s")
    # What failed, what is long, and the rest in collected order.
    assert planned(suite) == ["test_fails", "test_longer", "test_long", *COLLECTED[:6]]
