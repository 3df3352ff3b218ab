"""What has passed as it is now need not run, and is told as reused; what has changed runs."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from pytest_agentorch.model.event import TestKept, TestStarted
from tests.functional import processes
from tests.functional.running import Ran, Suite
from tests.functional.test_resume import verdicts

TAX = """
    from shop.tax import tax

    def test_tax(log): assert tax(100) >= 19
    def test_none(log): assert tax(0) == 0
"""
OTHER = """
    def test_other(log): pass
"""
CONFTEST = """
    import pytest

    @pytest.fixture
    def log(request):
        with open("log.txt", "a") as file:
            file.write(f"{request.node.name}\\n")
"""
CONFIGURATION = """
    [tool.pytest.ini_options]
    pythonpath = ["."]

    [tool.agentorch]
    reuse_paths = ["data"]
    reuse_env = ["SHOP_REGION"]
"""
EVERY = {"test_tax", "test_none", "test_other"}


@pytest.fixture
def shop(suite: Suite) -> Suite:
    """A project with tests of two files; one imports a module that imports another."""
    suite.write_text("pyproject.toml", CONFIGURATION)
    suite.write_text("data/rates.txt", "19\n")
    suite.write(shop__rates="RATE = 19", conftest=CONFTEST, test_tax=TAX, test_other=OTHER)
    suite.write_text("shop/__init__.py", "")
    return suite.write(
        shop__tax="from shop import rates\n\ndef tax(n): return n * rates.RATE / 100"
    )


def ran(suite: Suite, *options: str, **more: object) -> tuple[Ran, set[str]]:
    """Run with `--agents-reuse`; return that, and which tests have run."""
    log = suite.folder / "log.txt"
    log.unlink(missing_ok=True)
    run = suite.agents(2, "--agents-reuse", *options, **more)
    return run, set(run.words("log.txt"))


@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_what_has_not_changed_is_reused(shop: Suite, start: str) -> None:
    """It passes in all that is told of the run, and is told apart; no agent begins it."""
    first, names = ran(shop, f"--agents-start={start}")
    assert (first.counts, names) == ({"passed": 3}, EVERY), str(first)
    second, names = ran(shop, f"--agents-start={start}", "-v")
    assert (second.counts, names, second.code) == ({"reused": 3}, set(), 0), str(second)
    assert "agents: reuses 3 verdicts, 0 tests to run" in second.out
    assert "test_tax.py::test_tax REUSED" in second.out
    assert set(second.statuses.values()) == {"reused"}
    assert second.report["results"]["summary"]["passed"] == 3
    assert second.test("test_tax")["status"] == "passed"
    assert second.ours["reused"] == 3
    assert second.ours["totals"]["passed"] == 3
    assert second.junit_counts["tests"] == 3
    assert second.junit_counts["skipped"] == 0
    text = (second.records / "junit.xml").read_text("utf-8")
    assert text.count(f'<property name="reused" value="{first.ours["run"]}"') == 3
    kept = [event for event in second.events if isinstance(event, TestKept)]
    assert [(event.run, event.reused) for event in kept] == [(first.ours["run"], True)] * 3
    assert not any(isinstance(event, TestStarted) for event in second.events)
    assert "3 reused in " in shop.run("--agents-show=last").out


def test_without_the_option_everything_runs(shop: Suite) -> None:
    """Also after runs with it; and `--no-agents-reuse` takes the project's word back."""
    ran(shop)
    assert shop.agents(2).counts == {"passed": 3}
    shop.write_text("pyproject.toml", f"{CONFIGURATION}    reuse = true\n")
    assert shop.agents(2).counts == {"passed": 3}, "the configuration is another one"
    assert shop.agents(2).counts == {"reused": 3}
    assert shop.agents(2, "--no-agents-reuse").counts == {"passed": 3}


