"""When run-scoped fixtures are set up and torn down, and what who waits gets."""

from __future__ import annotations

from collections.abc import Sequence

from pytest_agentorch.model.exit_status import ExitStatus
from pytest_agentorch.model.ids import TestId
from pytest_agentorch.model.run_fixture import AnswerKind, FixtureKey, Home
from pytest_agentorch.model.run_fixture_event import RunFixtureLost
from pytest_agentorch.orchestration import fixture_command as do
from pytest_agentorch.orchestration.run_fixtures import RunFixtures
from tests.unit.orchestration.fixture_keys import (
    BROKEN,
    GW0,
    GW1,
    GW2,
    GW3,
    QUIET,
    UP,
    a_key,
    a_wish,
)

SERVER, CLIENT = a_key("server"), a_key("client")
HOME = Home(params="", phase="")
KILLED = ExitStatus(returncode=-9)


def some(users: dict[FixtureKey, Sequence[int]] | None = None, timeout: float = 60) -> RunFixtures:
    """Two slots for agents; one test uses the server unless others are named."""
    named = {SERVER: [0]} if users is None else users
    return RunFixtures({key: [*map(TestId, who)] for key, who in named.items()}, 2, timeout)


def wanted(fixtures: RunFixtures) -> list[do.FixtureCommand]:
    """What is to be done now; nothing was lost."""
    losses, commands = fixtures.decided()
    assert not losses
    return commands


def set_up(*keys: FixtureKey, users: dict[FixtureKey, Sequence[int]] | None = None) -> RunFixtures:
    """Fixtures that gw0 has asked for are up, in gw2."""
    fixtures = some(users)
    for number, key in enumerate(keys, 1):
        fixtures.ask(a_wish(key, number=number), 1.0)
    fixtures.ready(GW2, 2.0)
    for key in keys:
        fixtures.set_up(key, UP, 3.0, lives=True)
    fixtures.decided()
    return fixtures


def test_the_first_who_asks_starts_its_process() -> None:
    """Everybody else waits with it, and is told as it is; what was printed goes to the first."""
    fixtures = some()
    fixtures.ask(a_wish(SERVER, GW0, 7), 1.0)
    assert wanted(fixtures) == [do.StartHost(host=GW2, home=HOME)]
    fixtures.ask(a_wish(SERVER, GW1, 3), 1.5)
    assert wanted(fixtures) == []
    fixtures.ready(GW2, 2.0)
    assert wanted(fixtures) == [do.SetUp(host=GW2, key=SERVER, item=3)]
    fixtures.set_up(SERVER, UP, 3.0, lives=True)
    assert wanted(fixtures) == [
        do.Tell(agent=GW0, number=7, answer=UP),
        do.Tell(agent=GW1, number=3, answer=QUIET),
    ]
    fixtures.ask(a_wish(SERVER, GW1, 4), 4.0)
    assert wanted(fixtures) == [do.Tell(agent=GW1, number=4, answer=QUIET)]


def test_after_its_last_user_it_is_torn_down_and_its_process_ends() -> None:
    """Not before: and another one comes only if somebody asks of whom nobody knew."""
    fixtures = set_up(SERVER, users={SERVER: [0, 1]})
    assert fixtures.test_ended(TestId(1), 4.0) == []
    assert wanted(fixtures) == []
    assert fixtures.test_ended(TestId(0), 5.0) == [SERVER]
    assert wanted(fixtures) == [do.TearDown(host=GW2, key=SERVER)]
    fixtures.torn_down(SERVER, 6.0)
    assert wanted(fixtures) == [do.FinishHost(host=GW2)]
    fixtures.ask(a_wish(SERVER, dynamic=True), 7.0)
    assert wanted(fixtures) == [do.StartHost(host=GW3, home=HOME)]
    fixtures.host_done(GW2)
    assert fixtures.host_gone(GW2, ExitStatus(returncode=0), "", 8.0) == []
    assert wanted(fixtures) == []
    assert set(fixtures.hosts) == {GW3}


def test_who_comes_while_it_is_torn_down_gets_a_new_one() -> None:
    """In the same process."""
    fixtures = set_up(SERVER)
    fixtures.test_ended(TestId(0), 4.0)
    fixtures.decided()
    fixtures.ask(a_wish(SERVER, GW1, 9, dynamic=True), 5.0)
    assert wanted(fixtures) == []
    fixtures.torn_down(SERVER, 6.0)
    assert wanted(fixtures) == [do.SetUp(host=GW2, key=SERVER, item=9)]


