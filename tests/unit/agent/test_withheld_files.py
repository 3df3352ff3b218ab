"""Files that a session knows and has not imported."""

from __future__ import annotations

from collections.abc import Generator

import pytest

from pytest_agentorch.agent.withheld_files import WithheldFiles

FILES = {
    "test_a": "def test_one(): pass\nclass TestIt:\n  def test_two(self): pass",
    "test_b": "IMPORTED = open('b is imported', 'w')\ndef test_three(): pass",
}


class Withholding:
    """Withholds files while a session collects, and keeps the session."""

    def __init__(self) -> None:
        self.files = WithheldFiles()

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_collection(self, session: pytest.Session) -> Generator[None, object, object]:
        """Put nothing in the place of files; look, and collect one while pytest can still do so."""
        with self.files.withhold(session):
            result = yield
        self.before = [item.nodeid for item in session.items], self.files.node_ids
        self.first = self.files.first("test_b.py")
        self.late = [item.nodeid for item in self.files.collect("test_a.py")]
        self.after = self.files.node_ids
        self.again = self.files.collect("test_a.py")
        return result


def collected(pytester: pytest.Pytester, *args: str) -> Withholding:
    """Collect the files, but withhold them."""
    pytester.makepyfile(**FILES)
    plugin = Withholding()
    pytester.inline_run("--collect-only", "-q", "-p", "no:randomly", *args, plugins=[plugin])
    return plugin


def test_a_file_is_found_and_not_imported(pytester: pytest.Pytester) -> None:
    """It stands for its tests until somebody wants them; then it is collected once."""
    found = collected(pytester)
    assert found.before == ([], ["test_a.py", "test_b.py"])
    assert found.first is not None
    assert found.first.nodeid == "test_b.py"
    assert found.late == ["test_a.py::test_one", "test_a.py::TestIt::test_two"]
    assert found.after == ["test_b.py"]
    assert found.again == []
    assert not (pytester.path / "b is imported").exists()


def test_what_is_named_is_collected_as_ever(pytester: pytest.Pytester) -> None:
    """Only the file that is not asked for a test of it is withheld."""
    found = collected(pytester, "test_a.py::test_one", "test_b.py")
    assert found.before == (["test_a.py::test_one"], ["test_b.py"])
    assert found.late == []