def rewrite(path: str, text: str) -> Callable[[Suite], object]:
    """A change of a file."""
    return lambda shop: shop.write_text(path, text)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (rewrite("test_other.py", OTHER + "    # changed\n"), {"test_other"}),
        (rewrite("shop/tax.py", "def tax(n): return n * 0.2"), {"test_tax", "test_none"}),
        (rewrite("shop/rates.py", "RATE = 20"), {"test_tax", "test_none"}),
        (rewrite("shop/__init__.py", "# changed"), {"test_tax", "test_none"}),
        (rewrite("shop/unused.py", "RATE = 20"), set()),
        (rewrite("conftest.py", CONFTEST + "    # changed\n"), EVERY),
        (rewrite("pyproject.toml", CONFIGURATION + "    timeout = 99\n"), EVERY),
        (rewrite("data/rates.txt", "20\n"), EVERY),
        (rewrite("README.md", "changed"), set()),
    ],
    ids=lambda value: " ".join(sorted(value)) if isinstance(value, set) else None,
)
def test_what_has_changed_runs(
    shop: Suite, change: Callable[[Suite], object], expected: set[str]
) -> None:
    """With all that imports it, directly or not, and nothing else."""
    ran(shop)
    change(shop)
    again, names = ran(shop)
    assert names == expected, str(again)
    assert again.counts.get("reused", 0) == 3 - len(expected)
    assert ran(shop)[1] == set(), "it is remembered now"


def test_only_the_content_of_files_counts(shop: Suite) -> None:
    """A checkout gives files other times."""
    ran(shop)
    for path in shop.folder.rglob("*.py"):
        os.utime(path, (1_000_000_000, 1_000_000_000))
    assert ran(shop)[1] == set()


def test_the_environment_counts(shop: Suite, tmp_path: Path) -> None:
    """Variables that the project names, versions of packages, options that tests may feel."""
    ran(shop)
    assert ran(shop, env={"SHOP_COLOUR": "red"})[1] == set()
    assert ran(shop, env={"SHOP_REGION": "north"})[1] == EVERY
    ran(shop)
    (tmp_path / "shipping-1.0.dist-info").mkdir()
    path = {"PYTHONPATH": os.pathsep.join((str(tmp_path), os.environ.get("PYTHONPATH", "")))}
    assert ran(shop, env=path)[1] == EVERY
    assert ran(shop, env=path)[1] == set()
    (tmp_path / "shipping-1.0.dist-info").rename(tmp_path / "shipping-1.1.dist-info")
    assert ran(shop, env=path)[1] == EVERY
    ran(shop)
    assert ran(shop, "-q", "--tb=short", "--durations=3", "-k", "tax")[1] == set()
    assert ran(shop, "--runxfail")[1] == EVERY


def test_only_a_plain_pass_is_reused(suite: Suite) -> None:
    """What has failed, was skipped, is marked, or needed another attempt runs again."""
    suite.write(
        conftest=CONFTEST,
        test_it="""
        import pathlib, pytest

        @pytest.fixture
        def breaks():
            yield
            raise RuntimeError("at teardown")

        def test_passes(log): pass
        def test_fails(log): assert 0
        def test_is_skipped(log): pytest.skip("for a reason")
        @pytest.mark.xfail(strict=False)
        def test_xfails(log): assert 0
        @pytest.mark.xfail(strict=False)
        def test_xpasses(log): pass
        def test_breaks(log, breaks): pass
        @pytest.mark.no_reuse
        def test_is_marked(log): pass
        def test_talks(log, agent_state): pass
        @pytest.mark.parametrize("n", [0, pytest.param(1, marks=pytest.mark.no_reuse)])
        def test_parameter(log, n): pass
        def test_is_flaky(log):
            there = pathlib.Path("flaky").exists()
            pathlib.Path("flaky").touch()
            assert there
        """,
    )
    first, names = ran(suite, "--agents-retries=1")
    second, again = ran(suite, "--agents-retries=1")
    assert first.code == second.code == 1
    assert names - again == {"test_passes", "test_parameter[0]"}, str(second)
    assert second.counts["reused"] == 2
    assert ran(suite)[1] == again - {"test_is_flaky"}


def test_a_failure_is_not_outdone_by_an_earlier_pass(suite: Suite) -> None:
    """A test that fails for what nobody can see is not reused when that comes back."""
    suite.write(
        conftest=CONFTEST,
        test_it="""
        import os
        def test_it(log): assert "BROKEN" not in os.environ
        """,
    )
    ran(suite)
    assert suite.agents(1, "--agents-reuse", "--cache-clear", env={"BROKEN": "1"}).code == 1
    assert ran(suite)[1] == {"test_it"}
    assert ran(suite)[1] == set()


def test_tests_that_stay_together_are_reused_together(suite: Suite) -> None:
    """If one of a class with a set-up of its own runs, the others do."""
    suite.write(
        conftest=CONFTEST,
        test_it="""
        import pytest

        class TestSteps:
            @pytest.fixture(scope="class", autouse=True)
            def basket(self): return []
            def test_one(self, log, basket): basket.append(1)
            def test_two(self, log, basket): assert basket == [2]

        @pytest.mark.xdist_group("a")
        def test_grouped(log): pass
        @pytest.mark.xdist_group("a")
        def test_fails(log): assert 0
        @pytest.mark.chain("b")
        def test_linked(log): pass
        @pytest.mark.chain("b")
        def test_broken(log): assert 0
        def test_alone(log): pass
        """,
    )
    names = ran(suite)[1]
    again, left = ran(suite)
    assert names - left == {"test_alone"}, str(again)


