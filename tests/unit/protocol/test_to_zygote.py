"""What the controller says to the zygote comes back as it was."""

from __future__ import annotations

from pytest_agentorch.model.ids import AgentId
from pytest_agentorch.protocol.codec import TO_ZYGOTE
from pytest_agentorch.protocol.to_zygote import (
    BecomeAgent,
    CopyForAgent,
    EndZygote,
    ForkAgent,
    Go,
    ToZygote,
)


def test_every_request_comes_back() -> None:
    """Bytes that were no text in the environment, too."""
    requests: list[ToZygote] = [
        Go(start="abc", environment={"HOME": "/h", "ODD": "\udcff"}),
        ForkAgent(agent=AgentId("gw1"), start="x"),
        CopyForAgent(agent=AgentId("gw1"), start="x", environment={"ODD": "\udcff"}),
        BecomeAgent(agent=AgentId("gw0"), start="y"),
        EndZygote(),
    ]
    assert list(TO_ZYGOTE.decode(TO_ZYGOTE.encode(requests, 4), 4)) == requests
