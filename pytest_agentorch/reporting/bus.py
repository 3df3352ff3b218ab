"""The bus: events go one way, to everybody who reports. A subscriber that fails is dropped."""

from __future__ import annotations

import traceback
from collections import deque
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
    """Delivers each event to all subscribers, in the order in which they subscribed."""

    def __init__(self, *subscribers: Subscriber) -> None:
        self._subscribers = list(subscribers)

    @property
    def subscribers(self) -> tuple[Subscriber, ...]:
        """Those who still listen."""
        return tuple(self._subscribers)

    def subscribe(self, subscriber: Subscriber) -> None:
        """Deliver what is published from now on to `subscriber` as well."""
        self._subscribers.append(subscriber)

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
                    self._subscribers.remove(subscriber)
                    self.publish(_failure(subscriber, error, at))

    def publish(self, event: Event) -> None:
        """Deliver an event, and what becomes of it: each failing subscriber is dropped for good.

        The failure is published after the event itself, so that all see the same order. Each turn
        of the loop beyond the first has cost a subscriber: it ends.
        """
        pending: deque[Event] = deque([event])
        while pending:
            current = pending.popleft()
            for subscriber in tuple(self._subscribers):
                try:
                    subscriber.on_event(current)
                except Exception as error:  # noqa: BLE001 - any failure of a reporter is an incident
                    self._subscribers.remove(subscriber)
                    pending.append(_failure(subscriber, error, current.at))


def _failure(subscriber: Subscriber, error: Exception, at: float) -> ReporterFailed:
    text = "".join(traceback.format_exception_only(error)).strip()
    where = traceback.extract_tb(error.__traceback__)[-1]
    # The base name says enough, and does not put a machine's paths into reports.
    filename = where.filename.replace("\\", "/").rpartition("/")[2]
    return ReporterFailed(
        reporter=subscriber.name, error=f"{text} ({filename}:{where.lineno})", at=at
    )
