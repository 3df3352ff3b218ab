"""What marks say."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_agentorch.agent import marks as said
from pytest_agentorch.model.errors import SettingsError
from pytest_agentorch.model.needs import NO_NEEDS, Count, Needs

MARK: Any = pytest.mark


def marks(*decorators: Any) -> list[pytest.Mark]:
    """The marks of an item, the closest first."""
    return [decorator.mark for decorator in decorators]


@pytest.mark.parametrize(
    ("decorators", "needs"),
    [
        ([], NO_NEEDS),
        ([MARK.skipif(False)], NO_NEEDS),
        ([MARK.needs], NO_NEEDS),
        ([MARK.needs("a")], Needs(counts=(Count(name="a", number=1),))),
        ([MARK.needs("a", a=2)], Needs(counts=(Count(name="a", number=2),))),
        (
            [MARK.needs("a", cpus=2), MARK.usefixtures("x"), MARK.needs("b", cpus=0.5, a=3)],
            Needs(cpus=2.0, counts=(Count(name="a", number=3), Count(name="b", number=1))),
        ),
        ([MARK.needs(read="x"), MARK.needs(write="x")], Needs(writes=("x",))),
        ([MARK.exclusive], Needs(exclusive=True)),
        (
            [MARK.needs(capability="gpu"), MARK.needs(capability=["web", "gpu"])],
            Needs(capabilities=("gpu", "web")),
        ),
        (
            [MARK.serial(reason="one port"), MARK.needs(memory="1KiB")],
            Needs(memory=1024, serial=True),
        ),
    ],
)
def test_all_marks_about_needs_count_together(decorators: list[Any], needs: Needs) -> None:
    """Those of function, class and module, in any order."""
    assert said.needs(marks(*decorators), "test_a.py::test_a") == needs
    assert said.needs(marks(*reversed(decorators)), "test_a.py::test_a") == needs


@pytest.mark.parametrize(
    ("decorator", "message"),
    [
        (MARK.needs(cpus="2"), "cpus = '2': it must be a number above 0"),
        (MARK.needs(2), "2: it must be the name of a resource"),
        (MARK.needs("memory"), "'memory': it must be the name of a resource"),
    ],
)
def test_a_mark_that_says_something_else_is_an_error(decorator: Any, message: str) -> None:
    """One line with the test, the value, and what is allowed."""
    with pytest.raises(SettingsError) as caught:
        said.needs(marks(decorator), "test_a.py::test_a")
    assert str(caught.value) == f"test_a.py::test_a: @pytest.mark.needs: {message}. [bad-needs]"


def test_the_closest_mark_has_the_last_word_about_time_and_retries() -> None:
    """Unlike needs, which add up."""
    some = marks(MARK.agents_timeout("1m"), MARK.agents_timeout(5), MARK.agents_retries(times=2))
    assert said.timeout(some, "") == 60.0
    assert said.retries(some, "") == 2
    assert said.timeout([], "") is said.retries([], "") is None
    for wrong in (MARK.agents_timeout("soon"), MARK.agents_retries(-1)):
        with pytest.raises(SettingsError):
            (said.timeout(marks(wrong), ""), said.retries(marks(wrong), ""))


@pytest.mark.parametrize(
    ("decorator", "priority"),
    [
        (MARK.priority(7), 7),
        (MARK.priority(level=-3), -3),
        (MARK.priority("critical"), 100),
        (MARK.priority("high"), 10),
        (MARK.priority("normal"), 0),
        (MARK.priority("low"), -10),
        (MARK.skip, 0),
    ],
)
def test_a_priority_is_a_number_or_a_word_for_one(decorator: Any, priority: int) -> None:
    """Without a mark it is that of `normal`."""
    assert said.priority(marks(decorator), "") == priority


@pytest.mark.parametrize("wrong", [MARK.priority, MARK.priority("P1"), MARK.priority([1])])
def test_any_other_priority_is_an_error(wrong: Any) -> None:
    """It says which test, and what is allowed."""
    with pytest.raises(SettingsError) as caught:
        said.priority(marks(wrong), "test_a.py::test_a")
    assert str(caught.value).startswith("test_a.py::test_a: @pytest.mark.priority(")
    assert "or one of critical, high, normal, low. [bad-priority]" in str(caught.value)


def test_a_chain_has_a_name_and_the_closest_counts() -> None:
    """A test is in one chain."""
    assert said.chain(marks(MARK.chain("a"), MARK.chain("b")), "") == "a"
    assert said.chain(marks(MARK.chain(name="a")), "") == "a"
    assert said.chain([], "") == ""
    for wrong in (MARK.chain, MARK.chain(""), MARK.chain(3)):
        with pytest.raises(SettingsError, match=r"must have the name of the chain. \[bad-chain"):
            said.chain(marks(wrong), "")
    with pytest.raises(SettingsError, match=r"mark\.chain\(\) must have"):
        said.chain(marks(MARK.chain), "")


def test_a_test_is_scattered_over_two_agents_or_as_many_as_it_says() -> None:
    """One is as good as no mark."""
    assert said.copies(marks(MARK.scatter), "") == 2
    assert said.copies(marks(MARK.scatter(3), MARK.scatter(agents=4)), "") == 3
    assert said.copies(marks(MARK.scatter(agents=1)), "") == said.copies([], "") == 1
    for wrong in (MARK.scatter(0), MARK.scatter(True), MARK.scatter("2")):
        with pytest.raises(SettingsError, match=r"must have a whole number from 1: .*bad-scatter"):
            said.copies(marks(wrong), "")


def test_a_test_may_be_in_several_groups() -> None:
    """That is a group of its own, as with xdist."""
    assert said.group(marks(MARK.xdist_group("b"), MARK.xdist_group(name="a"))) == "a_b"
    assert said.group(marks(MARK.xdist_group)) == "default"
    assert said.group([]) == ""
