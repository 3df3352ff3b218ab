"""What two runners say of the same tests, side by side."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from pytest_agentorch.model.frozen import Frozen

_AT_MOST = 20


class RunnerResult(Frozen):
    """How a run ended.

    Attributes:
        runner: what ran the tests.
        seconds: how long it took, from the start of the process to its end.
        code: its exit code.
        outcomes: pairs of a node id and what became of that test, in pytest's words.
    """

    runner: str
    seconds: float
    code: int
    outcomes: tuple[tuple[str, str], ...]


class Difference(Frozen):
    """A test of which two runs say different things; empty where one knows nothing of it."""

    node_id: str
    first: str
    second: str


def differences(first: RunnerResult, second: RunnerResult) -> list[Difference]:
    """Return the tests that have not the same outcomes, as often as each, by name."""
    left, right = _by_test(first), _by_test(second)
    return [
        Difference(node_id=test, first=left.get(test, ""), second=right.get(test, ""))
        for test in sorted({*left, *right})
        if left.get(test) != right.get(test)
    ]


def comparison_lines(
    first: RunnerResult, second: RunnerResult, different: Sequence[Difference]
) -> Iterator[str]:
    """Tell how two runs ended, and where they differ."""
    width = max(len(result.runner) for result in (first, second))
    for result in (first, second):
        counts = Counter(outcome for _, outcome in result.outcomes)
        told = ", ".join(f"{count} {outcome}" for outcome, count in sorted(counts.items()))
        yield (
            f"{result.runner:<{width}}  {result.seconds:7.2f} s  exit code {result.code}  "
            f"{told or 'no tests'}"
        )
    if different:
        yield f"{len(different)} tests differ:" if len(different) > 1 else "1 test differs:"
        yield from _table(first.runner, second.runner, different[:_AT_MOST])
    if len(different) > _AT_MOST:
        yield f"and {len(different) - _AT_MOST} more"
    if not different:
        but = "" if first.code == second.code else ", but another exit code"
        yield f"The same outcomes, test by test{but}."


def _table(first: str, second: str, different: Sequence[Difference]) -> Iterator[str]:
    rows = [(one.first or "-", one.second or "-", one.node_id) for one in different]
    table = [(first, second, "test"), *rows]
    widths = [max(len(row[column]) for row in table) for column in (0, 1)]
    for row in table:
        yield f"  {row[0]:<{widths[0]}}  {row[1]:<{widths[1]}}  {row[2]}"


def _by_test(result: RunnerResult) -> Mapping[str, str]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for node_id, outcome in result.outcomes:
        found[node_id].append(outcome)
    return {node_id: ", ".join(sorted(outcomes)) for node_id, outcomes in found.items()}
