"""What each test needs to run: what its marks say, and what the project says of such tests.

What can never be had is an error, before any test runs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pytest_agentorch.model.errors import SettingsError
from pytest_agentorch.model.frozen import replace
from pytest_agentorch.model.needs import NO_NEEDS, Needs, NeedsRule, together
from pytest_agentorch.model.settings import Settings
from pytest_agentorch.model.size import size
from pytest_agentorch.model.suggestion import did_you_mean
from pytest_agentorch.model.test import TestDescriptor
from pytest_agentorch.model.written_needs import WORDS
from pytest_agentorch.orchestration.classify import path_matches
from pytest_agentorch.orchestration.share import agents_for_cpus


def demands(tests: Sequence[TestDescriptor], settings: Settings) -> tuple[Needs, ...]:
    """Return what each test needs; nothing at all if none of them needs anything.

    Raises:
        SettingsError: a test needs what there will never be.
    """
    rules = settings.resources.rules
    found = _by_rules(tests, rules) if rules else [test.needs for test in tests]
    if any(test.advanced for test in tests):
        found = [_also_there(*both, settings) for both in zip(tests, found, strict=True)]
    # Most tests share what they need, as an object, too: to look at each would take long.
    distinct = {id(needs): needs for needs in found}
    different = set(distinct.values())
    if different <= {NO_NEEDS}:
        return ()
    _check(tests, found, different, settings)
    within = {key: _within(needs, settings) for key, needs in distinct.items()}
    return tuple(within[id(needs)] for needs in found)


def usable_cpus(settings: Settings) -> int:
    """How many CPUs tests may use at once: `resource_limit` of all, rounded up."""
    return agents_for_cpus(settings.cpus, settings.resource_limit)


def _within(needs: Needs, settings: Settings) -> Needs:
    """Let a test need no more memory than other runs on the host have left.

    Who needs nothing needs `NO_NEEDS` itself: that is quick to see.
    """
    if needs == NO_NEEDS:
        return NO_NEEDS
    if settings.memory and (needs.memory or 0) > settings.memory:
        return replace(needs, memory=settings.memory)
    return needs


def _by_rules(tests: Iterable[TestDescriptor], rules: Sequence[NeedsRule]) -> list[Needs]:
    known: dict[object, Needs] = {}
    found = []
    for test in tests:
        alike = id(test.needs), test.classification.phase, test.path, test.keywords
        needs = known.get(alike)
        if needs is None:
            needs = known[alike] = _ruled(test, rules)
        found.append(needs)
    return found


def _also_there(test: TestDescriptor, needs: Needs, settings: Settings) -> Needs:
    """What a test needs in another phase than its own: the capabilities of that, too."""
    asked = next((one.capabilities for one in settings.phases if one.name == test.advanced), ())
    return together(needs, Needs(capabilities=asked)) if asked else needs


def _ruled(test: TestDescriptor, rules: Sequence[NeedsRule]) -> Needs:
    """A mark has the last word about CPUs and memory; of all else each rule adds its part."""
    needs, marked = test.needs, test.needs
    for rule in rules:
        if _is_about(rule, test):
            needs = together(needs, rule.needs)
    return replace(
        needs,
        cpus=needs.cpus if marked.cpus is None else marked.cpus,
        memory=needs.memory if marked.memory is None else marked.memory,
    )


def _is_about(rule: NeedsRule, test: TestDescriptor) -> bool:
    return (
        (not rule.phases or test.classification.phase in rule.phases)
        and (not rule.paths or any(path_matches(test.path, path) for path in rule.paths))
        and (not rule.markers or any(name in test.keywords for name in rule.markers))
    )


def _check(
    tests: Sequence[TestDescriptor],
    found: Sequence[Needs],
    different: Iterable[Needs],
    settings: Settings,
) -> None:
    """Object to the first test that needs what there is not, and say how many others do."""
    lacks = {needs: lack for needs in different if (lack := _lack(needs, settings))}
    if not lacks:
        return
    first = next(position for position, needs in enumerate(found) if needs in lacks)
    lack = lacks[found[first]]
    also = {test.key for test, needs in zip(tests, found, strict=True) if lacks.get(needs) == lack}
    more = f" (and {len(also) - 1} more)" if len(also) > 1 else ""
    raise SettingsError(f"{tests[first].node_id}{more} needs {lack}")


def _lack(needs: Needs, settings: Settings) -> str | None:
    """What there is not, what there is, and what to do about it."""
    there = {count.name: count.number for count in settings.resources.counts}
    for count in needs.counts:
        if count.name not in there:
            meant = did_you_mean(count.name, (*there, *WORDS))
            known = f" Known resources: {', '.join(there)}." if there else ""
            return (
                f'"{count.name}", and there is no such resource.{known}{meant} Say in '
                "[tool.agentorch.resources] how many there are. [unknown-resource]"
            )
        if count.number > there[count.name]:
            return (
                f'{count.number} of "{count.name}", and there are {there[count.name]}. Let it '
                "need less, or raise the number in [tool.agentorch.resources]. [needs-too-much]"
            )
    return _lack_of_cpus(needs, settings) or _lack_of_memory(needs, settings)


def _lack_of_cpus(needs: Needs, settings: Settings) -> str | None:
    most = usable_cpus(settings)
    if needs.cpus is None or needs.cpus <= most:
        return None
    share = f"{settings.resource_limit:.0%} of {settings.cpus:g}".replace("%", " %")
    return (
        f"{needs.cpus:g} CPUs, and tests may use {most} ({share}). Let it need less, or raise "
        "resource_limit. [needs-too-much]"
    )


def _lack_of_memory(needs: Needs, settings: Settings) -> str | None:
    most = settings.most_memory
    if needs.memory is None or not most or needs.memory <= most:
        return None
    return (
        f"{size(needs.memory)} of memory, and the whole run may have {size(most)}. Let it need "
        "less, or raise --agents-memory. [needs-too-much]"
    )
