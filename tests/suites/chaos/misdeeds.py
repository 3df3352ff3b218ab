"""What tests of the random suites do to their process."""

import ctypes
import os
import signal
import time
from pathlib import Path


def exits():
    os._exit(0)


def aborts():
    os.abort()


def segfaults():
    ctypes.string_at(0)


def kills_itself():
    os.kill(os.getpid(), signal.SIGKILL)


def leaves():
    raise SystemExit(0)


def exits_once():
    mark = Path(__file__).with_name("exited")
    if not mark.exists():
        mark.touch()
        os._exit(7)


def hangs():
    time.sleep(600)


def swallows():
    while True:
        try:
            time.sleep(600)
        except BaseException:
            pass


def holds_the_gil():
    """A call of C that no signal interrupts."""
    library, mutex = ctypes.PyDLL(None), ctypes.create_string_buffer(128)
    library.pthread_mutex_lock(mutex)
    library.pthread_mutex_lock(mutex)


def freezes():
    os.kill(os.getpid(), signal.SIGSTOP)


def closes_descriptors():
    os.closerange(0, 1024)


def has_a_child():
    """It keeps every pipe open, and outlives its parent."""
    if os.fork() == 0:
        time.sleep(600)
        os._exit(0)


def has_a_daemon():
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            time.sleep(600)
        os._exit(0)
    os.wait()


def dies_before_its_child():
    has_a_child()
    os._exit(9)


def dies_before_its_daemon():
    has_a_daemon()
    os._exit(9)


def has_a_child_that_returns():
    os.fork()
