"""What runs first in an agent: its source is shipped by execnet, so it needs nothing of ours.

The import path comes from the controller; only then can the rest be imported.
"""

if __name__ == "__channelexec__":
    import sys

    channel = globals()["channel"]
    start = channel.receive()
    sys.path[:] = start["sys_path"]

    from pytest_agentorch.agent.process import run_agent

    run_agent(channel, start)