def test_what_loads_modules_by_name_depends_on_all_of_them(suite: Suite) -> None:
    """Whether its text says so, or it is only seen that something was loaded."""
    suite.write_text("pyproject.toml", "[tool.pytest.ini_options]\npythonpath = ['.']\n")
    suite.write(
        conftest=CONFTEST,
        plugins__one="NAME = 'one'",
        lib__loader="def load(name): return __import__(f'plugins.{name}').__name__",
        test_loads="""
        from lib.loader import load
        def test_loads(log): assert load("one")
        """,
        test_plain="""
        def test_plain(log): pass
        """,
    )
    assert ran(suite)[1] == {"test_loads", "test_plain"}
    # Something was loaded that no import leads to: so it is not known who else does that.
    assert ran(suite)[1] == {"test_plain"}
    assert ran(suite)[1] == set()
    suite.write(plugins__one="NAME = 'eins'")
    assert ran(suite)[1] == {"test_loads", "test_plain"}
    suite.write(test_plain="    def test_plain(log): assert True")
    assert ran(suite)[1] == {"test_plain"}


def test_an_agent_that_is_lost_has_nothing_to_reuse(suite: Suite) -> None:
    """It has not said what it had loaded: what it has passed runs again."""
    suite.write(
        conftest=CONFTEST,
        test_it="""
        import os, pathlib
        def test_passes(log): pass
        def test_dies(log):
            if not pathlib.Path("died").exists():
                pathlib.Path("died").touch()
                os._exit(3)
        """,
    )
    suite.agents(1, "--agents-reuse")
    again, names = ran(suite)
    assert names == {"test_passes", "test_dies"}, str(again)
    assert ran(suite)[1] == set()


def test_where_coverage_is_measured_nothing_is_reused(shop: Suite) -> None:
    """What does not run covers nothing: the total would be too small."""
    ran(shop)
    for option in ("--agents-cov=shop", "--cov=shop"):
        measured, names = ran(shop, option)
        assert names == EVERY, str(measured)
        assert "agents: nothing is reused: a test that does not run covers nothing" in measured.out
        assert "[reuse-off]" in measured.out
    assert ran(shop)[1] == set(), "with coverage it has passed, too"


def test_a_damaged_file_is_told_and_replaced(shop: Suite) -> None:
    """Everything runs, and the next run reuses that."""
    ran(shop)
    file = shop.folder / ".pytest_cache/d/agentorch/passes.json"
    known = json.loads(file.read_text("utf-8"))
    for text in ("{", json.dumps({**known, "way": [99, 0, 0]}), json.dumps({**known, "days": []})):
        file.write_text(text, "utf-8")
        told, names = ran(shop)
        assert names == EVERY, str(told)
        assert "agents: nothing is reused: " in told.out
        assert "is damaged [reuse-off]" in told.out
        assert ran(shop)[1] == set()


def test_without_a_cache_nothing_is_reused(shop: Suite) -> None:
    """And a line says so."""
    told, names = ran(shop, "-p", "no:cacheprovider")
    assert names == EVERY
    assert "there is no cache that knows what has passed [reuse-off]" in told.out
    told, names = ran(shop, "--agents-dist=each")
    assert "every agent runs every test [reuse-off]" in told.out


def test_it_goes_with_other_ways_to_choose_tests(shop: Suite) -> None:
    """`-x`, `--lf`, isolation; the tests that are left have the agents that they need."""
    ran(shop)
    shop.write(test_new="    def test_new(log): assert 0")
    failed, names = ran(shop, "-x")
    assert (names, failed.code) == ({"test_new"}, 1), str(failed)
    assert failed.counts == {"failed": 1, "reused": 3}
    last, names = ran(shop, "--lf")
    assert names == {"test_new"}
    assert last.counts == {"failed": 1}
    isolated, names = ran(shop, "--agents-isolate=test")
    assert names == {"test_new"}, str(isolated)
    assert len([agent for agent in isolated.ours["agents"] if agent["totals"]["total"]]) == 1


