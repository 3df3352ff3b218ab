"""Who gets what: whatever happens to agents, in order, once, and nothing of anybody else's."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from pytest_agentorch.model.ids import AgentId, SlotId, agent_id
from pytest_agentorch.model.letter import Letter, Word, dump_letter, load_letter
from pytest_agentorch.model.message import CONTROLLER, EVERYONE
from pytest_agentorch.orchestration import mailbox as mailboxes
from pytest_agentorch.orchestration.mail_router import (
    ACCEPTED_AT_ONCE,
    Accept,
    Deliver,
    Dispatch,
    HandOver,
    MailRouter,
    Settle,
    TellFull,
)
from tests.unit.orchestration.letters import letter

SLOTS = tuple(SlotId(f"gw{number}") for number in range(3))
GW0, GW1, GW2 = SLOTS
A0, A1 = AgentId("gw0"), AgentId("gw1")


@pytest.fixture
def router() -> MailRouter:
    """Of three slots; gw0 and gw1 have their agents."""
    made = MailRouter(SLOTS)
    assert made.arrive(A0, GW0) == made.arrive(A1, GW1) == []
    return made


def post(router: MailRouter, one: Letter, by: AgentId | None = A0) -> list[Dispatch]:
    """Post a letter as it travels."""
    return router.post(one, dump_letter(one), by)


def delivered(dispatches: Sequence[Dispatch]) -> list[tuple[AgentId, Letter]]:
    """To whom which letters went, all of them short."""
    return [
        (one.agent, load_letter(one.piece.text)) for one in dispatches if isinstance(one, Deliver)
    ]


def told(letter: str, problem: str) -> Settle:
    """gw0 is told of its letter."""
    return Settle(agent=A0, word=Word(letter=letter, problem=problem))


def test_a_letter_goes_to_whom_it_is_for(router: MailRouter) -> None:
    """And to nobody else; oneself is somebody."""
    one, other = letter(1, "gw0", "gw1"), letter(2, "gw0", "gw0")
    assert delivered(post(router, one)) == [(A1, one)]
    assert delivered(post(router, other)) == [(A0, other)]


def test_a_broadcast_goes_to_all(router: MailRouter) -> None:
    """To those who come later, too."""
    one = letter(1, "gw0", EVERYONE)
    assert delivered(post(router, one)) == [(A0, one), (A1, one)]
    assert delivered(router.arrive(AgentId("gw2"), GW2)) == [(AgentId("gw2"), one)]


def test_the_controller_has_plugins(router: MailRouter) -> None:
    """They are given the letter, and the sender may be told of it."""
    one = letter(1, "gw0", CONTROLLER, requires_ack=True)
    assert post(router, one) == [HandOver(letter=one, by=A0)]
    assert router.settle(one, A0, "no") == [told(one.id, "no")]


def test_a_sender_is_told_when_its_letter_is_received(router: MailRouter) -> None:
    """If it has asked for that."""
    post(router, letter(1, "gw0", "gw1", requires_ack=True))
    post(router, letter(2, "gw0", "gw1"))
    assert router.take(A1, 1) == [told("gw0-1", "")]
    assert router.take(A1, 1) == []
    assert router.take(A1, 2) == []


def test_a_sender_that_is_gone_is_told_nothing(router: MailRouter) -> None:
    """Nor is the next process of its slot, which does not know of the letter."""
    post(router, letter(1, "gw0", "gw1", requires_ack=True))
    router.leave(A0)
    router.arrive(AgentId("gw0.2"), GW0)
    assert router.take(A1, 1) == []


def test_who_is_gone_for_good_receives_nothing(router: MailRouter) -> None:
    """Senders hear of it, before and after."""
    why = "gw1 has been given up: too many of its agents have died"
    post(router, letter(1, "gw0", "gw1", requires_ack=True))
    router.leave(A1)
    assert router.close(GW1) == [told("gw0-1", why)]
    late = letter(2, "gw0", "gw1", requires_ack=True)
    assert post(router, late) == [told("gw0-2", why)]


def test_a_full_mailbox_refuses(router: MailRouter, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is told once to the user, and each time to a sender that waits."""
    monkeypatch.setattr(mailboxes, "CAPACITY", 150)
    post(router, letter(1, "gw0", "gw2"))
    post(router, letter(2, "gw0", "gw2"))
    refused = letter(3, "gw0", "gw2", requires_ack=True)
    problem = told("gw0-3", "the mailbox of gw2 is full")
    assert post(router, refused) == [TellFull(slot=GW2, letter=refused), problem]
    assert post(router, refused) == [problem]


def test_a_sender_is_told_that_its_letters_are_taken_in(router: MailRouter) -> None:
    """Many at a time."""
    found = [post(router, letter(n, "gw0", "gw1")) for n in range(2 * ACCEPTED_AT_ONCE)]
    accepted = [one for several in found for one in several if isinstance(one, Accept)]
    assert accepted == [Accept(agent=A0, count=ACCEPTED_AT_ONCE)] * 2


def test_what_nobody_has_received_is_known(router: MailRouter) -> None:
    """If somebody wanted to know."""
    post(router, letter(1, "gw0", "gw1"))
    post(router, letter(2, "gw0", "gw1", requires_ack=True))
    ((slot, unread),) = router.not_received()
    assert (slot, [one.letter.id for one in unread]) == (GW1, ["gw0-2"])


def test_what_a_stranger_says_changes_nothing(router: MailRouter) -> None:
    """An agent that is gone, or never was there."""
    assert router.take(AgentId("gw9"), 1) == []
    assert router.confirm(AgentId("gw9"), 1) == []
    router.leave(AgentId("gw9"))
    assert post(router, letter(1, "gw0", "gw9")) == []


