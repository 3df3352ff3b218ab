"""The event log gives back what was published."""

from __future__ import annotations

import json
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_agentorch.model.event import Event
from pytest_agentorch.model.frozen import defaults, replace
from pytest_agentorch.storage.event_log import (
    EventLog,
    EventLogError,
    decode,
    encode,
    read_events,
)
from tests.unit.event_builders import a_run, finished, lost, over, plan_of, poisoned, summary_of
from tests.unit.protocol.messages import of_type


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the log goes."""
    return tmp_path / "events.jsonl"


def written(path: Path, *events: Event) -> None:
    """Write events and close the log."""
    log = EventLog(path)
    for event in events:
        log.on_event(event)
    log.close()


@pytest.mark.parametrize("kind", get_args(Event))
@settings(max_examples=10, deadline=None)
@given(data=st.data())
def test_every_kind_of_event_comes_back_as_it_was(kind: type, data: st.DataObject) -> None:
    """Whatever its fields hold: line ends, None, nested rows."""
    event = data.draw(of_type(kind))
    line = encode(event)
    assert line.endswith("\n")
    assert line.count("\n") == 1
    # Compared as text, for which not-a-number is like itself.
    assert repr(decode(line)) == repr(event)


@pytest.mark.parametrize("kind", get_args(Event))
@settings(max_examples=3, deadline=None)
@given(data=st.data())
def test_an_earlier_version_has_written_less(kind: type, data: st.DataObject) -> None:
    """Then it is what it was before there was anything else."""
    event = data.draw(of_type(kind))
    line = json.loads(encode(event))
    for name in defaults(kind):
        del line[name]
    assert repr(decode(json.dumps(line))) == repr(replace(event, **defaults(kind)))


def test_bytes_that_were_no_text_come_back() -> None:
    """Output of a test may hold lone surrogates, and line ends that JSON has no need to escape."""
    event = finished(0, stdout="\udcff \u2028 \x85\n")
    line = encode(event)
    assert line.isascii()
    assert decode(line) == event


def test_a_line_is_an_object_with_the_names_of_the_fields(path: Path) -> None:
    """A person with `less` can read it."""
    written(path, over(not_run=3))
    assert json.loads(path.read_text()) == {
        "event": "RunFinished",
        "reason": 0,
        "message": "",
        "not_run": 3,
        "at": 1_700_000_010.0,
        "controller_seconds": 0.0,
    }


def test_what_was_flushed_is_in_the_file(path: Path) -> None:
    """A batch is one write: the controller may be killed at any moment."""
    log = EventLog(path)
    log.on_event(a_run())
    assert not path.exists()
    log.flush()
    assert list(read_events(path)) == [a_run()]
    log.close()
    log.close()


def test_a_disk_that_takes_a_part_has_not_taken_it(path: Path) -> None:
    """It refuses what comes then, and the log is as readable as after its writer was killed."""
    resource = pytest.importorskip("resource")
    log = EventLog(path)
    log.on_event(a_run())
    log.on_event(over())
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(encode(a_run())) + 5, limits[1]))
    try:
        with pytest.raises(OSError, match="too large"):
            log.flush()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    log.close()
    assert list(read_events(path)) == [a_run()]


def test_a_log_that_cannot_be_opened_says_so_when_it_is_written(path: Path) -> None:
    """Not when it is made: a run goes on without one."""
    path.mkdir()
    log = EventLog(path)
    log.on_event(a_run())
    with pytest.raises(OSError, match=r"directory|denied"):
        log.flush()
    log.close()


def test_replaying_the_log_gives_the_same_summary(path: Path) -> None:
    """Every report can be rebuilt from the log."""
    events = (a_run(), plan_of(2), finished(1, agent="gw1"), *poisoned(0), over())
    written(path, *events)
    assert summary_of(*read_events(path)) == summary_of(*events)


def test_a_torn_last_line_is_left_out(path: Path) -> None:
    """Its writer was killed in the middle of it."""
    written(path, a_run(), lost("gw0"))
    path.write_bytes(path.read_bytes()[:-20])
    assert list(read_events(path)) == [a_run()]


def test_a_torn_last_line_is_cut_when_the_log_goes_on(path: Path) -> None:
    """A resumed run appends to a log that stays readable."""
    written(path, a_run(), lost("gw0"))
    path.write_bytes(path.read_bytes()[:-20])
    written(path, over())
    assert list(read_events(path)) == [a_run(), over()]


def test_appending_keeps_what_is_there(path: Path) -> None:
    """The log is append-only."""
    written(path, a_run())
    written(path, over())
    assert list(read_events(path)) == [a_run(), over()]


@pytest.mark.parametrize(
    "line",
    [
        "not json",
        "[]",
        "{}",
        '{"event":"Nonsense","at":1}',
        '{"event":"TimePassed"}',
        '{"event":"TimePassed","at":1,"more":2}',
        '{"event":"RunFinished","reason":99,"message":"","not_run":0,"at":1}',
    ],
)
def test_a_complete_line_that_is_no_event_is_an_error_that_names_it(path: Path, line: str) -> None:
    """Silence would lose verdicts."""
    written(path, a_run())
    with path.open("a") as file:
        file.write(line + "\n")
    with pytest.raises(EventLogError, match=r"events\.jsonl, line 2: "):
        list(read_events(path))
