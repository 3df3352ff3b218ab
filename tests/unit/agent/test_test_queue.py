"""The queue of an agent. Only one thread here: what would wait is asked not to."""

from __future__ import annotations

import threading

from pytest_agentorch.agent import test_queue as queues


def a_queue(*tests: int) -> queues.TestQueue:
    """A queue of tests; the position of test 1 in the collection is 11."""
    queue = queues.TestQueue()
    queue.add(queued(*tests))
    return queue


def queued(*tests: int) -> list[queues.QueuedTest]:
    """Entries of a queue."""
    return [queues.QueuedTest(test, 10 + test) for test in tests]


def drained(queue: queues.TestQueue) -> list[int]:
    """What is in it, in order."""
    tests = []
    while (one := queue.pop()) is not None:
        tests.append(one.test)
    return tests


def test_tests_leave_in_the_order_in_which_they_came() -> None:
    """Each with its position."""
    queue = a_queue(1, 2)
    queue.add(queued(3))
    assert queue.pop() == queues.QueuedTest(1, 11)
    assert drained(queue) == [2, 3]
    assert queue.pop() is None


def test_what_will_follow_is_known_before_it_comes() -> None:
    """An empty queue is not the end of what its tests share; the end of the session is."""
    queue = queues.TestQueue()
    queue.add([queues.QueuedTest(1, 11)], 12)
    assert queue.peek() == 11
    queue.pop()
    assert queue.peek() == 12
    queue.finish()
    assert queue.peek() is None


def test_a_look_takes_nothing() -> None:
    """The next item is asked for at teardown."""
    queue = a_queue(1)
    assert queue.peek() == queue.peek() == 11
    queue.pop()
    assert queue.peek() is None


def test_only_what_is_still_there_is_given_back() -> None:
    """In the order of the queue; the others stay."""
    queue = a_queue(1, 2, 3, 4)
    queue.pop()
    assert queue.give_back([4, 1, 2]) == [2, 4]
    assert drained(queue) == [3]


def test_on_hold_nothing_is_given_out() -> None:
    """Until the controller says so."""
    queue = a_queue(1)
    queue.hold()
    assert queue.pop() is None
    assert queue.peek() is not None
    queue.release()
    assert drained(queue) == [1]


def test_to_finish_ends_a_hold_and_the_waiting() -> None:
    """What is queued is still run; then there is nothing."""
    queue = a_queue(1)
    queue.hold()
    queue.finish()
    assert queue.finishing
    assert queue.wait() == queues.QueuedTest(1, 11)
    assert queue.wait() is None
    assert not a_queue(1).finishing


def test_who_is_finishing_is_not_held() -> None:
    """Nobody would release it."""
    queue = a_queue(1)
    queue.finish()
    queue.hold()
    assert drained(queue) == [1]


def test_waiting_ends_when_something_comes() -> None:
    """The main thread waits, execnet's thread adds."""
    queue = queues.TestQueue()
    taken: list[queues.QueuedTest | None] = []
    waiting = threading.Thread(target=lambda: taken.append(queue.wait()))
    waiting.start()
    queue.add(queued(5))
    waiting.join(timeout=10)
    assert taken == queued(5)


class Bell:
    """A lock whose holder is disturbed by a signal handler, once."""

    def __init__(self, queue: queues.TestQueue) -> None:
        self._queue = queue
        self._disturbed = False

    def acquire(self) -> None:
        """Be disturbed, then hear that a test has come."""
        if not self._disturbed:
            self._disturbed = True
            raise TimeoutError("an alarm that a test has left behind")
        self._queue.add(queued(5))

    def locked(self) -> bool:
        """Say that nobody rings."""
        return False


def test_what_a_signal_handler_raises_does_not_end_the_waiting() -> None:
    """The test that has set it is over, and the next one is not to blame."""
    queue = queues.TestQueue()
    queue._bell = Bell(queue)
    assert queue.wait() == queued(5)[0]


def test_many_rings_wake_once_and_none_is_missed() -> None:
    """What came before anybody waited is there at once."""
    queue = queues.TestQueue()
    for number in range(5):
        queue.add(queued(number))
    assert [queue.wait() for _ in range(5)] == queued(*range(5))
    queue.finish()
    assert queue.wait() is None


def test_pytest_does_not_take_it_for_a_test() -> None:
    """Its name begins with `Test`."""
    assert not queues.TestQueue.__test__