class Traffic(RuleBasedStateMachine):
    """Agents that come, go, send and receive in any order, some of them slow."""

    def __init__(self) -> None:
        super().__init__()
        self.router = MailRouter(SLOTS)
        self.starts: defaultdict[SlotId, int] = defaultdict(int)
        self.here: dict[SlotId, AgentId] = {}
        self.sent: defaultdict[tuple[SlotId, str], list[str]] = defaultdict(list)
        self.posted: defaultdict[str, int] = defaultdict(int)
        # What is in each process: parts of a letter, letters, and what its tests have received.
        self.parts: dict[AgentId, list[str]] = {}
        self.inboxes: dict[AgentId, list[tuple[int, Letter]]] = {}
        self.unconfirmed: dict[AgentId, int] = {}
        # Of letters of agents that are here: how often their senders are to be told, and were.
        self.to_tell: dict[AgentId, Counter[str]] = {}
        self.told: dict[AgentId, Counter[str]] = {}
        self.received: defaultdict[tuple[SlotId, str], list[str]] = defaultdict(list)

    @rule(slot=st.sampled_from(SLOTS))
    def come_or_go(self, slot: SlotId) -> None:
        """A process ends, or one comes."""
        agent = self.here.pop(slot, None)
        if agent is not None:
            self.inboxes[agent], self.unconfirmed[agent] = [], 0
            self.router.leave(agent)
            return
        self.starts[slot] += 1
        agent = self.here[slot] = agent_id(slot, self.starts[slot])
        self.parts[agent], self.inboxes[agent], self.unconfirmed[agent] = [], [], 0
        self.to_tell[agent], self.told[agent] = Counter(), Counter()
        self.perform(self.router.arrive(agent, slot))

    @precondition(lambda self: self.here)
    @rule(
        data=st.data(),
        to=st.sampled_from([*SLOTS, EVERYONE]),
        size=st.sampled_from([1, 100, mailboxes.PIECE, 2 * mailboxes.WINDOW]),
        requires_ack=st.booleans(),
    )
    def send(self, data: st.DataObject, to: str, size: int, *, requires_ack: bool) -> None:
        """Some agent sends."""
        slot = data.draw(st.sampled_from(sorted(self.here)))
        self.posted[slot] += 1
        one = letter(self.posted[slot], slot, to, requires_ack=requires_ack)
        for addressed in SLOTS if to == EVERYONE else [SlotId(to)]:
            self.sent[addressed, slot].append(one.id)
            self.to_tell[self.here[slot]][one.id] += requires_ack
        text = dump_letter(one)
        self.perform(self.router.post(one, text + " " * size, self.here[slot]))

    @precondition(lambda self: self.here)
    @rule(data=st.data())
    def be_ready(self, data: st.DataObject) -> None:
        """A process that is there already is told of once more."""
        slot = data.draw(st.sampled_from(sorted(self.here)))
        self.perform(self.router.arrive(self.here[slot], slot))

    @precondition(lambda self: self.here)
    @rule(data=st.data())
    def receive(self, data: st.DataObject) -> None:
        """A test takes the oldest letter, if there is one."""
        slot = data.draw(st.sampled_from(sorted(self.here)))
        agent = self.here[slot]
        if self.inboxes[agent]:
            number, one = self.inboxes[agent].pop(0)
            self.received[slot, one.sender].append(one.id)
            self.perform(self.router.take(agent, number))

    @precondition(lambda self: self.here)
    @rule(data=st.data())
    def confirm(self, data: st.DataObject) -> None:
        """An agent says what has arrived."""
        slot = data.draw(st.sampled_from(sorted(self.here)))
        agent = self.here[slot]
        count, self.unconfirmed[agent] = self.unconfirmed[agent], 0
        self.perform(self.router.confirm(agent, count))

    def perform(self, dispatches: Iterable[Dispatch]) -> None:
        """Let pieces arrive."""
        for one in dispatches:
            if not isinstance(one, Deliver | Settle):
                continue
            assert one.agent in self.here.values(), "sent to nobody"
            if isinstance(one, Settle):
                self.unconfirmed[one.agent] += one.word.size
                self.told[one.agent][one.word.letter] += 1
                continue
            self.unconfirmed[one.agent] += len(one.piece.text)
            self.parts[one.agent].append(one.piece.text)
            if one.piece.is_last:
                text = "".join(self.parts[one.agent])
                self.parts[one.agent] = []
                self.inboxes[one.agent].append((one.piece.number, load_letter(text.rstrip())))

    @invariant()
    def little_is_under_way(self) -> None:
        """No pipe ever fills."""
        most = mailboxes.WINDOW + mailboxes.PIECE
        assert all(count <= most for count in self.unconfirmed.values())

    @invariant()
    def what_was_received_was_sent_in_that_order(self) -> None:
        """Once, and for this slot."""
        for key, ids in self.received.items():
            assert self.sent[key][: len(ids)] == ids

    def teardown(self) -> None:
        """At last everybody is there, and reads: nothing is lost."""
        for slot in SLOTS:
            if slot not in self.here:
                self.come_or_go(slot)
        while any((*self.inboxes.values(), *self.unconfirmed.values())):
            for slot, agent in self.here.items():
                inbox, self.inboxes[agent] = self.inboxes[agent], []
                for number, one in inbox:
                    self.received[slot, one.sender].append(one.id)
                    self.perform(self.router.take(agent, number))
                count, self.unconfirmed[agent] = self.unconfirmed[agent], 0
                self.perform(self.router.confirm(agent, count))
        assert all(self.told[agent] == self.to_tell[agent] for agent in self.here.values())
        sent = {key: ids for key, ids in self.sent.items() if ids}
        assert {key: ids for key, ids in self.received.items() if ids} == sent


Traffic.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestTraffic = Traffic.TestCase
