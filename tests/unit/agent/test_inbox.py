"""The inbox of a process."""

from __future__ import annotations

import pytest

from pytest_agentorch.agent.inbox import Inbox, Mail
from pytest_agentorch.model.frozen import replace
from pytest_agentorch.model.letter import Letter
from pytest_agentorch.model.message import Priority
from pytest_agentorch.system.clock import CLOCK
from pytest_agentorch.system.native import Event, start_thread
from tests.unit.orchestration.letters import letter


@pytest.fixture
def inbox() -> Inbox:
    """An empty one."""
    return Inbox()


def put(inbox: Inbox, *priorities: Priority) -> None:
    """Put letters with these priorities, numbered from 1."""
    for number, priority in enumerate(priorities, start=1):
        one = replace(letter(number, "gw0", "gw1"), priority=priority)
        inbox.put(Mail(number, one))


def numbers(inbox: Inbox) -> list[int]:
    """Take everything."""
    found = []
    while (mail := inbox.take(lambda _: True, 0.0)) is not None:
        found.append(mail.number)
    return found


def test_the_oldest_comes_first(inbox: Inbox) -> None:
    """Each once."""
    put(inbox, *[Priority.NORMAL] * 4)
    assert numbers(inbox) == [1, 2, 3, 4]


def test_the_most_urgent_comes_before(inbox: Inbox) -> None:
    """Of those that are as urgent the oldest."""
    put(inbox, Priority.LOW, Priority.HIGH, Priority.NORMAL, Priority.CRITICAL, Priority.HIGH)
    assert numbers(inbox) == [4, 2, 5, 3, 1]


def test_what_does_not_fit_stays(inbox: Inbox) -> None:
    """In its place."""
    put(inbox, *[Priority.NORMAL] * 3)

    def fits(one: Letter) -> bool:
        return one.body == "2"

    mail = inbox.take(fits, 0.0)
    assert mail is not None
    assert mail.number == 2
    assert inbox.take(fits, 0.0) is None
    assert numbers(inbox) == [1, 3]


def test_somebody_who_waits_is_woken(inbox: Inbox) -> None:
    """By the letter that fits."""
    taken: list[Mail | None] = []
    done = Event()

    def wait() -> None:
        taken.append(inbox.take(lambda one: one.body == "2", CLOCK() + 60))
        done.set()

    start_thread(wait)
    put(inbox, *[Priority.NORMAL] * 2)
    assert done.wait(60)
    assert [mail.number for mail in taken if mail is not None] == [2]


def test_waiting_may_be_over_before(inbox: Inbox) -> None:
    """Whoever knows that nothing will come wakes those who wait."""
    over, done = Event(), Event()

    def wait() -> None:
        assert inbox.take(lambda _: True, None, over.is_set) is None
        done.set()

    start_thread(wait)
    over.set()
    while not done.wait(0.01):
        inbox.wake()
