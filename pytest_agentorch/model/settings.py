"""What the user asked for, frozen."""

from __future__ import annotations

import enum
from pathlib import Path

from pytest_agentorch.model.coverage_settings import CoverageSettings
from pytest_agentorch.model.frozen import Frozen
from pytest_agentorch.model.ids import PhaseName, RunId
from pytest_agentorch.model.keep import Keep
from pytest_agentorch.model.needs import ResourceSettings
from pytest_agentorch.model.retry import Flaky, RetryWay
from pytest_agentorch.model.reuse import ReuseSettings


class Dist(enum.Enum):
    """How tests are handed out."""

    BALANCED = "balanced"
    FILE = "file"
    SCOPE = "scope"
    GROUP = "group"
    ROUND_ROBIN = "round-robin"
    PRIORITY = "priority"
    CAPABILITY = "capability"
    EACH = "each"


class Crash(enum.Enum):
    """What happens to a test whose agent died while it ran."""

    RERUN = "rerun"
    FAIL = "fail"


class Isolate(enum.Enum):
    """What has a process of its own."""

    NONE = "none"
    FILE = "file"
    TEST = "test"


class Start(enum.Enum):
    """How agents come to be: forked from a process that has collected, or as new interpreters."""

    AUTO = "auto"
    FORK = "fork"
    SPAWN = "spawn"


class Rerun(enum.Enum):
    """Which tests of the run before this one run again."""

    FAILED = "failed"
    UNFINISHED = "unfinished"
    NEW = "new"


class Goal(enum.Enum):
    """What a good number of agents is: all do the same work."""

    TIME = "time"
    COST = "cost"
    BALANCE = "balance"


class Github(enum.Enum):
    """What GitHub is told in its own ways by a run that is a step of a workflow."""

    AUTO = "auto"
    ANNOTATIONS = "annotations"
    SUMMARY = "summary"
    OFF = "off"


class GithubSettings(Frozen):
    """What that comes to for one run.

    Attributes:
        annotate: failures become annotations.
        step_summary: the file that the summary of the step is appended to; None for none.
    """

    annotate: bool = False
    step_summary: Path | None = None


class Parallelism(enum.Enum):
    """How far a phase may be spread."""

    MAXIMUM = "maximum"
    CONTROLLED = "controlled"
    SEQUENTIAL = "sequential"


class Strategy(enum.Enum):
    """What phases wait for."""

    DAG = "dag"
    SEQUENTIAL = "sequential"
    PARALLEL = "parallel"


class Gate(enum.Enum):
    """What a phase does when one before it has not succeeded."""

    CONTINUE = "continue"
    STOP = "stop"


class PhaseSettings(Frozen):
    """One phase of a run.

    Attributes:
        after: phases that must be over before this one starts.
        max_agents: at most so many agents at once; None for the default of its parallelism.
        tests_per_agent: an agent must be worth its start: one agent per so many tests.
        cpu_share: the share of the allowed CPUs that lifts the default cap on large machines.
        memory_per_agent: in bytes: how many of its agents fit into the memory of the run.
        paths, markers, fixtures, keywords: the project's own rules: a test that matches one
            belongs here.
        timeout: how long each of its tests may run, in seconds, 0 for as long as it likes; None if
            that is as in other phases.
        phase_timeout: how long all of it may take, in seconds; 0 for as long as it likes.
        retries: how often one of its tests may run again that has failed; None if that is as in
            other phases.
        barrier: whether it waits for those in `after` although nobody has named it.
        waves: how many tests may run before the next ones begin, 0 for a number that is found while
            it runs; None if the phase is not cut into waves.
        env: variables, and their values, that are set while its tests run.
        gate: what it does when a phase before it has not succeeded.
        capabilities: what an agent must have that runs one of its tests.
        configured: whether the project's configuration names the phase: it then has a barrier
            and caps.
    """

    name: PhaseName
    after: tuple[PhaseName, ...] = ()
    parallelism: Parallelism = Parallelism.MAXIMUM
    max_agents: int | None = None
    default_cap: int = 5
    tests_per_agent: int = 10
    cpu_share: float = 0.5
    memory_per_agent: int = 256 << 20
    paths: tuple[str, ...] = ()
    markers: tuple[str, ...] = ()
    fixtures: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    timeout: float | None = None
    phase_timeout: float = 0.0
    retries: int | None = None
    barrier: bool = False
    gate: Gate = Gate.CONTINUE
    waves: int | None = None
    env: tuple[tuple[str, str], ...] = ()
    capabilities: tuple[str, ...] = ()
    configured: bool = False


