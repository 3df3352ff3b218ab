"""The contention of a run: for what its tests may have to wait at all. Pure.

What can never be in anybody's way is dropped, where that is certain: a test that waits for nothing
goes with its neighbours into the queue of an agent.

| what | waits if |
|---|---|
| a lock | some test writes it, and another has it, too |
| CPUs, a named resource | there is not enough for the most that so many agents could run at once |
| memory | the same, or if some test does not say how much it needs |
| `serial` | there is another serial test |
| `exclusive` | always |

On a single agent nothing waits.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

from pytest_agentorch.model.frozen import Frozen, replace
from pytest_agentorch.model.needs import NO_NEEDS, Needs
from pytest_agentorch.model.supply import THOUSANDTHS, Supply


class Contention(Frozen):
    """What is left of needs.

    Attributes:
        needs: of each test what it may have to wait for; empty if no test has to.
        supply: what there is; of memory nothing where nobody may have to wait for it.
    """

    needs: tuple[Needs, ...] = ()
    supply: Supply = Supply()


def contention(needs: Sequence[Needs], supply: Supply, agents: int) -> Contention:
    """Return what some tests may have to wait for on so many agents.

    Args:
        needs: of each test, or nothing.
        supply: what there is.
        agents: at most so many.
    """
    # Most tests share what they need, as an object, too: to look at each would take long.
    distinct = {id(one): one for one in needs}
    numbers: Counter[Needs] = Counter()
    for key, number in Counter(map(id, needs)).items():
        numbers[distinct[key]] += number
    left, supply = contended(numbers, supply, agents)
    if set(left.values()) <= {NO_NEEDS}:
        return Contention(supply=supply)
    within = {key: left[one] for key, one in distinct.items()}
    return Contention(needs=tuple(within[id(one)] for one in needs), supply=supply)


def contended(
    numbers: Mapping[Needs, int], supply: Supply, agents: int
) -> tuple[dict[Needs, Needs], Supply]:
    """Return what is left of each kind of needs, and of the supply.

    Who waits for nothing has `NO_NEEDS` itself.

    Args:
        numbers: how many tests need just that.
        supply: what there is.
        agents: at most so many.
    """
    if agents < 2:
        return dict.fromkeys(numbers, NO_NEEDS), replace(supply, memory=0)
    together = _Together(numbers, supply, agents)
    left = {one: together.left_of(one) for one in numbers}
    if any(one.memory for one in numbers) and not any(one.memory for one in left.values()):
        supply = replace(supply, memory=0)
    return left, supply


class _Together:
    """All tests of a run, and what of their needs others may keep them from having."""

    def __init__(self, numbers: Mapping[Needs, int], supply: Supply, agents: int) -> None:
        self._numbers = numbers
        self._agents = min(agents, sum(numbers.values()))
        share = supply.share(self._agents)
        self._cpus = self._exceed(
            supply.cpus, lambda one: share if one.cpus is None else round(one.cpus * THOUSANDTHS)
        )
        self._memory = any(one.memory is None for one in numbers) or self._exceed(
            supply.memory, lambda one: one.memory or 0
        )
        self._counts = {
            count.name
            for count in supply.counts
            if self._exceed(count.number, partial(_number, count.name))
        }
        writes = self._count(lambda one: one.writes)
        users = writes + self._count(lambda one: one.reads)
        self._locks = {lock for lock in writes if users[lock] > 1}
        self._serial = sum(number for one, number in numbers.items() if one.serial) > 1

    def left_of(self, needs: Needs) -> Needs:
        """What a test may have to wait for."""
        left = Needs(
            cpus=needs.cpus if self._cpus else None,
            memory=needs.memory if self._memory else None,
            counts=tuple(count for count in needs.counts if count.name in self._counts),
            reads=tuple(lock for lock in needs.reads if lock in self._locks),
            writes=tuple(lock for lock in needs.writes if lock in self._locks),
            exclusive=needs.exclusive,
            serial=needs.serial and self._serial,
        )
        return NO_NEEDS if left == NO_NEEDS else left

    def _exceed(self, there: int, part: Callable[[Needs], int]) -> bool:
        """Whether the most that may run at once needs more than there is of something."""
        left = self._agents
        parts = [(part(one), number) for one, number in self._numbers.items()]
        for size, number in sorted(parts, reverse=True):
            there -= size * min(left, number)
            left -= min(left, number)
        return there < 0

    def _count(self, locks: Callable[[Needs], Iterable[str]]) -> Counter[str]:
        """How many tests have each lock."""
        found: Counter[str] = Counter()
        for one, number in self._numbers.items():
            for lock in locks(one):
                found[lock] += number
        return found


def _number(name: str, needs: Needs) -> int:
    return sum(count.number for count in needs.counts if count.name == name)
