"""From command line, environment and configuration to settings."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest

from pytest_agentorch import options
from pytest_agentorch.model.capacity import Capacity
from pytest_agentorch.model.keep import Keep
from pytest_agentorch.model.reuse import ReuseSettings
from pytest_agentorch.model.settings import Crash, Dist, Isolate, Rerun, Settings, Start
from pytest_agentorch.options import read_settings
from pytest_agentorch.orchestration.policy import policy_of
from pytest_agentorch.storage.learned_agents import Learned, LearnedAgents

FOUR_CPUS = Capacity(cpus=4.0, host_cpus=4.0, memory=10 << 30, host_memory=10 << 30)


class Hooks:
    """`config.hook` and `config.pluginmanager` with at most one answer of a project."""

    def __init__(self, answer: int | None) -> None:
        self.answer = answer
        self.pytest_xdist_auto_num_workers = self
        self.registered: list[Any] = []

    def get_hookimpls(self) -> list[Namespace]:
        """Return who could answer: xdist itself can."""
        return [Namespace(plugin="xdist's", plugin_name="xdist")]

    def subset_hook_caller(self, _name: str, without: list[str]) -> Any:
        """Ask all but some."""
        assert without == ["xdist's"]
        return lambda **_config: self.answer

    def register(self, plugin: object, _name: str) -> None:
        """Take a plugin."""
        self.registered.append(plugin)


class Project:
    """A folder with a configuration, in which pytest is called."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.hooks = Hooks(None)
        self.addopts: list[str] = []
        self.cleanups: list[Callable[[], None]] = []

    def configured(self, text: str) -> Project:
        """Write `[tool.agentorch]`."""
        path = self.folder / "pyproject.toml"
        path.write_text(f"[tool.agentorch]\n{text}\n", encoding="utf-8")
        return self

    def read(self, **given: Any) -> Settings | None:
        """Read the settings of a call with these options."""
        cannot_fork = given.pop("cannot_fork", None)
        absent = dict.fromkeys(
            (
                *("agents", "agents_dist", "agents_start", "agents_isolate", "agents_strategy"),
                *("agents_crash", "agents_report", "agents_timeout", "agents_run_timeout"),
                *("agents_resume", "agents_rerun", "agents_reuse"),
                *("agents_retries", "agents_retry", "agents_flaky"),
                *("agents_memory", "agents_memory_hard", "agents_github"),
            )
        )
        config: Any = Namespace(
            option=Namespace(**{**absent, "agents_plan": False, "maxfail": 0, **given}),
            rootpath=self.folder,
            invocation_params=Namespace(dir=self.folder),
            hook=self.hooks,
            pluginmanager=self.hooks,
            stash=pytest.Stash(),
            inipath=self.folder / "pytest.ini",
            getini=lambda name: "cache" if name == "cache_dir" else self.addopts,
            args=[str(self.folder / "tests")],
            add_cleanup=self.cleanups.append,
        )
        return read_settings(cast("pytest.Config", config), cannot_fork=cannot_fork)

    def settings(self, **given: Any) -> Settings:
        """Read settings of a run with agents."""
        found = self.read(**given)
        assert found is not None
        self.end()
        return found

    def end(self) -> None:
        """Let the runs whose settings have been read be over."""
        while self.cleanups:
            self.cleanups.pop()()

    def complaint(self, **given: Any) -> str:
        """Return what the user is told."""
        with pytest.raises(pytest.UsageError) as raised:
            self.read(**given)
        message = str(raised.value)
        assert "\n" not in message.strip()
        return message


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project without any configuration, on four CPUs."""
    for name in ("PYTEST_AGENTS", "PYTEST_XDIST_AUTO_NUM_WORKERS", "GITHUB_ACTIONS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(options, "find_capacity", lambda: FOUR_CPUS)
    monkeypatch.setenv("PYTEST_AGENTORCH_HOST", str(tmp_path / "host"))
    return Project(tmp_path)


def test_what_is_not_said_has_a_default(project: Project) -> None:
    """`--agents=2` and nothing else; without that, `auto`."""
    assert project.settings().asked == "auto"
    settings = project.settings(agents="2")
    assert (settings.agents, settings.asked, settings.cpus) == (2, "2", 4.0)
    assert (settings.dist, settings.crash) == (Dist.BALANCED, Crash.RERUN)
    assert (settings.stop_after, settings.plan_only, settings.report) == (0, False, None)
    assert (settings.resource_limit, settings.keep) == (0.8, Keep())
    assert [phase.name for phase in settings.phases] == ["unit", "integration", "e2e"]


def test_the_command_line_beats_the_environment_beats_the_configuration(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For the number of agents."""
    project.configured("agents = 3")
    assert project.settings().agents == 3
    monkeypatch.setenv("PYTEST_AGENTS", "5")
    assert project.settings().agents == 5
    assert project.settings(agents="7").agents == 7
    monkeypatch.setenv("PYTEST_AGENTS", "")
    assert project.settings().agents == 3


