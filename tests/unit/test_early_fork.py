"""What is known of a fork before any test is collected."""

from __future__ import annotations

import sys

import pytest

from pytest_agentorch import early_fork


@pytest.fixture(autouse=True)
def _on_linux(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(early_fork, "other_threads", lambda: ())
    monkeypatch.setattr(early_fork, "live_breakers", lambda: ())


def test_a_process_with_one_thread_can_be_forked() -> None:
    """On Linux."""
    assert early_fork.objection() is None


@pytest.mark.parametrize("platform", ["darwin", "win32", "freebsd14"])
def test_other_systems_are_not_trusted(monkeypatch: pytest.MonkeyPatch, platform: str) -> None:
    """Their own libraries do not survive it."""
    monkeypatch.setattr(sys, "platform", platform)
    assert early_fork.objection() == f"forking is not safe on {platform}"


def test_a_process_with_threads_cannot_be_forked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first of them is named."""
    monkeypatch.setattr(early_fork, "other_threads", lambda: ('thread "a"', 'thread "b"'))
    reason = 'thread "a" runs in the process that pytest was started in'
    assert early_fork.objection() == reason


def test_what_breaks_forks_may_be_there_already(monkeypatch: pytest.MonkeyPatch) -> None:
    """A plugin may have called `gevent.monkey.patch_all`."""
    monkeypatch.setattr(early_fork, "live_breakers", lambda: ("gevent has patched os.fork",))
    assert early_fork.objection() == "gevent has patched os.fork"
