"""What a process finds in its config of the run that it belongs to."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_agentorch.agent.mail_door import MailDoor

DOOR: pytest.StashKey[MailDoor] = pytest.StashKey()
"""Where the messages of an agent come in."""
STATE: pytest.StashKey[Path] = pytest.StashKey()
"""Where the documents of the run are."""
