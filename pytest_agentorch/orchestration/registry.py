"""The registry: every agent process of a run, and the slots in which they work."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from pytest_agentorch.model.errors import InvalidTransitionError
from pytest_agentorch.model.ids import AgentId, SlotId
from pytest_agentorch.orchestration.agent_record import AgentRecord, AgentState, SlotRecord, Step


class AgentRegistry:
    """One record per process, also of those that are gone. Changed by the orchestrator only."""

    def __init__(
        self,
        slots: Sequence[SlotId],
        capabilities: Mapping[SlotId, frozenset[str]] = MappingProxyType({}),
        priorities: Mapping[SlotId, int] = MappingProxyType({}),
    ) -> None:
        # Preferred ones first.
        self.slots = {
            slot: SlotRecord(
                slot,
                capabilities=capabilities.get(slot, frozenset()),
                priority=priorities.get(slot, 0),
            )
            for slot in sorted(slots, key=lambda slot: -priorities.get(slot, 0))
        }
        self.has_priorities = any(slot.priority for slot in self.slots.values())
        self.live: dict[AgentId, AgentRecord] = {}
        self._gone: dict[AgentId, AgentRecord] = {}

    def adopt(self, slot: SlotId, starts: int) -> AgentRecord:
        """Count a process that is there already, the last of so many that the slot has cost."""
        self.slots[slot].incarnations = starts - 1
        return self.occupy(self.slots[slot])

    def occupy(self, slot: SlotRecord) -> AgentRecord:
        """Make the record of a process that takes a free slot."""
        record = AgentRecord(slot.next_agent(), slot.slot)
        self.live[record.agent] = record
        return record

    def record(self, agent: AgentId, cause: object) -> AgentRecord:
        """The record of an agent, live or gone.

        Raises:
            InvalidTransitionError: there never was such an agent.
        """
        found = self.live.get(agent) or self._gone.get(agent)
        if found is None:
            raise InvalidTransitionError(agent, "unknown", cause, ())
        return found

    def heeds(self, agent: AgentId) -> bool:
        """Whether what an agent says still counts."""
        record = self.live.get(agent)
        return record is not None and record.state is not AgentState.EXPELLED

    def slot(self, record: AgentRecord) -> SlotRecord:
        """The slot of an agent."""
        return self.slots[record.slot]

    def exit(self, record: AgentRecord, step: Step, cause: object) -> None:
        """Take note that a process is gone and its slot is free."""
        record.move(step, cause)
        self._gone[record.agent] = self.live.pop(record.agent)
        self.slot(record).agent = None

    def in_state(self, *states: AgentState) -> list[AgentRecord]:
        """The live agents in one of these states."""
        return [record for record in self.live.values() if record.state in states]

    @property
    def is_settled(self) -> bool:
        """Whether every agent that there is takes part: none is coming or leaving."""
        return all(record.state is AgentState.ACTIVE for record in self.live.values())

    def free_slots(self) -> Iterable[SlotRecord]:
        """The slots in which an agent can be started, preferred ones first."""
        if len(self.live) == len(self.slots):
            return ()
        return [slot for slot in self.slots.values() if slot.is_free]
