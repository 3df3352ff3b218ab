"""An interpreter that lacks what only POSIX systems have, as far as one can live so on them.

`python -m tests.functional.without_posix` imports every module of the package in one, twice: what
others need to be imported has been imported by then.
"""

from __future__ import annotations

import importlib
import os
import pkgutil
import select
import signal
import socket
import sys
import time
from collections.abc import Iterator

MODULES = ("fcntl", "grp", "posix", "pty", "pwd", "resource", "syslog", "termios", "tty")
NAMES = {
    os: (
        *("fork", "forkpty", "killpg", "getpgid", "getpgrp", "setpgid", "setsid", "getsid"),
        *("register_at_fork", "sched_getaffinity", "sched_setaffinity", "getgid", "getgroups"),
        *("waitid", "wait3", "wait4", "P_PID", "P_PIDFD", "WEXITED", "WNOWAIT", "getpriority"),
        *("setpriority", "PRIO_PROCESS", "nice", "mkfifo", "pidfd_open", "getloadavg", "uname"),
        *("statvfs", "pread", "pwrite", "posix_fallocate", "posix_spawn", "openpty", "ttyname"),
        *("tcgetpgrp", "tcsetpgrp", "eventfd", "memfd_create"),
    ),
    signal: (
        *("SIGUSR1", "SIGUSR2", "SIGHUP", "SIGALRM", "SIGCHLD", "SIGTSTP", "SIGCONT", "SIGSTOP"),
        *("SIGTTIN", "SIGTTOU", "SIGQUIT", "SIGPROF", "SIGVTALRM", "SIGPIPE", "SIGRTMIN"),
        *("SIGRTMAX", "setitimer", "getitimer", "ITIMER_REAL", "alarm", "pause", "sigwait"),
        *("pthread_sigmask", "pthread_kill", "siginterrupt", "SIG_BLOCK", "SIG_SETMASK"),
    ),
    select: ("poll", "epoll", "POLLIN", "EPOLLIN"),
}
ONLY_AT_IMPORT = {
    os: ("getuid", "geteuid", "sysconf", "O_NONBLOCK", "O_CLOEXEC", "O_DIRECTORY", "environb"),
    signal: ("SIGKILL",),
    socket: ("AF_UNIX",),
    time: ("clock_gettime", "CLOCK_MONOTONIC", "pthread_getcpuclockid"),
}
"""pytest, psutil or the standard library cannot do without them here."""


def hide() -> None:
    """Take away what a whole run can do without."""
    for module, names in NAMES.items():
        for name in names:
            if hasattr(module, name):
                delattr(module, name)


def _hide_more() -> None:
    for module, names in ONLY_AT_IMPORT.items():
        for name in names:
            delattr(module, name)
    for name in MODULES:
        sys.modules[name] = None  # type: ignore[assignment]
    sys.platform = "win32"


def _modules() -> Iterator[str]:
    import pytest_agentorch

    for module in pkgutil.walk_packages(pytest_agentorch.__path__, "pytest_agentorch."):
        yield module.name


def _import_all() -> int:
    names = [name for name in _modules() if not name.endswith(".__main__")]
    for name in names:
        importlib.import_module(name)
    for name in [name for name in sys.modules if name.startswith("pytest_agentorch")]:
        del sys.modules[name]
    hide()
    _hide_more()
    for name in names:
        importlib.import_module(name)
    return len(names)


if __name__ == "__main__":
    sys.stdout.write(f"{_import_all()} modules\n")
