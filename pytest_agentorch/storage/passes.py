"""What has passed, and what that depended on: a file in pytest's cache that all runs share."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from json import JSONDecoder, JSONEncoder
from pathlib import Path
from typing import Any

from pytest_agentorch.model.errors import AgentorchError
from pytest_agentorch.model.frozen import Frozen, replace
from pytest_agentorch.model.history import TestKey
from pytest_agentorch.model.ids import RunId
from pytest_agentorch.model.reuse import Pass
from pytest_agentorch.storage.file_lock import PATIENCE_SECONDS, locked
from pytest_agentorch.storage.whole_file import write_whole

# Bound here: conftests may change `json`.
_to_json = JSONEncoder(separators=(",", ":")).encode
_from_json = JSONDecoder().decode

MOST_TESTS = 200_000
KEPT_DAYS = 60
"""A test that has passed so long ago runs again."""
_FORMAT = "pytest-agentorch passes 2"
_DAY_SECONDS = 86_400


class PassesError(AgentorchError):
    """The file is damaged."""


class Passes(Frozen):
    """What is known.

    Attributes:
        tests: those that have passed.
        days: when.
        seen: digests of what agents of a run have read and loaded besides, by names of files.
        by_name: names of files of the project that have been loaded in no other way.
    """

    tests: Mapping[TestKey, Pass]
    days: Mapping[TestKey, int]
    seen: Mapping[RunId, Mapping[str, str]]
    by_name: frozenset[str] = frozenset()


NOTHING = Passes(tests={}, days={}, seen={})


class Finding(Frozen):
    """What a run has found out.

    Attributes:
        run: which.
        passed: the fingerprints of tests that have passed.
        others: tests of which nothing is to be remembered.
        seen: of its agents, as of `Passes`.
        by_name: as of `Passes`.
    """

    run: RunId
    passed: Mapping[TestKey, str]
    others: Collection[TestKey]
    seen: Mapping[str, str]
    by_name: frozenset[str]


class PassFile:
    """The file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self, now: float) -> Passes:
        """Return what is known and not too old.

        Raises:
            PassesError: the file is damaged.
        """
        try:
            text = self._path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return NOTHING
        except (OSError, ValueError) as error:
            raise PassesError(f"{self._path} cannot be read: {error}") from error
        try:
            return _young(_decoded(_from_json(text)), now)
        except (
            ValueError,
            KeyError,
            TypeError,
            IndexError,
            AttributeError,
            RecursionError,
        ) as error:
            raise PassesError(f"{self._path} is damaged") from error

    def add(self, finding: Finding, now: float) -> bool:
        """Add a run to what others have written meanwhile; say whether that was possible."""
        try:
            with locked(self._path.with_suffix(".lock"), PATIENCE_SECONDS):
                try:
                    known = self.read(now)
                except PassesError:
                    known = NOTHING
                write_whole(self._path, _to_json(_encoded(_with(known, finding, now))))
        except Exception:  # noqa: BLE001 - a run must not fail for what only helps the next
            return False
        return True


def _with(known: Passes, finding: Finding, now: float) -> Passes:
    gone = {*finding.passed, *finding.others}
    tests = {key: one for key, one in known.tests.items() if key not in gone}
    for key, fingerprint in finding.passed.items():
        tests[key] = Pass(fingerprint=fingerprint, run=finding.run)
    # The latest are the last.
    tests = dict([*tests.items()][-MOST_TESTS:])
    today = int(now // _DAY_SECONDS)
    days = {key: today if key in finding.passed else known.days[key] for key in tests}
    runs = {one.run for one in tests.values()}
    seen = {run: some for run, some in known.seen.items() if run in runs}
    if finding.run in runs:
        seen[finding.run] = finding.seen
    by_name = known.by_name | finding.by_name
    return Passes(tests=tests, days=days, seen=seen, by_name=by_name)


def _young(passes: Passes, now: float) -> Passes:
    oldest = now // _DAY_SECONDS - KEPT_DAYS
    days = {key: day for key, day in passes.days.items() if day >= oldest}
    return replace(passes, tests={key: passes.tests[key] for key in days}, days=days)


def _encoded(passes: Passes) -> dict[str, Any]:
    """One column per fact; what repeats is in a table of its own."""
    ways = {one: place for place, one in enumerate(dict.fromkeys(passes.tests.values()))}
    pairs = (pair for some in passes.seen.values() for pair in some.items())
    files = {pair: place for place, pair in enumerate(dict.fromkeys(pairs))}
    return {
        "format": _FORMAT,
        "ways": [[one.fingerprint, one.run] for one in ways],
        "tests": list(passes.tests),
        "way": [ways[one] for one in passes.tests.values()],
        "days": list(passes.days.values()),
        "files": list(files),
        "seen": {run: [files[one] for one in some.items()] for run, some in passes.seen.items()},
        "by_name": sorted(passes.by_name),
    }


def _decoded(data: Any) -> Passes:
    if data["format"] != _FORMAT:
        return NOTHING
    ways = [Pass(fingerprint=_text(one), run=RunId(_text(run))) for one, run in data["ways"]]
    keys = [TestKey(_text(key)) for key in data["tests"]]
    files = [(_text(name), _text(digest)) for name, digest in data["files"]]
    seen = {RunId(run): dict(files[one] for one in some) for run, some in data["seen"].items()}
    if not {one.run for one in ways} <= seen.keys():
        raise ValueError("of a run nobody knows what it has seen")
    return Passes(
        tests=dict(zip(keys, (ways[place] for place in data["way"]), strict=True)),
        days=dict(zip(keys, map(int, data["days"]), strict=True)),
        seen=seen,
        by_name=frozenset(map(_text, data["by_name"])),
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value
