"""Tests on agents never wait for memory of the interpreter's own stack."""

from __future__ import annotations

import pytest

from tests.functional.running import Suite


@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_no_loop_pays_for_its_depth(suite: Suite, start: str) -> None:
    """At the end of a chunk of the stack each call would map a page, and unmap it."""
    pytest.importorskip("resource")
    suite.write(
        test_it="""
        import resource

        def leaf():
            pass

        def most_faults(depth):
            before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
            for _ in range(500):
                leaf()
            here = resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before
            return here if depth == 0 else max(here, most_faults(depth - 1))

        def test_it():
            assert most_faults(300) < 500
        """
    )
    ran = suite.agents(1, f"--agents-start={start}")
    assert ran.counts == {"passed": 1}, str(ran)
