"""Where it is not plain what a test depends on, it runs: no verdict is reused wrongly."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from tests.functional.running import Suite
from tests.functional.test_reuse import CONFTEST, ran


def test_a_package_that_was_installed_anew_counts(suite: Suite, tmp_path: Path) -> None:
    """Its version may be the same: who installs the project itself does not count it up."""
    installed = tmp_path / "site-packages"
    record = installed / "shop-1.0.dist-info/RECORD"
    record.parent.mkdir(parents=True)
    module = installed / "shop.py"
    module.write_text("VAT = 19\n", "utf-8")
    record.write_text("shop.py,sha256=1,9\n", "utf-8")
    path = {"PYTHONPATH": os.pathsep.join((str(installed), os.environ.get("PYTHONPATH", "")))}
    suite.write(conftest=CONFTEST, test_it="import shop\ndef test_it(log): assert shop.VAT == 19")
    assert ran(suite, env=path)[1] == {"test_it"}
    assert ran(suite, env=path)[1] == set()
    module.write_text("VAT = 20\n", "utf-8")
    record.write_text("shop.py,sha256=2,9\n", "utf-8")
    failed, names = ran(suite, env=path)
    assert (names, failed.code) == ({"test_it"}, 1), str(failed)


DOCTEST = """
    >>> from shop import rates
    >>> rates.VAT
    19
"""


@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_doctests_depend_on_what_they_import(suite: Suite, start: str) -> None:
    """In texts and in docstrings; another test imports it, too, so nothing is found by chance."""
    suite.write_text("pyproject.toml", "[tool.pytest.ini_options]\npythonpath = ['.']\n")
    suite.write_text("README.txt", DOCTEST)
    suite.write(
        shop__rates="VAT = 19",
        lib=f'"""Help.\n{DOCTEST}\n"""',
        test_other="from shop import rates\ndef test_other(): pass",
    )
    options = ("--doctest-modules", "--doctest-glob=*.txt", f"--agents-start={start}")
    assert ran(suite, *options)[0].counts == {"passed": 3}
    again, _ = ran(suite, *options)
    assert again.counts == {"reused": 3}, str(again)
    suite.write(shop__rates="VAT = 20")
    failed, _ = ran(suite, *options)
    assert failed.counts == {"failed": 2, "passed": 1}, str(failed)


def test_a_file_that_was_loaded_by_name_is_missed(suite: Suite) -> None:
    """Also if it is gone before anybody has taken note of it."""
    suite.write_text("pyproject.toml", "[tool.pytest.ini_options]\npythonpath = ['.']\n")
    suite.write(
        conftest=CONFTEST,
        plugins__one="NAME = 'one'",
        lib__loader="""
        import builtins
        load = getattr(builtins, "__imp" + "ort__")
        """,
        test_loads="""
        from lib.loader import load
        def test_loads(log): load("plugins." + "one")
        """,
    )
    first, names = ran(suite)
    assert (first.code, names) == (0, {"test_loads"}), str(first)
    (suite.folder / "plugins/one.py").unlink()
    failed, names = ran(suite)
    assert (names, failed.code) == ({"test_loads"}, 1), str(failed)


def test_code_that_is_executed_from_a_file_counts(suite: Suite) -> None:
    """`exec`: no module is loaded that could be seen."""
    suite.write(
        conftest=CONFTEST,
        scripts__job="answer = 1",
        test_it="""
        from pathlib import Path
        def test_it(log):
            names = {}
            exec(Path("scripts/job.py").read_text(), names)
            assert names["answer"] == 1
        """,
    )
    ran(suite)
    assert ran(suite)[1] == set()
    suite.write(scripts__job="answer = 2")
    failed, names = ran(suite)
    assert (names, failed.code) == ({"test_it"}, 1), str(failed)


def test_a_time_limit_counts(suite: Suite) -> None:
    """What took longer than it may now has to run."""
    suite.write(conftest=CONFTEST, test_it="import time\ndef test_it(log): time.sleep(1.5)")
    ran(suite)
    late, names = ran(suite, "--agents-timeout=0.5")
    assert (names, late.code) == ({"test_it"}, 1), str(late)


def test_what_plugins_load_before_tests_are_imported_counts(suite: Suite) -> None:
    """As pytest-django does; that some test imports the same is no reason for others."""
    suite.write_text("pyproject.toml", "[tool.pytest.ini_options]\npythonpath = ['.', 'lib']\n")
    suite.write(
        lib__site__packages="",
        shop__views="def home(): return 200",
        test_client="def test_client(client, log): assert client() == 200",
        test_views="from shop.views import home\ndef test_views(log): pass",
        conftest=CONFTEST,
    )
    plugin = suite.folder / "site-packages/framework.py"
    plugin.parent.mkdir()
    plugin.write_text(
        "import pytest, sys\n"
        "def pytest_configure(): __import__('shop.views')\n"
        "@pytest.fixture\n"
        "def client(): return sys.modules['shop.views'].home\n"
    )
    path = {"PYTHONPATH": os.pathsep.join((str(plugin.parent), os.environ.get("PYTHONPATH", "")))}
    options = ("-p", "framework")
    first, names = ran(suite, *options, env=path)
    assert names == {"test_client", "test_views"}, str(first)
    assert ran(suite, *options, env=path)[1] == set()
    suite.write(shop__views="def home(): return 404")
    failed, names = ran(suite, *options, env=path)
    assert (names, failed.code) == ({"test_client", "test_views"}, 1), str(failed)


@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_what_is_changed_in_a_run_counts_as_changed(suite: Suite, start: str) -> None:
    """What it was when the run began is not what the tests have seen."""
    suite.write_text("pyproject.toml", "[tool.pytest.ini_options]\npythonpath = ['.']\n")
    suite.write(
        conftest=CONFTEST,
        rates="VAT = 20",
        test_it="""
        import pathlib, time
        def test_it(log):
            while not pathlib.Path("changed").exists(): time.sleep(0.01)
            import rates
            assert rates.VAT == 19
        """,
    )
    with suite.start_agents(1, "--agents-reuse", f"--agents-start={start}") as running:
        running.wait_for_words("log.txt", 1)
        suite.write(rates="VAT = 19")
        suite.write_text("changed", "")
        assert running.finish().code == 0
    suite.write(rates="VAT = 20")
    past = time.time() - 1000
    os.utime(suite.folder / "rates.py", (past, past))
    failed, names = ran(suite, f"--agents-start={start}")
    assert (names, failed.code) == ({"test_it"}, 1), str(failed)


def test_an_old_file_that_is_put_in_place_in_a_run_counts(suite: Suite) -> None:
    """`mv` and `git stash` keep times, or set older ones."""
    suite.write(
        conftest=CONFTEST
        + """
    def pytest_collection_finish(session):
        import os
        if os.path.exists("other.py"):
            os.replace("other.py", "test_it.py")
