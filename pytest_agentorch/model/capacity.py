"""How much of its machine a process may use."""

from __future__ import annotations

from pytest_agentorch.model.frozen import Frozen


class Capacity(Frozen):
    """What there is for this process, whoever else uses it.

    Attributes:
        cpus: by affinity and quota, or as the user says; fractions, too.
        host_cpus: all that the host has.
        memory: in bytes: the limit of its container, or what the host has; 0 if nobody knows.
        host_memory: what the host has; 0 if nobody knows.
        domain: what makes it less than the host: processes with the same word share it.
    """

    cpus: float
    host_cpus: float
    memory: int
    host_memory: int
    domain: str = ""