def test_the_command_line_beats_the_configuration(project: Project) -> None:
    """For everything else."""
    project.configured(
        'agents = 2\ndist = "file"\ncrash = "fail"\nreport = "a.json"\nkeep_runs = 3'
    )
    settings = project.settings()
    assert (settings.dist, settings.crash, settings.keep.runs) == (Dist.FILE, Crash.FAIL, 3)
    assert settings.report == project.folder / "a.json"
    settings = project.settings(
        agents_dist="group", agents_crash="rerun", agents_report="b.json", agents_plan=True
    )
    assert (settings.dist, settings.crash, settings.plan_only) == (Dist.GROUP, Crash.RERUN, True)
    assert settings.report == project.folder / "b.json"


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [("no", Dist.BALANCED), ("loadgroup", Dist.BALANCED), ("loadfile", Dist.FILE)],
)
def test_what_pytest_xdist_is_told_is_heeded(project: Project, theirs: str, ours: Dist) -> None:
    """Where its `--dist` is in `addopts` it may stay there; ours is stronger."""
    assert project.settings(dist=theirs).dist is ours
    assert project.settings(dist=theirs, agents_dist="scope").dist is Dist.SCOPE


@pytest.mark.parametrize(
    ("asked", "agents"), [("auto", 4), ("logical", 4), (" 3 ", 3), ("1024", 1024)]
)
def test_how_many_agents(project: Project, asked: str, agents: int) -> None:
    """Four fifths of four CPUs, rounded up, are four."""
    assert project.settings(agents=asked).agents == agents


def test_auto_follows_the_resource_limit(project: Project) -> None:
    """Half of four."""
    assert project.configured("resource_limit = 0.5").settings(agents="auto").agents == 2


def test_auto_knows_what_an_earlier_run_has_learnt(project: Project) -> None:
    """Of the same tests, on the same machine; a number that somebody gives stays."""
    first = project.settings(agents="auto", keyword="")
    (project.folder / "cache/d/agentorch").mkdir(parents=True)
    file = LearnedAgents(project.folder / "cache/d/agentorch" / "agents.json")
    file.write(first.learning, Learned(12, "it waits"))
    second = project.settings(agents="auto", keyword=None)
    assert (second.agents, second.learned, second.learning) == (12, "it waits", first.learning)
    assert project.settings(agents="auto", keyword="cart").agents == 4
    assert project.settings(agents="auto", cacheclear=True).agents == 4
    assert project.settings(agents="auto", lf=True).learning == ""
    given = project.settings(agents="3")
    assert (given.agents, given.learned, given.learning) == (3, "", "")
    file.write(first.learning, Learned(17, "it waits, and there were more CPUs"))
    assert project.settings(agents="auto").agents == 4


def test_how_much_memory_there_is(project: Project) -> None:
    """Four fifths of it, or what somebody says."""
    assert project.settings(agents="2").memory == 8 << 30
    assert project.settings(agents="2", agents_memory="3GiB").memory == 3 << 30
    settings = project.settings(agents="auto", agents_memory="1GiB")
    assert (settings.agents, settings.memory_decides) == (2, True)
    assert project.configured("memory = '2GiB'").settings(agents="2").memory == 2 << 30


