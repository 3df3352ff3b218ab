"""Conftests that change xdist's options: they decide, as under `-n`, whether and how many."""

from __future__ import annotations

import pytest

from tests.functional.running import Ran, Suite
from tests.functional.test_compat import NO_XDIST
from tests.functional.test_xdist_surface import XDIST, arguments

TESTS = """
    import pytest

    @pytest.mark.parametrize("n", range(4))
    def test_it(worker_id, n):
        with open("ran.txt", "a") as file:
            file.write(worker_id + "\\n")
"""
HOOKS = {
    "first": "@pytest.hookimpl(tryfirst=True)\n        def pytest_cmdline_main(config):",
    "later": "def pytest_cmdline_main(config):",
    "last": "def pytest_configure(config):",
    "number": "def pytest_xdist_auto_num_workers(config):",
}


def ran_with(suite: Suite, xdist: str, hook: str, body: str, asked: str = "--agents=2") -> Ran:
    """Run four tests with a conftest that has this in the controller."""
    conftest = f"""
        import pytest

        {HOOKS[hook]}
            option = config.option
            if not hasattr(config, "workerinput"):
                {body}
        """
    return suite.write(conftest=conftest, test_it=TESTS).run(asked, *arguments(xdist))


@XDIST
@pytest.mark.parametrize(
    ("hook", "body"),
    [
        ("first", "option.numprocesses = 0"),
        ("first", "option.numprocesses = option.numprocesses and None"),
        ("later", "option.dist = 'no'"),
        ("later", "option.tx = []"),
        ("last", "option.dist = 'no'"),
        ("last", "option.tx = []"),
        ("last", "option.numprocesses, option.dist, option.tx = 0, 'no', []"),
    ],
)
def test_a_suite_may_go_back_to_one_process(suite: Suite, xdist: str, hook: str, body: str) -> None:
    """Its tests share a server, or it is asked to show windows."""
    ran = ran_with(suite, xdist, hook, body)
    assert ran.counts == {"passed": 4}, str(ran)
    assert ran.words("ran.txt") == ["master"] * 4
    assert "agents: none, a conftest or plugin has switched distribution off" in ran.out
    assert ran.run_directories == []


@XDIST
@pytest.mark.parametrize("asked", ["--agents=3", "--agents=auto"])
@pytest.mark.parametrize(
    ("hook", "body"),
    [
        ("first", "option.numprocesses = min(1, 8)"),
        ("later", "option.tx = option.tx[:1]"),
    ],
)
def test_a_suite_may_cap_the_number(
    suite: Suite, xdist: str, asked: str, hook: str, body: str
) -> None:
    """Whatever was asked for; it sees a number, or the word, as under `-n`."""
    word = asked.partition("=")[2]
    body = f"assert str(option.numprocesses) == {word!r} or option.tx; {body}"
    ran = ran_with(suite, xdist, hook, body, asked)
    assert ran.counts == {"passed": 4}, str(ran)
    assert ran.words("ran.txt") == ["gw0"] * 4


@XDIST
def test_a_suite_that_asks_for_workers_by_itself_leaves_it_to_who_has_asked(
    suite: Suite, xdist: str
) -> None:
    """Such conftests look whether there is a `-n`; what they find is what was asked for here."""
    body = "option.numprocesses = 3 if option.numprocesses is None else option.numprocesses"
    ran = ran_with(suite, xdist, "first", body, "--agents=1")
    assert ran.counts == {"passed": 4}, str(ran)
    assert ran.words("ran.txt") == ["gw0"] * 4


@XDIST
@pytest.mark.parametrize("args", [["--agents=2"], []])
def test_options_are_there_for_the_first_hook(suite: Suite, xdist: str, args: list[str]) -> None:
    """Also for one of a conftest that comes before all others, with agents and without."""
    suite.write(
        conftest="""
        import pytest

        @pytest.hookimpl(tryfirst=True)
        def pytest_cmdline_main(config):
            asked = 2 if config.option.agents and not hasattr(config, "workerinput") else None
            assert (config.option.numprocesses, config.option.tx) == (asked, [])
        """,
        test_it="def test_it(): pass",
    )
    ran = suite.run(*args, *arguments(xdist))
    assert ran.counts == {"passed": 1}, str(ran)


def test_the_project_is_asked_once_how_many(suite: Suite) -> None:
    """Also while xdist is there to ask."""
    pytest.importorskip("xdist")
    body = "return print('asked once') or 1"
    ran = ran_with(suite, "with xdist", "number", body, "--agents=auto")
    assert ran.words("ran.txt") == ["gw0"] * 4, str(ran)
    assert ran.out.count("asked once") == 1


@pytest.mark.parametrize("name", ["numprocesses", "dist", "tx"])
def test_what_a_suite_calls_so_decides_nothing(suite: Suite, name: str) -> None:
    """Where xdist is not installed the names are free."""
    conftest = f"""
        def pytest_addoption(parser):
            parser.addoption("--mine", dest="{name}", default=None)
        """
    ran = suite.write(conftest=conftest, test_it=TESTS).run("--agents=1", *NO_XDIST)
    assert ran.words("ran.txt") == ["gw0"] * 4, str(ran)


def test_xdist_may_be_loaded_and_then_blocked(suite: Suite) -> None:
    """Its options are there, and nobody who heeds them."""
    pytest.importorskip("xdist")
    ran = suite.write(test_it=TESTS).run("--agents=1", "-p", "xdist", *NO_XDIST)
    assert ran.words("ran.txt") == ["gw0"] * 4, str(ran)