""",
        test_it="def test_it(log): pass",
        other="def test_it(log): assert 0",
    )
    past = time.time() - 1000
    for name in ("other.py", "test_it.py"):
        os.utime(suite.folder / name, (past, past))
    ran(suite)
    failed, names = ran(suite)
    assert (names, failed.code) == ({"test_it"}, 1), str(failed)


def test_data_files_that_are_read_count(suite: Suite) -> None:
    """Whoever has read them, and also if they were looked for and are not there."""
    suite.write_text("data/rates.txt", "19")
    suite.write(
        conftest=CONFTEST,
        test_it="""
        from pathlib import Path

        RATE = Path(__file__).with_name("data") / "rates.txt"

        def test_it(log):
            local = Path("data/local.txt")
            assert (local if local.exists() else RATE).read_text() == "19"

        def test_default(log):
            try:
                text = open("data/default.txt").read()
            except FileNotFoundError:
                text = ""
            assert not text

        def test_writes(log):
            Path("out.txt").write_text("x")
            assert Path("out.txt").read_text() == "x"
        """,
    )
    every = {"test_it", "test_default", "test_writes"}
    assert ran(suite)[1] == every
    assert ran(suite)[1] == set()
    suite.write_text("out.txt", "y")
    assert ran(suite)[1] == set(), "what tests have written themselves is nothing to them"
    suite.write_text("data/rates.txt", "20")
    failed, names = ran(suite)
    assert (names, failed.code) == (every, 1), str(failed)
    suite.write_text("data/rates.txt", "19")
    ran(suite)
    assert ran(suite)[1] == set()
    suite.write_text("data/default.txt", "here")
    failed, names = ran(suite)
    assert (names, failed.code) == (every, 1), str(failed)


def test_variables_that_the_code_asks_for_count(suite: Suite) -> None:
    """Not those that it sets itself, which have another value in each run."""
    suite.write(
        conftest=CONFTEST
        + """
    import os, uuid
    RUN = os.environ.setdefault("SHOP_RUN", uuid.uuid4().hex)
    assert os.environ["SHOP_RUN"] == RUN
""",
        test_it="import os\ndef test_it(log): assert os.environ.get('SHOP_REGION') != 'south'",
        test_other="def test_other(log): pass",
    )
    ran(suite)
    assert ran(suite, env={"SHOP_COLOUR": "red"})[1] == set()
    failed, names = ran(suite, env={"SHOP_REGION": "south"})
    assert (names, failed.code) == ({"test_it"}, 1), str(failed)


def test_what_each_run_makes_anew_concerns_its_users_only(suite: Suite) -> None:
    """Nor does pytest's cache, wherever that is."""
    suite.write_text("pyproject.toml", "[tool.pytest.ini_options]\ncache_dir = 'build/cache'\n")
    suite.write(
        conftest=CONFTEST
        + """
    from pathlib import Path
    Path(__file__).with_name("generated" + ".py").write_text("VALUE = 1")
""",
        test_uses="import generated\ndef test_uses(log): assert generated.VALUE",
        test_other="def test_other(log): pass",
    )
    assert ran(suite, "--agents-start=fork")[1] == {"test_uses", "test_other"}
    assert ran(suite, "--agents-start=fork")[1] == {"test_uses"}
