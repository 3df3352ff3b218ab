"""Folders whose names are no UTF-8: what works in one process works on agents."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tests.functional.running import Suite

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="no such names")

ODD = os.fsdecode(b"caf\xe9")
TESTS = """
import os
def test_passes(): assert b"caf\\xe9" in os.fsencode(os.getcwd())
def test_prints(): print("here"); assert 0
def test_imports(): import shop; assert shop.PRICE == 5
"""
THREAD = """
import threading
threading.Thread(target=threading.Event().wait, daemon=True).start()
"""
WAYS = {
    "forked": ["--agents-start=fork"],
    "copied": ["--agents-start=spawn"],
    "spawned": ["-p", "thread_of_mine"],
    "isolated": ["--agents-isolate=test"],
    "measured": ["--agents-cov=shop"],
}


def odd_suite(tmp_path: Path) -> Suite:
    """A project in such a folder."""
    folder = tmp_path / ODD
    folder.mkdir()
    suite = Suite(folder, tmp_path / "records", {})
    return suite.write(test_it=TESTS, shop="PRICE = 5", thread_of_mine=THREAD)


@pytest.mark.parametrize("way", WAYS)
def test_a_project_may_be_in_any_folder(tmp_path: Path, way: str) -> None:
    """Agents start there, however they do."""
    suite = odd_suite(tmp_path)
    ran = suite.agents(2, *WAYS[way], env={"PYTHONPATH": str(suite.folder)})
    assert ran.counts == {"passed": 2, "failed": 1}, str(ran)
    assert not ran.incidents
    assert ran.ours["start"] == ("spawn" if way in ("copied", "spawned") else "fork")
