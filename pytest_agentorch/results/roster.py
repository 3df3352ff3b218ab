"""The agents of a run as its events show them. Pure; part of the fold in `summary`."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

from pytest_agentorch.model.event import (
    AgentConnected,
    AgentDone,
    AgentExited,
    AgentLost,
    AgentReady,
    AgentsMeasured,
)
from pytest_agentorch.model.frozen import replace
from pytest_agentorch.model.ids import AgentId, SlotId
from pytest_agentorch.model.outcome import Outcome
from pytest_agentorch.results.tally import Tally
from pytest_agentorch.results.usage import AgentState, AgentSummary, Work


class Roster:
    """One record per agent process, in the order in which they appeared."""

    def __init__(self) -> None:
        self._agents: dict[AgentId, AgentSummary] = {}
        self._connections: list[AgentConnected] = []

    @property
    def slots(self) -> Mapping[AgentId, SlotId]:
        """The slot of each agent."""
        return {agent: record.slot for agent, record in self._agents.items()}

    @property
    def connections(self) -> tuple[AgentConnected, ...]:
        """When each process came up."""
        return tuple(self._connections)

    def slot(self, agent: AgentId) -> SlotId:
        """The slot of an agent; if no event has told it, what its name says."""
        record = self._agents.get(agent)
        return record.slot if record is not None else SlotId(agent.partition(".")[0])

    def record(self, agent: AgentId) -> AgentSummary:
        """What is known of an agent, without what it did."""
        return self._agents.get(agent) or _unknown(agent, self.slot(agent))

    def is_active(self, agent: AgentId) -> bool:
        """Whether nothing tells of its end."""
        record = self._agents.get(agent)
        return record is None or record.state is AgentState.ACTIVE

    def on_event(
        self, event: AgentConnected | AgentReady | AgentDone | AgentExited | AgentLost
    ) -> None:
        """Take note of one event."""
        agent = event.agent
        record = self.record(agent)
        match event:
            case AgentConnected():
                self._connections.append(event)
                record = replace(record, slot=event.slot, pid=event.pid, connected=event.at)
            case AgentReady():
                record = replace(record, ready=event.at)
            case AgentLost():
                record = replace(
                    record,
                    slot=event.slot,
                    state=AgentState.FAILED,
                    status=str(event.status),
                    ended=event.at,
                )
            case AgentDone():
                record = replace(record, cost=event.cost)
                if record.state is AgentState.ACTIVE:
                    record = replace(record, state=AgentState.TERMINATED, ended=event.at)
            case _:
                # Whether it was lost is the orchestrator's to say, before or after this.
                failed = record.state is AgentState.FAILED
                record = replace(
                    record,
                    state=AgentState.FAILED if failed else AgentState.TERMINATED,
                    status=str(event.status),
                    peak_memory=_most(record.peak_memory, event.status.peak_memory),
                    ended=event.at,
                )
        self._agents[agent] = record

    def measure(self, event: AgentsMeasured) -> None:
        """Take note of what agents have taken so far."""
        for most in event.most:
            record = self.record(most.agent)
            lived = 0.0 if record.connected is None else event.at - record.connected
            self._agents[most.agent] = replace(
                record,
                peak_memory=_most(record.peak_memory, most.memory),
                cpu_seconds=most.cpu_seconds,
                cpu_percent=100 * most.cpu_seconds / lived if lived > 0 else None,
                threads=most.threads,
                open_files=most.open_files,
            )

    def slot_summaries(self, work: Mapping[AgentId, Work]) -> tuple[AgentSummary, ...]:
        """The same for each slot: all of its processes together, named and ended like the last."""
        by_slot: defaultdict[SlotId, list[AgentSummary]] = defaultdict(list)
        outcomes: defaultdict[SlotId, list[Outcome]] = defaultdict(list)
        for one in self.summaries(work):
            by_slot[one.slot].append(one)
            outcomes[one.slot] += work[one.agent].outcomes if one.agent in work else ()
        return tuple(
            _together(slot, some, Tally.of(outcomes[slot])) for slot, some in by_slot.items()
        )

    def summaries(self, work: Mapping[AgentId, Work]) -> tuple[AgentSummary, ...]:
        """The agents, with what they did, by the numbers of their slots."""
        known = sorted({**self._agents, **dict.fromkeys(work)}, key=_by_number)
        nothing = Work(outcomes=(), busy_seconds=0.0)
        records = [(a, self._agents.get(a) or _unknown(a, self.slot(a))) for a in known]
        return tuple(
            replace(
                record,
                tally=Tally.of(work.get(agent, nothing).outcomes),
                busy_seconds=work.get(agent, nothing).busy_seconds,
                peak_memory=_most(record.peak_memory, work.get(agent, nothing).memory or None),
            )
            for agent, record in records
        )


def _by_number(agent: AgentId) -> tuple[str, list[int]]:
    """Where an agent comes in a list: `gw2.3` behind `gw2`, before `gw10`."""
    return agent.rstrip("0123456789."), [int(part) for part in re.findall(r"\d+", agent)]


def _together(slot: SlotId, some: Sequence[AgentSummary], tally: Tally) -> AgentSummary:
    """Sum up the processes of a slot."""
    known = [one.cpu_seconds for one in some if one.cpu_seconds is not None]
    moments = [one.connected for one in some if one.connected is not None]
    return replace(
        some[-1],
        agent=AgentId(slot),
        tally=tally,
        busy_seconds=sum(one.busy_seconds for one in some),
        connected=min(moments, default=None),
        processes=len(some),
        peak_memory=_most(*(one.peak_memory for one in some)),
        cpu_seconds=sum(known) if known else None,
        cpu_percent=None,
        threads=_most(*(one.threads for one in some)),
        open_files=_most(*(one.open_files for one in some)),
    )


def _most(*some: int | None) -> int | None:
    return max((one for one in some if one is not None), default=None)


def _unknown(agent: AgentId, slot: SlotId) -> AgentSummary:
    return AgentSummary(
        agent=agent,
        slot=slot,
        pid=None,
        state=AgentState.ACTIVE,
        status="",
        tally=Tally(),
        busy_seconds=0.0,
        connected=None,
        ended=None,
    )
