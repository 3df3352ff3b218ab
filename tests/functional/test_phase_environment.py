"""`env` of a phase: set while its tests run, on whatever agents."""

from __future__ import annotations

import pytest

from tests.functional.running import Suite

PHASES = """
    [tool.agentorch.phases.integration]
    env = { SHOP_URL = "of integration", SHOP_MODE = "slow" }

    [tool.agentorch.phases.e2e]
    env = { SHOP_URL = "of e2e" }

    [tool.agentorch.phases.last]
    after = ["e2e"]
    paths = ["tests/last"]
"""
TESTS = """
    import os, subprocess, sys

    IMPORTED = os.environ["SHOP_URL"], "SHOP_MODE" in os.environ

    def test_here(of_module):
        found = os.environ["SHOP_URL"], os.environ.get("SHOP_MODE")
        with open("log.txt", "a") as log:
            log.write(f"{__name__} {IMPORTED} {found} {of_module}\\n")

    def test_child():
        code = "import os; print(os.environ['SHOP_URL'])"
        found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
        assert found.stdout.strip() == os.environ["SHOP_URL"]
"""


@pytest.mark.parametrize(
    "options",
    [["--agents-start=fork"], ["--agents-start=spawn"], ["--agents-isolate=test"]],
    ids=lambda options: options[0],
)
def test_each_phase_sees_its_own(suite: Suite, options: list[str]) -> None:
    """Tests, fixtures and children do; what is imported does not; afterwards all is as it was."""
    suite.write_text("pyproject.toml", PHASES).write(
        conftest="""
        import os, pytest

        @pytest.fixture(scope="module")
        def of_module():
            return os.environ["SHOP_URL"]

        def pytest_sessionfinish(session):
            if hasattr(session.config, "workerinput"):
                assert (os.environ["SHOP_URL"], "SHOP_MODE" in os.environ) == ("of the user", False)
        """,
        tests__unit__test_1=TESTS,
        tests__integration__test_2=TESTS,
        tests__e2e__test_3=TESTS,
        tests__last__test_4=TESTS,
    )
    ran = suite.agents(1, *options, env={"SHOP_URL": "of the user"})
    assert ran.code == 0, str(ran)
    imported = ("of the user", False)
    assert ran.words("log.txt") == [
        f"test_1 {imported} {('of the user', None)} of the user",
        f"test_2 {imported} {('of integration', 'slow')} of integration",
        f"test_3 {imported} {('of e2e', None)} of e2e",
        f"test_4 {imported} {('of the user', None)} of the user",
    ]


def test_a_run_scoped_fixture_of_a_phase_has_it_too(suite: Suite) -> None:
    """It is set up in a process of its own; one of the whole run belongs to no phase."""
    suite.write_text("pyproject.toml", PHASES).write(
        conftest="""
        import os, pytest_agentorch

        @pytest_agentorch.run_fixture(scope="phase")
        def url_of_phase():
            return os.environ.get("SHOP_URL")

        @pytest_agentorch.run_fixture(scope="run")
        def url_of_run():
            return os.environ.get("SHOP_URL")
        """,
        tests__integration__test_2="""
        def test_it(url_of_phase, url_of_run):
            assert (url_of_phase, url_of_run) == ("of integration", None)
        """,
        tests__e2e__test_3="""
        def test_it(url_of_phase, url_of_run):
            assert (url_of_phase, url_of_run) == ("of e2e", None)
        """,
    )
    ran = suite.agents(2)
    assert ran.code == 0, str(ran)


@pytest.mark.parametrize("env", ["'A=1'", "{ A = 1 }", "{ 'A=B' = '1' }", "{ '' = '1' }"])
def test_what_is_no_environment_is_refused(suite: Suite, env: str) -> None:
    """At once, with what it should be."""
    suite.write_text("pyproject.toml", f"[tool.agentorch.phases.unit]\nenv = {env}\n")
    ran = suite.run("--agents=1")
    assert ran.code == 4
    assert 'it must be a table of names and texts, such as { MODE = "test" }' in ran.err
