"""The plan in words: one line, or all of it (`--agents-plan`). Pure."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence

from pytest_agentorch.model.ids import TestId
from pytest_agentorch.model.settings import Dist, PhaseSettings, Settings
from pytest_agentorch.model.size import size
from pytest_agentorch.orchestration.phase_plan import PhasePlan
from pytest_agentorch.orchestration.plan import Plan
from pytest_agentorch.orchestration.prediction import (
    beside,
    directly_before,
    phase_seconds,
    predicted_seconds,
)
from pytest_agentorch.orchestration.unit import Unit
from pytest_agentorch.reporting.header_text import cpus_words, limit_words
from pytest_agentorch.reporting.needs_text import needs_of_one, needs_of_some
from pytest_agentorch.reporting.terminal_text import seconds
from pytest_agentorch.results.resumption import Resumption

_WIDTH = 80
_INDENT = " " * 4


def resumption_lines(resumption: Resumption, left: int) -> list[str]:
    """What is kept of the run that is resumed, and what is not there any more."""
    kept = f"{len(resumption.kept)} verdict{'' if len(resumption.kept) == 1 else 's'} kept"
    lines = [f"agents: resumes {resumption.run}: {kept}, {_count(left)} to run"]
    if resumption.gone:
        first, *rest = resumption.gone
        are = f"{_count(len(resumption.gone))} of that run {'are' if rest else 'is'} gone"
        more = f" (+{len(rest)} more)" if rest else ""
        lines.append(f"agents: {are}: {first}{more} [tests-gone]")
    return lines


def reuse_lines(kept: int, left: int, off: str) -> list[str]:
    """How many tests have passed and need not run, if any; why that is so of none, if it is."""
    if off:
        return [f"agents: nothing is reused: {off} [reuse-off]"]
    verdicts = "1 verdict" if kept == 1 else f"{kept} verdicts"
    return [f"agents: reuses {verdicts}, {_count(left)} to run"] if kept else []


def phases_line(plan: Plan) -> list[str]:
    """One line about the phases; nothing where there is only one."""
    if len(plan.phases) < 2:
        return []
    first, *rest = plan.phases
    parts = [f"{first.name} {_count(first.tests)} on {_agents(first.agents)}"]
    parts += [f"{phase.name} {phase.tests} on {phase.agents}" for phase in rest]
    return [f"plan: {', '.join(parts)}"]


def whole_plan(plan: Plan, settings: Settings, *, verbose: bool) -> list[str]:
    """Phases, agents, what waits for what, how long it takes, and why each test is where it is."""
    total = sum(phase.tests for phase in plan.phases)
    budget = f"{cpus_words(settings)}, {limit_words(settings)}"
    budget += f", {size(settings.memory)} of memory" if settings.memory else ""
    lines = ["", f"plan for {_count(total)}, {_agents(len(plan.slots))} ({budget})", ""]
    by_name = {phase.name: phase for phase in settings.phases}
    width = max(len(phase.name) for phase in plan.phases)
    for number, phase in enumerate(plan.phases, 1):
        parts = _phase_parts(number, phase, by_name[phase.phase], width, plan)
        lines += _wrapped([*parts, *_needs(phase, plan, settings)])
    lines += ["", *_distribution(plan, settings)]
    rules = Counter(test.classification.rule.value for test in plan.tests)
    told = ", ".join(f"{rule} {count}" for rule, count in rules.most_common())
    hint = "" if verbose else "    (-v lists each test)"
    lines += [*_predicted(plan), f"classified by: {told}{hint}"]
    if verbose:
        for phase in plan.phases:
            lines += ["", f"{phase.name}:"]
            lines += [_test_row(test, unit, plan) for unit in phase.units for test in unit.tests]
    return lines


def _distribution(plan: Plan, settings: Settings) -> Iterator[str]:
    """How tests are handed out, and how agents differ, if somebody has asked for that."""
    if settings.dist is not Dist.BALANCED:
        yield f"distributed by: {settings.dist.value}"
    has = ((slot, some) for slot, some in plan.capabilities.items() if some)
    able = [f"{slot} {', '.join(sorted(some))}" for slot, some in has]
    if able:
        yield from _broken(f"capabilities: {'; '.join(able)}")
    preferred = [
        f"{slot} {plan.priorities[slot]}" for slot in plan.slots if slot in plan.priorities
    ]
    if preferred:
        yield from _broken(f"agent priorities: {', '.join(preferred)}")


def _test_row(test: TestId, unit: Unit, plan: Plan) -> str:
    row = plan.tests[test]
    why = f"({row.classification.rule.value}: {row.classification.reason})"
    needs = needs_of_one(plan.needs[test]) if plan.needs else ""
    memory = _learned(test, unit, plan)
    together = f"chain {row.chain}" if unit.chain and row.chain else ""
    copies = f"on up to {unit.copies} agents" if unit.copies > 1 else ""
    priority = f"priority {row.priority}" if row.priority else ""
    dealt = f"on {unit.dealt}" if unit.dealt else ""
    learned = f"counts with {size(memory)} (earlier runs)" if memory else ""
    parts = (row.node_id, why, priority, together, needs, learned, dealt, copies)
    return f"  {'  '.join(filter(None, parts))}"


def _needs(phase: PhasePlan, plan: Plan, settings: Settings) -> Iterator[str]:
    """What tests of a phase need, by what somebody has written and by what earlier runs took."""
    tests = [(test, unit) for unit in phase.units for test in unit.tests]
    if plan.needs:
        yield needs_of_some([plan.needs[test] for test, _ in tests], settings.resources.counts)
    memory = max((_learned(test, unit, plan) for test, unit in tests), default=0)
    if memory:
        yield f"counts with up to {size(memory)} (earlier runs)"


def _learned(test: TestId, unit: Unit, plan: Plan) -> int:
    """How much memory a test counts with since it took that, if nobody has said what it needs."""
    is_said = plan.needs and plan.needs[test].memory is not None
    return 0 if is_said else unit.memory


def _wrapped(parts: Sequence[str]) -> Iterator[str]:
    """Break a row that is too long, between its parts if that is enough."""
    line = parts[0]
    for part in filter(None, parts[1:]):
        if len(line) + 2 + len(part) > _WIDTH:
            yield from _broken(line)
            line = _INDENT + part
        else:
            line += f"  {part}"
    yield from _broken(line)


def _broken(line: str) -> list[str]:
    return textwrap.wrap(
        line, _WIDTH, subsequent_indent=_INDENT, break_long_words=False, break_on_hyphens=False
    )


def _phase_parts(
    number: int, phase: PhasePlan, settings: PhaseSettings, width: int, plan: Plan
) -> tuple[str, ...]:
    memory = _size(settings.memory_per_agent)
    before, others = directly_before(phase, plan), beside(phase, plan)
    about = phase_seconds(phase, plan)
    name = f"{number} {phase.name:<{width}}"
    return (
        f"{name}  {_count(phase.tests):>11}  {_agents(phase.agents):>9}  up to {memory:>7} each",
        f"after {', '.join(before)}" if before else "",
        "if all before has succeeded" if phase.gated and before else "",
        f"beside {', '.join(others)}" if others else "",
        "" if phase.barrier or number == 1 else "in order, no barrier",
        _waves(phase),
        "" if about is None else f"about {seconds(about)}",
    )


def _waves(phase: PhasePlan) -> str:
    if phase.waves is None:
        return ""
    return f"in waves of {phase.waves}" if phase.waves else "in waves"


def _predicted(plan: Plan) -> Iterator[str]:
    """How long all phases will take; nothing where there is only one."""
    if len(plan.phases) < 2:
        return
    total = predicted_seconds(plan)
    unknown = [phase.name for phase in plan.phases if phase.seconds is None]
    if total is None:
        yield from _broken(f"predicted: not known yet ({', '.join(unknown)})")
    else:
        yield f"predicted: about {seconds(total)}"


def _count(tests: int) -> str:
    return f"{tests} test{'' if tests == 1 else 's'}"


def _agents(number: int) -> str:
    return f"{number} agent{'' if number == 1 else 's'}"


def _size(number: int) -> str:
    for unit, shift in (("GiB", 30), ("MiB", 20), ("KiB", 10)):
        if number >= 1 << shift and number % (1 << shift) == 0:
            return f"{number >> shift} {unit}"
    return f"{number} B"
