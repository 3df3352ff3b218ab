"""Options of xdist and what is written instead."""

from __future__ import annotations

import pytest

from pytest_agentorch.migration.edit import edited
from pytest_agentorch.migration.note import Kind, Note
from pytest_agentorch.migration.option import leftovers, translate
from pytest_agentorch.migration.region import regions


def translated(text: str) -> tuple[str, list[Note], bool]:
    """A text with the options of this project, what is said about it, and whether some are left."""
    found = [translate(text, region) for region in regions(text)]
    edits = [edit for one in found for edit in one.edits]
    notes = [note for one in found for note in one.notes]
    return edited(text, edits), notes, any(one.is_left for one in found)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("-n auto", "--agents=auto"),
        ("-n=auto -q", "--agents=auto -q"),
        ("-nlogical", "--agents=logical"),
        ("-n0", "--agents=0"),
        ("--numprocesses=4", "--agents=4"),
        ("--numprocesses 4 tests", "--agents=4 tests"),
        ("-n 8 --maxprocesses=4", "--agents=4"),
        ("--maxprocesses 8 -n 4", "--agents=4"),
        ("-n 0 --maxprocesses=4", "--agents=0"),
        ("-n auto --dist loadfile", "--agents=auto --agents-dist=file"),
        ("-n auto --dist=loadscope", "--agents=auto --agents-dist=scope"),
        ("-n auto --dist=loadgroup", "--agents=auto --agents-dist=group"),
        ("-n 2 --dist=each", "--agents=2 --agents-dist=each"),
        ("-n auto --dist load", "--agents=auto"),
        ("--dist=worksteal -n auto", "--agents=auto"),
        ("-d --dist no -n 3", "--agents=3"),
        ("--tx 3*popen -d", "--agents=3"),
        ("--tx=3*popen -n 2", "--agents=2"),
        ("-p xdist -n 2", "-p pytest_agentorch.plugin --agents=2"),
        ("-p xdist.plugin -p no:xdist", "-p pytest_agentorch.plugin -p no:xdist"),
        ("--workers 4", "--agents=4"),
        ("--workers=auto --tests-per-worker=2", "--agents=auto"),
        ("-q --splits 3 --group 1 -k 'n auto'", "-q --splits 3 --group 1 -k 'n auto'"),
        ("--name n 4 --dist-x load tests/-n 4", "--name n 4 --dist-x load tests/-n 4"),
    ],
)
def test_options_are_translated(before: str, after: str) -> None:
    """As docs/coming-from-xdist.md says."""
    assert translated(f"pytest {before}")[0] == f"pytest {after}"
    assert (
        translated(f"addopts =\n    -ra {before}\nx = 1")[0] == f"addopts =\n    -ra {after}\nx = 1"
    )
    words = ", ".join(f'"{word}"' for word in before.split())
    in_list, _, _ = translated(f'["pytest", {words}]')
    assert in_list.replace('", "', " ").strip('[]"') == f"pytest {after}"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("-n $N", "--agents=$N"),
        ('-n "$N" -q', '--agents="$N" -q'),
        ("-n ${N:-4}", "--agents=${N:-4}"),
        ("-n$(nproc)", "--agents=$(nproc)"),
        ("-n $$(nproc)", "--agents=$$(nproc)"),
        ("-n ${{ matrix.n }}", "--agents=${{ matrix.n }}"),
        ("-n {env:N:auto}", "--agents={env:N:auto}"),
        ("-n %N%", "--agents=%N%"),
        ("-n auto --maxprocesses=4", "--agents=4"),
    ],
)
def test_what_may_differ_is_noted(before: str, after: str) -> None:
    """A value that is not known here, and a limit that is a number now."""
    text, notes, _ = translated(f"pytest {before}")
    assert text == f"pytest {after}"
    assert [note.kind for note in notes] == [Kind.RISK]


def test_a_computed_value_stays_an_expression() -> None:
    """Only the name of the option is another."""
    text, notes, _ = translated('run("pytest", "-n", str(n), "-x")')
    assert text == 'run("pytest", "--agents", str(n), "-x")'
    assert [note.kind for note in notes] == [Kind.RISK]


@pytest.mark.parametrize(
    "option",
    [
        *("--max-worker-restart=0", '--max-worker-restart "$N"', "--max-slave-restart 4"),
        "--maxschedchunk=1",
        *("--no-loadscope-reorder", "--testrunuid=x", "--tests-per-worker auto"),
        "--maxprocesses=4",
    ],
)
def test_what_means_nothing_goes_and_is_told(option: str) -> None:
    """With the line and the words."""
    text, notes, left = translated(f"\npytest {option} -q")
    assert text == "\npytest -q"
    assert [(note.kind, note.line, note.what) for note in notes] == [(Kind.LOST, 2, option)]
    assert not left


@pytest.mark.parametrize(
    "option",
    [
        *("--tx ssh=host//chdir=x", "--tx 2*popen//python=python3.9", "--px id=a", "-f"),
        *('--tx "$N"*popen//python=python3', "--tx '2*popen//chdir=a b'"),
        *("--rsyncdir=src", "--rsyncignore x", "--looponfail", "-p xdist.looponfail"),
    ],
)
def test_what_cannot_be_is_left_to_xdist(option: str) -> None:
    """The whole command: half of it would be refused."""
    command = f"pytest -n 4 {option} --dist load"
    text, notes, left = translated(command)
    assert text == command
    assert left
    assert [(note.kind, note.what) for note in notes] == [(Kind.LOST, option)]


def test_what_is_not_understood_is_noted() -> None:
    """It is left, and all else is translated."""
    text, notes, _ = translated('run("pytest", "-n", n, "--dist", HOW, "--maxprocesses", str(m))')
    assert text == 'run("pytest", "--agents", n, "--dist", HOW, "--maxprocesses", str(m))'
    by_hand = [note.what for note in notes if note.kind is Kind.BY_HAND]
    assert by_hand == ["--dist", "--maxprocesses"]


def test_what_looks_like_xdist_elsewhere_is_noted() -> None:
    """Options may be kept in a variable of any name; comments are none."""
    text = 'ARGS = -n auto\n# -n auto\nargs = ["-n", "auto", "--dist=loadfile"]\npytest -n auto\n'
    notes = list(leftovers(text, regions(text)))
    assert [(note.kind, note.line) for note in notes] == [
        (Kind.BY_HAND, 1),
        (Kind.BY_HAND, 3),
        (Kind.BY_HAND, 3),
    ]


@pytest.mark.parametrize(
    "text", ["args: [-n, auto]", "args: [-n, 'auto']", 'args = ["-n", "auto"]']
)
def test_options_in_a_list_of_words_are_noted(text: str) -> None:
    """With and without quotes, as hooks of pre-commit have them."""
    assert [note.kind for note in leftovers(text, regions(text))] == [Kind.BY_HAND]
