"""The share of its host that a run takes, and gives back at its end."""

from __future__ import annotations

import pytest

from pytest_agentorch.agents_asked import most_agents
from pytest_agentorch.learned import learned_agents
from pytest_agentorch.model.capacity import Capacity
from pytest_agentorch.model.frozen import replace
from pytest_agentorch.model.settings import Settings
from pytest_agentorch.model.share import Share, Wish
from pytest_agentorch.orchestration.share import agent_memory, decide_share
from pytest_agentorch.storage.host_ledger import HostLedger


def take_share(
    config: pytest.Config, settings: Settings, capacity: Capacity, agents: int | None
) -> Settings:
    """Return the settings with what there is for the run.

    Args:
        config: pytest's; when it is done with, the share is given back.
        settings: of a run that is alone.
        capacity: what there is, whoever uses it.
        agents: how many were asked for; None for `auto`.
    """
    key, learned = ("", None) if agents is not None else learned_agents(config, settings, capacity)
    wish = Wish(
        agents=agents,
        learned=None if learned is None else learned.agents,
        memory=settings.resources.memory,
        limit=settings.resource_limit,
        agent_memory=agent_memory(settings.phases),
        most=most_agents(config),
    )
    share = _beside_others(config, settings, wish, capacity)
    return replace(
        settings,
        agents=share.agents,
        learning=key,
        learned="" if learned is None else learned.reason,
        memory=share.memory,
        most_memory=share.most_memory,
        memory_decides=share.by_memory,
        taken_cpus=share.taken_cpus,
        other_runs=share.other_runs,
    )


def _beside_others(
    config: pytest.Config, settings: Settings, wish: Wish, capacity: Capacity
) -> Share:
    ledger = None
    if settings.resources.share_host:
        ledger = HostLedger.of_this_user(settings.run)
    if ledger is None:
        return decide_share(wish, capacity, ())
    config.add_cleanup(ledger.leave)
    return ledger.take(wish, capacity)
