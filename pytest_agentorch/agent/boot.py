"""What runs first in an agent: its source is shipped by execnet, so it needs nothing of ours.

The import path comes from the controller; only then can the rest be imported.
"""

if __name__ == "__channelexec__":
    import sys

    channel = globals()["channel"]
    start = channel.receive()
    # A folder whose name is no UTF-8 comes as bytes, behind a mark.
    sys.path[:] = [
        part if isinstance(part, str) else part[1].decode("utf-8", "surrogatepass")
        for part in start["sys_path"]
    ]

    from pytest_agentorch.agent.process import run_agent
    from pytest_agentorch.protocol.any_text import revealed

    run_agent(channel, revealed(start))