def test_runs_share_a_host(project: Project) -> None:
    """While they go on; a number that was asked for stays."""
    assert project.read(agents="3", agents_memory="6GiB")
    settings = project.read(agents="auto")
    assert settings is not None
    assert (settings.agents, settings.taken_cpus, settings.other_runs) == (1, 3, 1)
    assert (settings.memory, settings.most_memory) == (2 << 30, 8 << 30)
    settings = project.settings(agents="2", agents_memory="9GiB")
    assert (settings.agents, settings.memory) == (2, 9 << 30)
    assert project.settings().agents == 4


def test_who_does_not_share_takes_all(project: Project) -> None:
    """And is not seen by others."""
    assert project.read(agents="3")
    project.configured("share_host = false")
    settings = project.read()
    assert settings is not None
    assert (settings.agents, settings.other_runs) == (4, 0)
    project.configured("share_host = true")
    assert project.settings().agents == 1


def test_auto_asks_the_hook_of_the_project(project: Project) -> None:
    """Of xdist's plugins it is not asked: xdist counts CPUs otherwise."""
    project.hooks.answer = 9
    assert project.settings(agents="auto").agents == 9
    assert project.settings(agents="2").agents == 2


@pytest.mark.parametrize(("value", "agents"), [("6", 6), ("many", 4), ("²", 4), ("٣", 4)])
def test_auto_heeds_the_variable_of_xdist(
    project: Project, monkeypatch: pytest.MonkeyPatch, value: str, agents: int
) -> None:
    """If it is a number, and the project itself says nothing."""
    monkeypatch.setenv("PYTEST_XDIST_AUTO_NUM_WORKERS", value)
    assert project.settings(agents="auto").agents == agents
    assert project.settings(agents="logical").agents == agents
    assert project.settings(agents="3").agents == 3
    project.hooks.answer = 2
    assert project.settings(agents="auto").agents == 2


def test_a_project_may_say_that_auto_is_none(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """0 is plain pytest, as with xdist, from the hook and from the variable."""
    monkeypatch.setenv("PYTEST_XDIST_AUTO_NUM_WORKERS", "0")
    assert project.read(agents="auto") is None
    monkeypatch.delenv("PYTEST_XDIST_AUTO_NUM_WORKERS")
    project.hooks.answer = 0
    assert project.read(agents="auto") is None


def test_what_auto_may_become(project: Project) -> None:
    """`--maxprocesses` of xdist, whoever says how many; a number that was asked for stays."""
    assert project.settings(agents="auto", maxprocesses=3).agents == 3
    assert project.settings(agents="auto", maxprocesses=300).agents == 4
    assert project.settings(agents="logical", maxprocesses=3).agents == 3
    assert project.settings(agents="5", maxprocesses=3).agents == 5
    project.hooks.answer = 9
    assert project.settings(agents="auto", maxprocesses=3).agents == 3


@pytest.mark.parametrize(
    ("given", "stop_after"),
    [
        ({"maxfail": 3}, 3),
        ({"maxfail": None}, 0),
        ({"maxfail": -2}, 1),
        ({"stepwise_skip": True}, 2),
        ({"stepwise_reset": True}, 1),
        ({"stepwise_skip": True, "maxfail": 1}, 1),
        ({"stepwise": True}, 1),
        ({"stepwise": True, "stepwise_skip": True}, 2),
    ],
)
def test_after_how_many_failures_a_run_stops(
    project: Project, given: dict[str, Any], stop_after: int
) -> None:
    """`--maxfail` and `--stepwise`."""
    assert project.settings(agents="2", **given).stop_after == stop_after


def test_how_agents_start(project: Project) -> None:
    """The command line beats the configuration; who says nothing leaves it to us."""
    assert project.settings(agents="2").start is Start.AUTO
    project.configured('start = "spawn"')
    assert project.settings(agents="2").start is Start.SPAWN
    assert project.settings(agents="2", agents_start="fork").start is Start.FORK


def test_what_phases_wait_for(project: Project) -> None:
    """As they say, unless the command line or the configuration says otherwise."""

    def waits(**given: Any) -> dict[str, tuple[str, ...]]:
        return {phase.name: phase.after for phase in project.settings(agents="2", **given).phases}

    project.configured("[tool.agentorch.phases.load]")
    assert waits()["load"] == ()
    assert waits(agents_strategy="sequential")["load"] == ("e2e",)
    project.configured('strategy = "parallel"')
    assert waits()["e2e"] == ()
    assert waits(agents_strategy="dag")["e2e"] == ("integration",)


def test_what_has_a_process_of_its_own(project: Project) -> None:
    """Nothing, unless the command line or the configuration says so."""
    assert project.settings(agents="2").isolate is Isolate.NONE
    project.configured('isolate = "test"')
    assert project.settings(agents="2").isolate is Isolate.TEST
    assert project.settings(agents="2", agents_isolate="file").isolate is Isolate.FILE


def test_a_fork_that_cannot_be_is_refused_to_those_who_ask_for_it(project: Project) -> None:
    """Nobody else has asked for anything in particular."""
    reason = "forking is not safe on darwin"
    for start in ("auto", "spawn"):
        assert project.settings(agents="2", agents_start=start, cannot_fork=reason)
    message = project.complaint(agents="2", agents_start="fork", cannot_fork=reason)
    assert message == (
        "agents cannot be forked: forking is not safe on darwin. Use --agents-start=auto. "
        "[fork-impossible]"
    )
    assert project.read(agents="0", agents_start="fork", cannot_fork=reason) is None


def test_no_agents_is_plain_pytest(project: Project) -> None:
    """`--agents=0`, also when another runner is asked for."""
    assert project.read(agents="0") is None
    assert project.read(agents="0", numprocesses=4) is None


@pytest.mark.parametrize(("option", "notes"), [("usepdb", 1), ("collectonly", 0)])
def test_some_options_keep_the_run_in_this_process(
    project: Project, option: str, notes: int
) -> None:
    """The user is told where one would wonder."""
    assert project.read(agents="2", **{option: True}) is None
    assert len(project.hooks.registered) == notes
    for note in project.hooks.registered:
        assert note.pytest_report_header() == "agents: none, --pdb runs the tests in this process"


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (
            "many",
            "--agents=many: give auto, logical, or a number from 0 (plain pytest) to 1024.",
        ),
        (
            "-1",
            (
                "--agents=-1: the number of agents goes from 0 (plain pytest) to 1024; auto "
                "chooses it for this machine."
            ),
        ),
        (
            "1025",
            (
                "--agents=1025: the number of agents goes from 0 (plain pytest) to 1024; auto "
                "chooses it for this machine."
            ),
        ),
    ],
)
def test_a_number_that_cannot_be(project: Project, asked: str, message: str) -> None:
    """What was asked for, and what can be."""
    assert project.complaint(agents=asked) == f"{message} [bad-agents]"


