"""How busy the host is."""

from __future__ import annotations

from pytest_agentorch.system.host import Host


def test_it_is_known_since_the_time_before() -> None:
    """The first time there is none."""
    host = Host()
    first, second = host.use(), host.use()
    assert first.cpu_percent is None
    assert second.cpu_percent is not None
    assert 0.0 <= second.cpu_percent <= 100.0
    assert first.memory_available > 0
