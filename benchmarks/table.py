"""Table: comparisons as Markdown, for a person or a pull request."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from benchmarks.comparison import Comparison
    from benchmarks.junit import Difference
    from benchmarks.known import KnownDifferences
    from benchmarks.run import Run

HEAD = (
    "| suite | runs | tests | same | different | exit codes | wall s | processes left |",
    "|---|---|--:|--:|--:|---|---|---|",
)
WIDEST = 160


def render(comparisons: Sequence[Comparison], known: KnownDifferences, *, show: int) -> str:
    """One row per comparison, then the differences of each, at most `show` of them."""
    lines = [*HEAD, *(_row(each, known) for each in comparisons)]
    for each in comparisons:
        lines.extend(details(each, known, show=show))
    return "\n".join(lines)


def details(comparison: Comparison, known: KnownDifferences, *, show: int) -> Iterator[str]:
    """What stands below the table about one comparison; nothing if there is nothing to say."""
    first, second = comparison.first, comparison.second
    notes = [*_notes(first, second)]
    if not comparison.differences and not notes:
        return
    yield from ("", f"### {comparison.title}: {first.label} / {second.label}")
    if notes:
        yield from ("", *notes)
    if not comparison.differences:
        return
    yield from ("", f"| id | {first.label} | {second.label} | message | known cause |")
    yield "|---|---|---|---|---|"
    for difference in comparison.differences[:show]:
        yield _difference(difference, known.cause(comparison.suite, difference.id))
    hidden = len(comparison.differences) - show
    if hidden > 0:
        yield f"\nand {hidden} more"


def unknown(comparison: Comparison, known: KnownDifferences) -> int:
    """How many of the differences have no known cause."""
    causes = (known.cause(comparison.suite, each.id) for each in comparison.differences)
    return sum(not cause for cause in causes)


def _row(comparison: Comparison, known: KnownDifferences) -> str:
    first, second = comparison.first, comparison.second
    found = len(comparison.differences)
    excused = found - unknown(comparison, known)
    cells = (
        comparison.title,
        f"{first.label} / {second.label}",
        str(len(first.verdicts)),
        str(comparison.same),
        f"{found} ({excused} known)" if excused else str(found),
        f"{first.ending} / {second.ending}",
        f"{first.wall_seconds:.1f} / {second.wall_seconds:.1f}",
        f"{len(first.processes_left)} / {len(second.processes_left)}",
    )
    return f"| {' | '.join(map(_cell, cells))} |"


def _notes(first: Run, second: Run) -> Iterator[str]:
    """Worth seeing, but no verdict: pytest's last line also counts warnings."""
    if first.counts != second.counts:
        yield f"* pytest's last line, {first.label}: {first.counts}"
        yield f"* pytest's last line, {second.label}: {second.counts}"
    for run in (first, second):
        if len(first.files_left) != len(second.files_left):
            names = ", ".join(run.files_left[:10]) or "nothing"
            yield f"* left in the temporary folder, {run.label}: {names}"
        for process in run.processes_left:
            yield f"* process left, {run.label}: {_code(process.command)}"


def _difference(difference: Difference, cause: str) -> str:
    cells = (
        _code(difference.id),
        _cell(difference.first),
        _cell(difference.second),
        _code(difference.message),
        _cell(cause),
    )
    return f"| {' | '.join(cells)} |"


def _code(text: str) -> str:
    """Text as it is, for ids and messages are full of what Markdown would take for its own."""
    shown = _cell(text).replace("`", "'")
    return f"`{shown}`" if shown else ""


def _cell(text: str) -> str:
    """Text that cannot end its cell, its line or the table."""
    plain = "".join(char if char.isprintable() else "?" for char in text)
    shown = plain if len(plain) <= WIDEST else f"{plain[: WIDEST - 3]}..."
    return shown.replace("|", "\\|")
