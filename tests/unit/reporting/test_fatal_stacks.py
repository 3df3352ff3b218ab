"""Stacks as Python writes them are shortened to what differs from test to test."""

from __future__ import annotations

from pytest_agentorch.reporting.fatal_stacks import readable

OWN_THREADS = """\
Thread 0x00007f1 (most recent call first):
  File "/x/site-packages/execnet/gateway_base.py", line 534 in read
  File "/x/site-packages/pytest_agentorch/system/native.py", line 76 in _live

Thread 0x00007f2 [flusher] (most recent call first):
  <no Python frame>

"""
THEIR_THREAD = """\
Thread 0x00007f3 (most recent call first):
  File "/usr/lib/python3.13/threading.py", line 359 in wait
  File "/shop/queue.py", line 5 in work
  File "/x/site-packages/pytest_agentorch/system/native.py", line 76 in _live

"""
TEST = """\
Current thread 0x00007f4 (most recent call first):
  File "/shop/image.py", line 3 in decode
  File "/shop/test_image.py", line 8 in test_decode
  File "/x/site-packages/_pytest/python.py", line 187 in pytest_pyfunc_call
"""
CALLERS = """\
  File "/x/site-packages/pluggy/_execution.py", line 147 in _multicall
  File "/x/bin/pytest", line 8 in <module>
"""
BEFORE = "printed\n\nFatal Python error: Segmentation fault\n\n"
AFTER = "\nExtension modules: numpy (total: 1)"


def test_what_the_test_did_is_left() -> None:
    """And other threads of the suite; neither pytest's own calls nor this plugin's threads."""
    whole = BEFORE + OWN_THREADS + THEIR_THREAD + TEST + CALLERS + AFTER
    assert readable(whole.splitlines()) == (BEFORE + THEIR_THREAD + TEST + AFTER).splitlines()


def test_output_without_stacks_stays() -> None:
    """Also frames and lines that only look like a part of one."""
    for text in ("", "a\n\n  b", CALLERS, BEFORE + AFTER, TEST.rstrip(), OWN_THREADS[44:170]):
        assert readable(text.splitlines()) == text.splitlines()


def test_a_stack_outside_of_tests_is_whole() -> None:
    """In this plugin's code, in a hook, in pytest: nobody knows what matters there."""
    stack = OWN_THREADS.replace("Thread", "Current thread", 1).partition("\n\n")[0] + "\n"
    assert readable(stack.splitlines()) == stack.splitlines()
    begins = TEST.replace("in pytest_pyfunc_call", "in pytest_cmdline_main") + CALLERS
    assert readable((begins + "last words").splitlines()) == [*begins.splitlines(), "last words"]
