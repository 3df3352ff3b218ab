"""What the tests of a project run on."""

from __future__ import annotations

import pytest

from pytest_agentorch.migration.region import regions
from pytest_agentorch.migration.wish import Wish, find_wish


@pytest.mark.parametrize(
    ("text", "workers", "together"),
    [
        ("pytest -n 4", "4", ""),
        ("pytest -nlogical --dist=loadfile", "logical", "file"),
        ("pytest --numprocesses 3 --dist each", "3", ""),
        ("pytest --agents=3 --agents-dist=group", "3", "group"),
        ("pytest -n $N --dist loadscope", "auto", "scope"),
        ('["pytest", "-n", "4", "--dist", "loadfile"]', "4", "file"),
        ("pytest -n 2\naddopts = -n 5", "5", ""),
        ("pytest -n 0\npytest -n 2", "2", ""),
        ("pytest --agents-dist=balanced", "auto", ""),
        ("ls", "auto", ""),
    ],
)
def test_the_first_wish_counts(text: str, workers: str, together: str) -> None:
    """In words of either runner; configuration before commands."""
    wish = find_wish([(text, region) for region in regions(text)])
    assert wish == Wish(workers=workers, together=together)


def test_each_runner_has_its_words() -> None:
    """And is told that the other one has nothing to do."""
    wish = Wish(workers="4", together="file")
    assert wish.for_xdist == ["-n4", "--dist=loadfile", "--agents=0"]
    assert wish.for_agents == ["-n0", "--agents=4", "--agents-dist=file"]
    assert Wish().for_xdist == ["-nauto", "--dist=load", "--agents=0"]
    assert Wish().for_agents == ["-n0", "--agents=auto", "--agents-dist=balanced"]
