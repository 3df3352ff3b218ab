"""A plan as plain lines, for a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from pytest_agentorch.migration.note import Kind
from pytest_agentorch.migration.patch import changed_lines
from pytest_agentorch.migration.plan import FileNote, MigrationPlan

PATCH = ".agentorch-migration.patch"
"""The file in the project that says how to go back."""

COMMAND = "python -m pytest_agentorch migrate"


def plan_lines(plan: MigrationPlan, *, applied: bool, width: int) -> Iterator[str]:
    """Tell a plan, or what has been done of it.

    Args:
        plan: what is to be told.
        applied: whether its changes have been written.
        width: wrap lines to so many columns; what stands in files is never cut.
    """
    if not plan.changes and not plan.notes:
        yield "There is nothing here that has to do with pytest-xdist."
        return
    if plan.changes:
        yield "What was changed" if applied else "What changes"
        for change in plan.changes:
            for line, before, after in changed_lines(change.before, change.after):
                yield f"  {change.path}:{line}"
                yield from (f"    - {text.strip()}" for text in before)
                yield from (f"    + {text.strip()}" for text in after)
    else:
        yield "Nothing has to be written."
    for kind in Kind:
        yield from _notes([one for one in plan.notes if one.note.kind is kind], kind, width)
    yield from _steps(plan, applied=applied)


def _notes(notes: list[FileNote], kind: Kind, width: int) -> Iterator[str]:
    places: dict[tuple[str, str], list[str]] = {}
    for one in notes:
        places.setdefault((one.note.what, one.note.why), []).append(f"{one.path}:{one.note.line}")
    if places:
        yield kind.value
    for (what, why), where in places.items():
        more = f" and {len(where) - 1} more" if len(where) > 1 else ""
        yield from textwrap.wrap(
            f"{where[0]}{more}: {' '.join(what.split())}: {why}",
            width,
            initial_indent="  ",
            subsequent_indent="    ",
            break_long_words=False,
            break_on_hyphens=False,
        )


def _steps(plan: MigrationPlan, *, applied: bool) -> Iterator[str]:
    steps = [] if applied else ["pip install pytest-agentorch, beside pytest-xdist"]
    steps.append(f"{COMMAND} --check: all tests on both, compared")
    if plan.changes and not applied:
        steps.append(f"{COMMAND} --apply: writes what is above")
    if any(one.note.kind is Kind.BY_HAND for one in plan.notes):
        steps.append("do by hand what is listed")
    if plan.needs_xdist:
        steps.append(f"keep pytest-xdist: {', '.join(plan.needs_xdist[:3])} cannot do without it")
    else:
        steps.append("pip uninstall pytest-xdist, when all is as it should be")
    yield "Steps"
    yield from (f"  {number}. {step}" for number, step in enumerate(steps, 1))
    if plan.changes:
        yield "To go back"
        yield f"  {COMMAND} --undo: takes back what --apply wrote, by {PATCH}"
