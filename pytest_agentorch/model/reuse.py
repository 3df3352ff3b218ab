"""What decides whether a test that has passed before need not run again."""

from __future__ import annotations

from pytest_agentorch.model.frozen import Frozen
from pytest_agentorch.model.ids import RunId

NO_REUSE = "no_reuse"
"""The mark of tests that always run."""
BY_NAME = "agentorch_by_name"
"""In an agent's last words: files of the project that were loaded, and that no import leads to."""
SEEN = "agentorch_seen"
"""In an agent's last words: digests of these, and of what else of the project it has read."""


class ReuseSettings(Frozen):
    """What the verdict of a test depends on besides code.

    Attributes:
        paths: files and folders below rootdir, also as patterns.
        env: names of environment variables.
    """

    paths: tuple[str, ...] = ()
    env: tuple[str, ...] = ()


class ReuseTask(Frozen):
    """What the agent that collects needs to know for it.

    Attributes:
        by_name: something of the project has been loaded by name in an earlier run.
        began: when the run did: what is written later may be other than what has been imported.
    """

    settings: ReuseSettings
    by_name: bool
    began: float


class Pass(Frozen):
    """A test has passed.

    Attributes:
        fingerprint: of all that this depends on.
        run: in which run.
    """

    fingerprint: str
    run: RunId
