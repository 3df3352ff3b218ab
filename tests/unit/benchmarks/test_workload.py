"""What `benchmarks.workloads` writes: the same bytes for all, and as much as its name says."""

from __future__ import annotations

import ast
import hashlib
import re
from typing import TYPE_CHECKING

import pytest

from benchmarks import workload
from benchmarks.long_tests import skewed_durations
from benchmarks.workloads import WORKLOADS

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.workload import Files

# Of all files at a tenth of the size. Whoever changes one makes older figures incomparable.
DIGESTS = {
    "one": "fbc5dbe5a41b867a",
    "tiny": "3f15d1b76f228154",
    "huge": "f409e7cbed1a2c6a",
    "collect_heavy": "8bdc7174e395490c",
    "skewed": "4b1a291de18a2427",
    "skewed_cpu": "6e4c3c926ac9de3f",
    "crashy": "a36d558ee0ebe64c",
    "crashes": "bbcf0bb04f54e339",
    "hang": "749feecf9a3f9bda",
    "phases": "1ed2fe1512080cba",
    "memory": "70787bbf62fcd008",
    "failing": "f122e47c9e99d180",
    "output": "9bedbdcc4ba68f6d",
    "session_fixture": "cb37c2e420e6f7ed",
    "nondeterministic": "6f531c0f61d4c948",
}


def test_the_digests_are_those_of_all_workloads() -> None:
    """A new workload has its digest, so that the next test sees it."""
    assert list(DIGESTS) == list(WORKLOADS)


@pytest.mark.parametrize("name", WORKLOADS)
def test_a_workload_is_the_same_bytes_everywhere(name: str) -> None:
    """Neither Python's version nor the hash seed of this process changes a byte."""
    digest = hashlib.sha256()
    for path, text in sorted(WORKLOADS[name].files(0.1).items()):
        digest.update(f"{path}\0{text}\0".encode())
    assert digest.hexdigest()[:16] == DIGESTS[name]


@pytest.mark.parametrize("scale", [0.001, 1])
@pytest.mark.parametrize("name", WORKLOADS)
def test_every_file_is_python_below_its_own_root(name: str, scale: float) -> None:
    """A suite has an ini file, so that no folder above it is taken for the root."""
    files = WORKLOADS[name].files(scale)
    assert files["pytest.ini"].startswith("[pytest]\n")
    for path, text in files.items():
        if path.endswith(".py"):
            ast.parse(text, path)


@pytest.mark.parametrize(
    ("name", "tests"),
    [
        ("one", 1),
        ("tiny", 10_000),
        ("collect_heavy", 2_000),
        ("skewed", 200),
        ("skewed_cpu", 200),
        ("crashy", 500),
        ("hang", 100),
        ("phases", 225),
        ("memory", 50),
        ("failing", 5_000),
        ("output", 2_000),
        ("session_fixture", 400),
    ],
)
def test_the_size_is_what_the_summary_tells(name: str, tests: int) -> None:
    """Counted as functions; where they are parametrized there is another test."""
    assert len(re.findall(r"^def test_", _text(WORKLOADS[name].files(1)), re.MULTILINE)) == tests


@pytest.mark.parametrize(("name", "files"), [("huge", 500), ("nondeterministic", 10)])
def test_parametrized_workloads_have_their_files(name: str, files: int) -> None:
    """Each of them holds one parametrized test."""
    text = _text(WORKLOADS[name].files(1))
    assert text.count("@pytest.mark.parametrize") == files


def test_a_tenth_of_the_scale_is_a_tenth_of_the_tests() -> None:
    """What is scaled is the number of files; one is the least."""
    tiny = WORKLOADS["tiny"].files
    assert [len(tiny(scale)) - 1 for scale in (1, 0.1, 0.0001)] == [100, 10, 1]


@pytest.mark.parametrize("scale", [0.1, 1])
@pytest.mark.parametrize("name", ["skewed", "crashy", "phases", "memory", "session_fixture"])
def test_the_sleep_is_what_the_tests_sleep(name: str, scale: float) -> None:
    """The limit counts it apart, so it has to be the sum of what is written."""
    text = _text(WORKLOADS[name].files(scale))
    seconds = [float(each) for each in re.findall(r"time\.sleep\(([\d.]+)\)", text)]
    # Of `memory` the tests call the only function that sleeps.
    times = 5 if name == "memory" else 1
    assert WORKLOADS[name].sleep_seconds(scale) == pytest.approx(times * sum(seconds), rel=2e-3)


def test_the_long_tests_of_skewed_come_last() -> None:
    """A runner without durations starts them when the others are done."""
    durations = skewed_durations()
    assert sum(durations) == pytest.approx(60)
    assert durations[-3:] == [5, 6, 7]
    assert max(durations[:-3]) < 5


def test_ten_tests_of_crashy_end_their_process() -> None:
    """In each of the four ways."""
    text = _text(WORKLOADS["crashy"].files(1))
    ways = (r"_exit\(3\)", r"abort\(\)", r"string_at\(0\)", r"kill\(os\.getpid\(\), 9\)")
    assert [len(re.findall(way, text)) for way in ways] == [3, 3, 2, 2]


@pytest.mark.parametrize("scale", [0.1, 1])
def test_hang_has_a_deadlock_and_an_endless_loop(scale: float) -> None:
    """In different files, so that two agents meet one each."""
    files = WORKLOADS["hang"].files(scale)
    stuck = {name for name, text in files.items() if "acquire" in text}
    busy = {name for name, text in files.items() if "while True" in text}
    assert len(stuck) == len(busy) == 1
    assert stuck != busy


def test_writing_leaves_nothing_of_an_older_suite(tmp_path: Path) -> None:
    """A file of a larger scale would be collected, too."""
    tiny = WORKLOADS["tiny"]
    workload.write(tiny, scale=0.05, folder=tmp_path / "suite")
    workload.write(tiny, scale=0.01, folder=tmp_path / "suite")
    written = {path.name: path.read_bytes() for path in (tmp_path / "suite").iterdir()}
    assert written == {name: text.encode() for name, text in tiny.files(0.01).items()}


def _text(files: Files) -> str:
    return "\n".join(text for name, text in files.items() if name.endswith(".py"))