def test_what_fails_is_told_to_everybody_and_not_tried_again() -> None:
    """There is nothing to tear down."""
    fixtures = some({SERVER: [0, 1]})
    fixtures.ask(a_wish(SERVER), 1.0)
    fixtures.ready(GW2, 1.0)
    fixtures.decided()
    fixtures.set_up(SERVER, BROKEN, 2.0, lives=False)
    assert wanted(fixtures) == [
        do.Tell(agent=GW0, number=1, answer=BROKEN),
        do.FinishHost(host=GW2),
    ]
    fixtures.ask(a_wish(SERVER, GW1, 2), 3.0)
    assert wanted(fixtures) == [do.Tell(agent=GW1, number=2, answer=BROKEN)]


def test_what_another_one_needs_goes_after_it() -> None:
    """Also if nobody has ever asked for it."""
    fixtures = some({CLIENT: [0]})
    fixtures.ask(a_wish(CLIENT), 1.0)
    fixtures.ready(GW2, 1.0)
    fixtures.set_up(CLIENT, UP, 2.0, lives=True, needs=[SERVER])
    fixtures.decided()
    fixtures.test_ended(TestId(0), 3.0)
    assert wanted(fixtures) == [do.TearDown(host=GW2, key=CLIENT)]
    fixtures.torn_down(CLIENT, 4.0)
    assert wanted(fixtures) == [do.TearDown(host=GW2, key=SERVER)]
    fixtures.torn_down(SERVER, 5.0)
    assert wanted(fixtures) == [do.FinishHost(host=GW2)]


def test_what_was_set_up_on_the_way_is_asked_for_when_somebody_wants_it() -> None:
    """Its value is not known before."""
    fixtures = some({CLIENT: [0], SERVER: [0, 1]})
    fixtures.ask(a_wish(CLIENT), 1.0)
    fixtures.ready(GW2, 1.0)
    fixtures.set_up(CLIENT, UP, 2.0, lives=True, needs=[SERVER])
    fixtures.decided()
    fixtures.ask(a_wish(SERVER, GW1, 2), 3.0)
    assert wanted(fixtures) == [do.SetUp(host=GW2, key=SERVER, item=2)]


def test_parameters_have_processes_of_their_own() -> None:
    """One fixture has one value in one process."""
    one, two = a_key("server", "server=0"), a_key("server", "server=1")
    fixtures = some({one: [0], two: [1]})
    fixtures.ask(a_wish(one), 1.0)
    fixtures.ask(a_wish(two, GW1), 1.0)
    assert [type(command) for command in wanted(fixtures)] == [do.StartHost, do.StartHost]
    assert fixtures.home(GW3) == Home(params="server=1", phase="")


def test_who_holds_something_is_waited_for() -> None:
    """An agent that has connected ends that first; a host that has asked is one, too."""
    fixtures = some({SERVER: [0]})
    fixtures.ask(a_wish(SERVER, holds=True), 1.0)
    fixtures.ready(GW2, 1.0)
    fixtures.set_up(SERVER, UP, 2.0, lives=True)
    fixtures.test_ended(TestId(0), 3.0)
    fixtures.decided()
    fixtures.agent_gone(GW0, 4.0)
    assert wanted(fixtures) == [do.TearDown(host=GW2, key=SERVER)]


def test_a_user_of_whom_nobody_knew_keeps_it_to_the_end() -> None:
    """Of its phase, or of the run."""
    own = a_key("own", phase="unit")
    fixtures = some({})
    for key in (SERVER, own):
        fixtures.ask(a_wish(key, dynamic=True), 1.0)
    for host, key in ((GW2, SERVER), (GW3, own)):
        fixtures.ready(host, 1.0)
        fixtures.set_up(key, UP, 2.0, lives=True)
    fixtures.decided()
    fixtures.phase_over("e2e", 3.0)
    assert wanted(fixtures) == []
    fixtures.phase_over("unit", 3.0)
    assert wanted(fixtures) == [do.TearDown(host=GW3, key=own)]
    fixtures.end(4.0)
    assert do.FinishHost(host=GW2) in wanted(fixtures)


def test_the_end_of_its_process_fails_all_who_use_it() -> None:
    """Those who wait, those who come later, and what agents have of it is worth nothing."""
    fixtures = set_up(SERVER, users={SERVER: [0, 1]})
    fixtures.ask(a_wish(CLIENT, GW1, 2), 4.0)
    fixtures.decided()
    assert fixtures.host_gone(GW2, KILLED, "last words", 5.0) == [SERVER, CLIENT]
    (loss,), (revoked, told) = fixtures.decided()
    assert isinstance(loss, RunFixtureLost)
    assert (loss.fixtures, loss.users) == (("server", "client"), 2)
    assert revoked == do.Revoke(agent=GW0, key=SERVER)
    assert isinstance(told, do.Tell)
    assert told.answer.kind is AnswerKind.FAILED
    assert "last words" in told.answer.text
    fixtures.ask(a_wish(SERVER, GW1, 3), 6.0)
    (late,) = wanted(fixtures)
    assert isinstance(late, do.Tell)
    assert "'server' is gone: SIGKILL" in late.answer.text
    assert not fixtures.hosts


