"""What a run that is finished later has from its first part. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping

from pytest_agentorch.model.event import TestsAdvanced
from pytest_agentorch.model.frozen import Frozen
from pytest_agentorch.model.history import TestKey, key_of
from pytest_agentorch.model.ids import PhaseName, RunId, TestId
from pytest_agentorch.model.selection import Selection
from pytest_agentorch.model.settings import Rerun
from pytest_agentorch.results.result import TestResult
from pytest_agentorch.results.run_summary import RunSummary


class Resumption(Frozen):
    """How an earlier run goes on in this one.

    Attributes:
        run: the earlier one.
        kept: the tests of this run that have a verdict from there.
        advanced: those that plugins have wanted to run in another phase there.
        gone: node ids of tests of that run that are not in this one.
    """

    run: RunId
    kept: Mapping[TestId, TestResult]
    advanced: Mapping[TestId, TestsAdvanced]
    gone: tuple[str, ...]

    @property
    def verdicts(self) -> Mapping[TestId, bool]:
        """Which tests are kept, and whether they have failed."""
        kept = self.kept.items()
        return {t: result.outcome is not None and result.outcome.is_bad for t, result in kept}


def is_complete(earlier: RunSummary) -> bool:
    """Whether a run came to its end, and nothing is missing."""
    return earlier.reason is not None and not earlier.not_run


def resumption(
    earlier: RunSummary, tests: Iterable[TestKey], phases: Collection[PhaseName] = ()
) -> Resumption:
    """Find the tests of an earlier run in this one.

    Args:
        earlier: the run.
        tests: the names of the tests of this run, in the order of its plan.
        phases: those of this run.
    """
    before = dict(zip(_numbered(map(_key, earlier.tests)), earlier.tests, strict=True))
    here = {name: TestId(position) for position, name in enumerate(_numbered(tests))}
    both = {test: before[name] for name, test in here.items() if name in before}
    return Resumption(
        run=earlier.run,
        kept={test: result for test, result in both.items() if result.outcome is not None},
        advanced={
            test: result.advanced
            for test, result in both.items()
            if result.advanced is not None and result.phase in phases
        },
        gone=tuple(result.node_id for name, result in before.items() if name not in here),
    )


def selection(earlier: RunSummary, rerun: Rerun) -> Selection:
    """Choose tests by what became of them in an earlier run."""
    match rerun:
        case Rerun.FAILED:
            chosen = [r for r in earlier.tests if r.outcome is not None and r.outcome.is_bad]
        case Rerun.UNFINISHED:
            chosen = list(earlier.not_run)
        case Rerun.NEW:
            chosen = list(earlier.tests)
    keys = dict.fromkeys(map(_key, chosen))
    return Selection(tests=tuple(keys), others=rerun is Rerun.NEW)


def _key(result: TestResult) -> TestKey:
    return key_of(result.node_id, result.planned.occurrence)


def _numbered(keys: Iterable[TestKey]) -> list[tuple[TestKey, int]]:
    """Tell the copies of a test apart: with `--agents-dist=each` every agent has one."""
    seen: Counter[TestKey] = Counter()
    names = []
    for key in keys:
        names.append((key, seen[key]))
        seen[key] += 1
    return names