def test_a_run_that_does_not_come_to_its_tests_changes_nothing(shop: Suite) -> None:
    """A plan, an error in the collection: what was remembered still is."""
    ran(shop)
    planned, names = ran(shop, "--agents-plan")
    assert (planned.code, names) == (0, set()), str(planned)
    assert "agents: reuses 3 verdicts, 0 tests to run" in planned.out
    shop.write(test_broken="import nowhere")
    broken, names = ran(shop)
    assert (broken.code, names) == (2, set()), str(broken)
    (shop.folder / "test_broken.py").unlink()
    assert ran(shop)[1] == set()


def test_phases_that_need_not_run_are_over(suite: Suite) -> None:
    """What comes after them begins at once."""
    suite.write_text("pyproject.toml", '[tool.agentorch.phases.e2e]\nafter = ["unit"]\n')
    suite.write(
        conftest=CONFTEST,
        unit__test_one="def test_one(log): pass",
        e2e__test_two="def test_two(log): pass",
    )
    ran(suite)
    suite.write(e2e__test_two="def test_two(log): assert 1")
    again, names = ran(suite)
    assert (names, again.code) == ({"test_two"}, 0), str(again)
    phases = {phase["name"]: phase["totals"]["passed"] for phase in again.ours["phases"]}
    assert phases == {"unit": 1, "e2e": 1}


def test_a_run_that_is_resumed_reuses_what_is_left(shop: Suite) -> None:
    """A verdict of the first part is one; of the rest what has passed before is reused."""
    ran(shop)
    shop.write(
        test_new="""
        import pathlib, time
        def test_first(log): pass
        def test_waits(log):
            while not pathlib.Path("go").exists():
                time.sleep(0.01)
        """
    )
    with shop.start_agents(1, "--agents-reuse") as running:
        assert processes.wait_until(lambda: verdicts(shop) == 3 + 1)
        running.signal(signal.SIGKILL)
        assert running.finish().code == -signal.SIGKILL
    shop.write_text("go", "")
    shop.write(test_other=OTHER + "    def test_another(log): pass\n")
    resumed, names = ran(shop, "--agents-resume")
    assert (names, resumed.code) == ({"test_waits", "test_another"}, 0), str(resumed)
    assert resumed.counts == {"passed": 3, "reused": 3}
    assert (resumed.ours["reused"], resumed.ours["resumed"]["kept"]) == (3, 1)


def test_a_fixture_of_the_run_is_not_set_up_for_what_is_reused(suite: Suite) -> None:
    """Nobody asks for it."""
    suite.write(
        conftest=CONFTEST,
        test_it="""
        import pathlib, pytest_agentorch

        @pytest_agentorch.run_fixture(scope="run")
        def server():
            with pathlib.Path("servers").open("a") as file:
                file.write("up\\n")
            yield "url"

        def test_it(log, server): assert server == "url"
        """,
    )
    ran(suite)
    again, names = ran(suite)
    assert (names, again.words("servers")) == (set(), ["up"]), str(again)


def test_two_runs_at_once_both_remember(suite: Suite) -> None:
    """Neither loses what the other has passed."""
    wait = "import pathlib, time\n\ndef test_{0}(log):\n    pathlib.Path('{0}').touch()\n"
    wait += "    while not pathlib.Path('{1}').exists(): time.sleep(0.01)\n"
    suite.write(conftest=CONFTEST)
    suite.write(test_a=wait.format("a", "b"), test_b=wait.format("b", "a"))
    with (
        suite.start_agents(1, "--agents-reuse", "test_a.py") as one,
        suite.start_agents(1, "--agents-reuse", "test_b.py") as two,
    ):
        assert one.finish().code == two.finish().code == 0
    assert ran(suite)[1] == set()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--agents=0", "--agents-reuse"], "--agents-reuse needs agents, and --agents=0 runs"),
        (["--agents-reuse", "--pdb"], "--agents-reuse needs agents, and --pdb runs"),
    ],
)
def test_in_one_process_it_is_refused(shop: Suite, options: list[str], words: str) -> None:
    """All tests would run, and nobody would know."""
    refused = shop.run(*options)
    assert refused.code == 4
    assert words in refused.err


def test_a_path_elsewhere_is_refused(suite: Suite) -> None:
    """Patterns are below rootdir."""
    suite.write(test_it="def test_it(): pass")
    suite.write_text("pyproject.toml", '[tool.agentorch]\nreuse_paths = ["/etc/hosts"]\n')
    refused = suite.run("--agents=1")
    assert refused.code == 4
    assert "reuse_paths: '/etc/hosts' is no path or pattern below rootdir" in refused.err