class Settings(Frozen):
    """One run's settings: command line over environment over `[tool.agentorch]` over defaults.

    Attributes:
        agents: at most so many agents, at least 1.
        asked: what the user wrote: `auto`, `logical` or a number.
        cpus: CPUs that this process may use (affinity and cgroup quota counted).
        run: the id of the run.
        memory: how many bytes all processes of the run may have together; 0 if nobody knows.
        most_memory: how many these would be without other runs on the host.
        memory_decides: there would be more agents if there was more memory.
        taken_cpus: CPUs that the run could have if other runs had not taken them.
        other_runs: how many these are.
        start: how agents are to start; `AUTO` forks where that is safe.
        isolate: what runs in a process in which nothing else has run.
        stop_after: end the run after so many failures; 0 for never.
        keep_order: an option says in which order tests run; what earlier runs took does not.
        report: where the CTRF report goes besides the run directory.
        keep: what is kept of runs that are over.
        timeout: how long a test may run, in seconds; 0 for as long as it likes.
        overdue: a test that has run for so many seconds is told of, without harm; 0 for never.
        still_running: after so many seconds without a word a log is told what runs; 0 for never.
        run_timeout: how long the whole run may take, in seconds; 0 for as long as it likes.
        resume: the beginning of the id of the run to finish, empty for the latest that can be; None
            for a run of its own.
        rerun: run only these tests of the latest run; None for all.
        retries: how often a test may run again that has failed.
        retry: where and when it does.
        retry_delay: the least time before it does, in seconds; twice as long before each next one.
        flaky: what a test counts as that has passed then.
        resources: what there is, what tests need of it, and what each agent gets.
        goal: what a good number of agents is.
        learning: what the choice of its tests is called; empty if nothing is to be learnt of it.
        run_fixtures: the session fixtures that are set up once for all agents.
        reuse: tests that have passed need not run again if nothing of this, and no code, has
            changed; None if all run.
        learned: why the last run of the same tests has chosen `agents`; empty if it has not.
        coverage: what is to be measured of coverage; None for nothing.
        github: what GitHub is told.
    """

    agents: int
    asked: str
    cpus: float
    dist: Dist
    start: Start
    isolate: Isolate
    crash: Crash
    stop_after: int
    plan_only: bool
    keep_order: bool
    report: Path | None
    resource_limit: float
    phases: tuple[PhaseSettings, ...]
    timeout: float = 1800.0
    overdue: float = 300.0
    still_running: float = 30.0
    run_timeout: float = 0.0
    resume: str | None = None
    rerun: Rerun | None = None
    retries: int = 0
    retry: RetryWay = RetryWay.SOON
    retry_delay: float = 0.0
    flaky: Flaky = Flaky.PASS
    resources: ResourceSettings = ResourceSettings()
    run: RunId = RunId("")
    keep: Keep = Keep()
    memory: int = 0
    most_memory: int = 0
    memory_decides: bool = False
    taken_cpus: int = 0
    other_runs: int = 0
    goal: Goal = Goal.BALANCE
    learning: str = ""
    learned: str = ""
    coverage: CoverageSettings | None = None
    run_fixtures: tuple[str, ...] = ()
    github: GithubSettings = GithubSettings()
    reuse: ReuseSettings | None = None