def test_the_end_of_its_process_in_a_teardown_fails_its_last_user() -> None:
    """Nobody else would."""
    fixtures = set_up(SERVER, users={SERVER: [0]})
    fixtures.test_ended(TestId(0), 4.0)
    assert wanted(fixtures) == [do.TearDown(host=GW2, key=SERVER)]
    fixtures.host_gone(GW2, KILLED, "", 5.0)
    (loss,), (failed, revoked) = fixtures.decided()
    assert failed == do.FailTeardown(key=SERVER, loss=loss)
    assert isinstance(revoked, do.Revoke)


def test_the_end_of_its_process_at_the_end_fails_its_last_user() -> None:
    """Those who have not run never will."""
    fixtures = set_up(SERVER, users={SERVER: [0, 1]})
    fixtures.end(4.0)
    fixtures.host_gone(GW2, KILLED, "", 5.0)
    (loss,), commands = fixtures.decided()
    assert do.FailTeardown(key=SERVER, loss=loss) in commands


def test_an_agent_that_is_gone_is_not_answered() -> None:
    """The set-up goes on: its test will run again."""
    fixtures = some()
    fixtures.ask(a_wish(SERVER), 1.0)
    fixtures.ready(GW2, 1.0)
    fixtures.agent_gone(GW0, 2.0)
    fixtures.decided()
    fixtures.set_up(SERVER, UP, 3.0, lives=True)
    assert wanted(fixtures) == []


def test_what_takes_too_long_is_ended() -> None:
    """Once; the reason is told to who waits."""
    fixtures = some(timeout=5.0)
    moments = [fixtures.next_at]
    fixtures.ask(a_wish(SERVER), 1.0)
    moments.append(fixtures.next_at)
    fixtures.ready(GW2, 2.0)
    moments.append(fixtures.next_at)
    assert moments == [None, 301.0, 7.0]
    fixtures.decided()
    fixtures.on_time(6.9)
    assert wanted(fixtures) == []
    fixtures.on_time(7.0)
    assert wanted(fixtures) == [do.EndHost(host=GW2, gently=True)]
    assert fixtures.next_at is None
    fixtures.on_time(8.0)
    assert wanted(fixtures) == []
    fixtures.host_gone(GW2, KILLED, "", 9.0)
    (loss,), _ = fixtures.decided()
    assert loss.status.reason == "setting it up took longer than 5 s"


def test_one_that_waits_for_its_turn_is_not_late() -> None:
    """A host does one thing after the other."""
    fixtures = some({SERVER: [0], CLIENT: [0]}, timeout=5.0)
    fixtures.ask(a_wish(SERVER, GW0), 0.0)
    fixtures.ask(a_wish(CLIENT, GW1), 0.0)
    fixtures.ready(GW2, 0.0)
    fixtures.set_up(SERVER, UP, 4.0, lives=True)
    assert fixtures.next_at == 9.0


def test_at_the_end_what_is_being_set_up_is_given_up() -> None:
    """What has not come up is not waited for, and who holds a fixture of another ends first."""
    fixtures = some({SERVER: [0]})
    own = a_key("own", "own=0")
    fixtures.ask(a_wish(SERVER), 1.0)
    fixtures.ask(a_wish(own), 1.0)
    fixtures.ready(GW2, 1.0)
    fixtures.ready(GW3, 1.0)
    fixtures.set_up(SERVER, UP, 2.0, lives=True)
    fixtures.ask(a_wish(SERVER, GW3), 2.0)
    fixtures.ask(a_wish(a_key("late", "late=0")), 2.0)
    fixtures.decided()
    fixtures.end(3.0)
    assert wanted(fixtures) == [
        do.InterruptHost(host=GW3),
        do.EndHost(host=next(h for h in fixtures.hosts if h not in (GW2, GW3)), gently=False),
        do.FinishHost(host=GW3),
    ]
    fixtures.host_done(GW3)
    fixtures.host_gone(GW3, ExitStatus(returncode=0), "", 4.0)
    assert wanted(fixtures) == [do.FinishHost(host=GW2)]
    fixtures.abandon()
    assert do.EndHost(host=GW2, gently=False) in wanted(fixtures)
    fixtures.host_gone(GW2, KILLED, "", 5.0)
    assert wanted(fixtures) == []


def test_a_test_may_come_to_use_another_one() -> None:
    """Its phase is another one now: so nobody waits for it in vain, and nothing ends too early."""
    own, other = a_key("own", phase="unit"), a_key("own", phase="e2e")
    fixtures = set_up(own, users={own: [0], other: [1]})
    fixtures.use(TestId(1), [own])
    assert fixtures.test_ended(TestId(0), 4.0) == []
    assert wanted(fixtures) == []
    assert fixtures.test_ended(TestId(1), 5.0) == [own]
    assert do.TearDown(host=GW2, key=own) in wanted(fixtures)