@pytest.mark.parametrize("asked", ["٣", "\uff11", "²", "1_0", "+2", "0x2", "1e2", "--1"])
def test_only_plain_digits_are_a_number(project: Project, asked: str) -> None:
    """Python reads some of them; nobody who writes them means a number."""
    assert project.complaint(agents=asked).startswith(f"--agents={asked}: give auto")


def test_blanks_around_a_number_are_none_of_it(project: Project) -> None:
    """Variables often have them."""
    assert project.settings(agents=" 2 ").agents == 2


def test_a_complaint_names_where_the_number_comes_from(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else one would look for it on the command line."""
    assert project.configured("agents = -2").complaint().startswith("[tool.agentorch] agents = -2:")
    monkeypatch.setenv("PYTEST_AGENTS", "x")
    assert project.complaint().startswith("PYTEST_AGENTS=x:")


@pytest.mark.parametrize(
    ("given", "addopts", "part"),
    [
        ({"numprocesses": 4}, [], "--agents=2 and -n both ask to distribute tests."),
        ({"tx": ["popen"]}, [], "--agents=2 and --tx both ask"),
        ({"numprocesses": 4}, ["-n4"], "It comes from addopts in pytest.ini. [agents-and-xdist]"),
    ],
)
def test_two_runners_are_one_too_many(
    project: Project, given: dict[str, Any], addopts: list[str], part: str
) -> None:
    """It says which to drop, and where it comes from."""
    project.addopts = addopts
    assert part in project.complaint(agents="2", **given)


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("agentz = 2", "[unknown-key]"),
        ('dist = "files"', "[bad-value]"),
        ('start = "thread"', "[bad-value]"),
        ('isolate = "class"', "[bad-value]"),
        ('strategy = "pipeline"', "[bad-value]"),
        (
            'strategy = "parallel"\n[tool.agentorch.phases.e2e]\ngate = "stop"',
            "[gate-without-order]",
        ),
        ("resource_limit = 2", "[bad-value]"),
        ("keep_runs = 0", "[bad-value]"),
        ("phases = 3", "[bad-value]"),
        ("agents = ", "[bad-configuration]"),
        ("[tool]\nagentorch = 3", "[bad-configuration]"),
    ],
)
def test_a_configuration_that_cannot_be(project: Project, text: str, slug: str) -> None:
    """One paragraph, with the name under which the documentation explains it."""
    assert slug in project.configured(text).complaint(agents="2")


def test_a_configuration_for_others_is_none(project: Project) -> None:
    """`agentorch` is no table at all."""
    path = project.folder / "pyproject.toml"
    path.write_text("[tool]\nagentorch = 3\n", encoding="utf-8")
    assert "is no table. [bad-configuration]" in project.complaint(agents="2")
    path.write_bytes(b"\xff")
    assert "cannot be read" in project.complaint(agents="2")


def test_a_report_that_cannot_be_written_is_refused_before_the_run(project: Project) -> None:
    """Not after it."""
    message = project.complaint(agents="2", agents_report="no/a.json")
    assert message.startswith(f"--agents-report={project.folder / 'no' / 'a.json'}: ")
    assert message.endswith("[bad-report-path]")


@pytest.mark.parametrize("name", ["failedfirst", "newfirst", "stepwise"])
def test_options_that_choose_an_order_keep_it(project: Project, name: str) -> None:
    """`--ff`, `--nf` and `--sw`: what tests took earlier does not matter then."""
    assert project.settings(agents="2", **{name: True}).keep_order
    assert not project.settings(agents="2", **{name: False}).keep_order
    assert not project.settings(agents="2").keep_order


def test_going_on_with_a_run(project: Project) -> None:
    """To finish it, or with a part of it."""
    assert project.settings(agents="2").resume is None
    assert project.settings(agents="2", agents_resume="").resume == ""
    assert project.settings(agents="2", agents_rerun="new").rerun is Rerun.NEW


@pytest.mark.parametrize(
    ("given", "slug"),
    [
        ({"agents": "2", "agents_resume": "", "agents_rerun": "new"}, "resume-and-rerun"),
        ({"agents": "0", "agents_resume": ""}, "resume-without-agents"),
        ({"agents": "2", "agents_rerun": "new", "usepdb": True}, "resume-without-agents"),
        ({"agents": "0", "agents_reuse": True}, "resume-without-agents"),
    ],
)
def test_no_run_goes_on_in_one_process(project: Project, given: dict[str, Any], slug: str) -> None:
    """All of its tests would run again."""
    assert project.complaint(**given).endswith(f"[{slug}]")


def test_what_has_passed_may_be_reused(project: Project) -> None:
    """If somebody wants that; the command line wins."""
    assert project.settings(agents="2").reuse is None
    assert project.settings(agents="2", agents_reuse=True).reuse == ReuseSettings()
    project.configured('reuse = true\nreuse_paths = ["data"]\nreuse_env = ["REGION"]')
    expected = ReuseSettings(paths=("data",), env=("REGION",))
    assert project.settings(agents="2").reuse == expected
    assert project.settings(agents="2", agents_reuse=False).reuse is None
    assert project.read(agents="0") is None
    project.configured('reuse_paths = [""]')
    assert project.complaint(agents="2").endswith("[bad-value]")


def test_where_no_test_runs_nothing_is_said(project: Project) -> None:
    """As with `--collect-only`."""
    assert project.read(agents="2", agents_resume="", collectonly=True) is None


def test_a_test_is_told_of_after_five_minutes_and_ended_after_thirty(project: Project) -> None:
    """Unless somebody says otherwise."""
    settings = project.settings(agents="2")
    assert (settings.overdue, settings.timeout) == (300.0, 1800.0)
    policy = policy_of(settings, began=0.0)
    assert (policy.overdue, policy.timeout) == (300.0, 1800.0)
    project.configured('overdue = "1s"\ntimeout = "2s"')
    settings = project.settings(agents="2")
    assert (settings.overdue, settings.timeout) == (1.0, 2.0)
