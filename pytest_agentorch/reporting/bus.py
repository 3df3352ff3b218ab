"""The bus: events go one way, to everybody who reports. A subscriber that fails is dropped."""

from __future__ import annotations

import traceback
from typing import Protocol

from pytest_agentorch.model.event import Event, ReporterFailed


class Subscriber(Protocol):
    """Somebody who wants to know what happens. It must not change what happens."""

    @property
    def name(self) -> str:
        """What `ReporterFailed` calls it."""
        ...

    def on_event(self, event: Event) -> None:
        """Take note of one event."""
        ...


class EventBus:
    """Delivers each event to all subscribers, in the order in which they subscribed.

    Most events are of tests. Who wants to know of none has `wants`: classes of events.
    """

    def __init__(self, *subscribers: Subscriber) -> None:
        self._subscribers = list(subscribers)
        self._listeners: dict[type[Event], tuple[Subscriber, ...]] = {}

    @property
    def subscribers(self) -> tuple[Subscriber, ...]:
        """Those who still listen."""
        return tuple(self._subscribers)

    def subscribe(self, subscriber: Subscriber) -> None:
        """Deliver what is published from now on to `subscriber` as well."""
        self._subscribers.append(subscriber)
        self._listeners.clear()

    def flush(self, at: float) -> None:
        """Let those who work in batches finish theirs: nothing more is to come for a while.

        They are those that have a method `flush`.
        """
        for subscriber in tuple(self._subscribers):
            flush = getattr(subscriber, "flush", None)
            if flush is not None:
                try:
                    flush()
                except Exception as error:  # noqa: BLE001 - any failure of a reporter is an incident
                    self._drop(subscriber)
                    self.publish(_failure(subscriber, error, at))

    def publish(self, event: Event) -> None:
        """Deliver an event, and what becomes of it: each failing subscriber is dropped for good.

        The failure is published after the event itself, so that all see the same order. Each turn
        of the loop beyond the first has cost a subscriber: it ends.
        """
        pending = [event]
        for current in pending:
            for subscriber in self._listeners.get(type(current)) or self._listening(type(current)):
                try:
                    subscriber.on_event(current)
                except Exception as error:  # noqa: BLE001 - any failure of a reporter is an incident
                    self._drop(subscriber)
                    pending.append(_failure(subscriber, error, current.at))

    def _drop(self, subscriber: Subscriber) -> None:
        self._subscribers.remove(subscriber)
        self._listeners.clear()

    def _listening(self, kind: type[Event]) -> tuple[Subscriber, ...]:
        """Find those who want to know of events of a kind."""
        found = tuple(one for one in self._subscribers if kind in getattr(one, "wants", (kind,)))
        self._listeners[kind] = found
        return found


def _failure(subscriber: Subscriber, error: Exception, at: float) -> ReporterFailed:
    text = "".join(traceback.format_exception_only(error)).strip()
    where = traceback.extract_tb(error.__traceback__)[-1]
    # The base name says enough, and does not put a machine's paths into reports.
    filename = where.filename.replace("\\", "/").rpartition("/")[2]
    return ReporterFailed(
        reporter=subscriber.name, error=f"{text} ({filename}:{where.lineno})", at=at
    )
