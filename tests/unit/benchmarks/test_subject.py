"""What the words of the command line mean."""

from __future__ import annotations

import pytest

from benchmarks import subject, suite
from benchmarks.workloads import WORKLOADS


def test_a_workload_by_name() -> None:
    """With as many agents as are usual."""
    (found,) = subject.named("skewed", agents=2)
    assert (found.name, found.agents, found.origin) == ("skewed", 2, WORKLOADS["skewed"])


def test_a_number_of_agents_belongs_to_one_subject() -> None:
    """One command can run a workload with several numbers of agents."""
    (found,) = subject.named("skewed@8", agents=2)
    assert (found.name, found.agents) == ("skewed", 8)


def test_a_real_suite_by_the_name_that_compare_knows() -> None:
    """Its version may be pinned."""
    (found,) = subject.named("click==8.1.8@4", agents=2)
    assert (found.name, found.agents) == ("click==8.1.8", 4)
    assert found.origin == suite.built_in("click==8.1.8")


def test_a_group_is_all_its_members() -> None:
    """With the same number of agents."""
    found = list(subject.named("workloads@3", agents=2))
    assert [each.name for each in found] == list(WORKLOADS)
    assert {each.agents for each in found} == {3}
    assert [each.name for each in subject.named("suites", agents=2)] == list(suite.BUILT_IN)


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("tyni", r"no 'tyni'\. Known: workloads, suites, one, tiny, .*pluggy.*--path"),
        ("tiny@0", "number of agents"),
        ("tiny@two", "number of agents"),
    ],
)
def test_an_unknown_word_is_refused(word: str, message: str) -> None:
    """With what would be right."""
    with pytest.raises(LookupError, match=message):
        list(subject.named(word, agents=2))


def test_a_workload_that_hangs_has_its_own_time_limit() -> None:
    """The general one counts if it is shorter, and for all the others."""
    (hang,) = subject.named("hang", agents=2)
    (tiny,) = subject.named("tiny", agents=2)
    assert [hang.time_limit_seconds(general) for general in (600, 5)] == [60, 5]
    assert tiny.time_limit_seconds(600) == 600
