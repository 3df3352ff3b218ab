"""The bus delivers in order, and outlives its subscribers' failures."""

from __future__ import annotations

import pytest

from pytest_agentorch.model.event import Event, ReporterFailed, RunFinished
from pytest_agentorch.reporting.bus import EventBus
from tests.unit.event_builders import START, a_run, over


class Listener:
    """Remembers what it was told."""

    def __init__(self, name: str = "listener") -> None:
        self.name = name
        self.heard: list[Event] = []

    def on_event(self, event: Event) -> None:
        """Remember."""
        self.heard.append(event)


class Failing(Listener):
    """Raises on its n-th event."""

    def __init__(self, name: str = "failing", error: BaseException | None = None) -> None:
        super().__init__(name)
        self.error = error or OSError("no space left")

    def on_event(self, event: Event) -> None:
        """Remember, and raise."""
        super().on_event(event)
        raise self.error


class FailsOnFailures(Listener):
    """Cannot stand the news of another's failure."""

    def on_event(self, event: Event) -> None:
        """Remember, and raise."""
        super().on_event(event)
        match event:
            case ReporterFailed():
                raise RuntimeError("what?")


def test_everybody_hears_everything_in_order() -> None:
    """Subscribers get each event once, as published."""
    one, two = Listener(), Listener()
    bus = EventBus(one)
    bus.subscribe(two)
    bus.publish(a_run())
    bus.publish(over())
    assert one.heard == two.heard == [a_run(), over()]


def test_who_wants_little_hears_little() -> None:
    """Those beside hear everything, and a failure drops it as any other."""

    class Choosy(Failing):
        wants = (RunFinished,)

    one, choosy = Listener(), Choosy()
    bus = EventBus(one, choosy)
    bus.publish(a_run())
    assert choosy.heard == []
    for _ in range(2):
        bus.publish(over())
    assert choosy.heard == [over()]
    assert one.heard[:2] == [a_run(), over()]
    assert [type(event).__name__ for event in one.heard[2:]] == ["ReporterFailed", "RunFinished"]
    assert bus.subscribers == (one,)


def test_a_failing_subscriber_is_dropped_and_the_others_are_told() -> None:
    """The failure follows the event that caused it, for those before and after the culprit."""
    before, culprit, after = Listener(), Failing(), Listener()
    bus = EventBus(before, culprit, after)
    bus.publish(a_run())
    bus.publish(over())
    assert culprit.heard == [a_run()]
    assert before.heard == after.heard
    assert [type(event).__name__ for event in after.heard] == [
        "RunStarted",
        "ReporterFailed",
        "RunFinished",
    ]
    assert bus.subscribers == (before, after)


def test_the_failure_says_who_what_where_and_when() -> None:
    """The incident names the subscriber, the error and the line, without a machine's path."""
    listener = Listener()
    EventBus(Failing("event-log"), listener).publish(a_run())
    failure = listener.heard[-1]
    assert isinstance(failure, ReporterFailed)
    assert failure.reporter == "event-log"
    assert failure.error.startswith("OSError: no space left (test_bus.py:")
    assert failure.at == START


def test_failures_about_failures_come_to_an_end() -> None:
    """If everybody fails in turn, everybody is dropped and `publish` returns."""
    bus = EventBus(Failing("a"), FailsOnFailures("b"), FailsOnFailures("c"))
    bus.publish(a_run())
    assert bus.subscribers == ()


def test_an_interrupt_is_not_a_failure_of_the_subscriber() -> None:
    """Ctrl-C inside a subscriber goes up to the loop, and the subscriber stays."""
    bus = EventBus(Failing(error=KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        bus.publish(a_run())
    assert len(bus.subscribers) == 1
