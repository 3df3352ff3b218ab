"""What plugins hang on reports, and warnings: they arrive as they were, as under xdist."""

from __future__ import annotations

import pytest

from tests.functional.running import Suite

STARTS = pytest.mark.parametrize("start", ["fork", "spawn"])


@STARTS
def test_attributes_of_reports_keep_their_types(suite: Suite, start: str) -> None:
    """Tuples, sets, bytes, and keys that are no text; what nothing can carry becomes text."""
    suite.write(
        plugin="""
        import pytest

        VALUES = {
            "pair": (1, 2), "names": {"a"}, "raw": b"x", "numbers": {1: [(2.5, None)]},
            "plain": {"a": [1]}, "odd": [object, (1,)],
        }

        @pytest.hookimpl(wrapper=True)
        def pytest_runtest_makereport(item, call):
            report = yield
            vars(report).update(VALUES)
            return report

        class Plugin:
            def pytest_runtest_logreport(self, report):
                for name in ("pair", "names", "raw", "numbers", "plain"):
                    assert getattr(report, name) == VALUES[name]
                assert "<class 'object'>" in report.odd

        def pytest_configure(config):
            if not hasattr(config, "workerinput"):
                config.pluginmanager.register(Plugin())
        """,
        test_it="""
        def test_passes(): pass
        def test_fails(): assert False
        """,
    )
    ran = suite.agents(1, "-p", "plugin", f"--agents-start={start}")
    assert ran.counts == {"passed": 1, "failed": 1}, str(ran)


def test_properties_in_the_junit_file_are_those_of_one_process(suite: Suite) -> None:
    """Whatever their values are."""
    suite.write(
        test_it="""
        def test_it(record_property):
            record_property("pair", (1, 2))
            record_property("numbers", {1: 2})
            record_property("raw", b"x")
            record_property("big", 2**80)

        def test_odd(record_property):
            cycle = [object]
            cycle.append(cycle)
            record_property("cycle", cycle)
            record_property("surrogate", ("\\udcff",))
        """
    )
    serial, agents = suite.serial("-k", "test_it"), suite.agents(1)
    assert agents.counts["passed"] == 2, str(agents)
    texts = [(ran.records / "junit.xml").read_text("utf-8") for ran in (serial, agents)]
    for value in ('"(1, 2)"', '"{1: 2}"', "\"b'x'\"", '"1208925819614629174706176"'):
        assert all(f"value={value}" in text for text in texts), value


@STARTS
def test_warnings_are_of_their_classes(suite: Suite, start: str) -> None:
    """Those that are loaded in the controller; others are at least of the same kind."""
    suite.write(
        known="""
        class KnownWarning(UserWarning):
            def __init__(self, message, code):
                super().__init__(message)
                self.code = code
        """,
        plugin="""
        import known

        SEEN = []

        def pytest_warning_recorded(warning_message):
            message, category = warning_message.message, warning_message.category
            assert isinstance(message, category)
            SEEN.append((category, str(message)))

        def pytest_sessionfinish(session):
            if hasattr(session.config, "workerinput"):
                return
            by_text = {text: category for category, text in SEEN}
            assert by_text["old"] is DeprecationWarning
            assert by_text["known"] is known.KnownWarning
            assert by_text["unknown"].__name__ == "UnknownWarning"
            assert issubclass(by_text["unknown"], FutureWarning)
            assert len({category for category, text in SEEN if "unknown" in text}) == 1
        """,
        test_it="""
        import warnings

        import known

        class UnknownWarning(FutureWarning):
            pass

        def test_it():
            warnings.warn("old", DeprecationWarning)
            warnings.warn(known.KnownWarning("known", 3))
            warnings.warn("unknown", UnknownWarning)
            warnings.warn("another unknown", UnknownWarning)
        """,
    )
    ran = suite.agents(1, "-p", "plugin", f"--agents-start={start}")
    assert ran.counts == {"passed": 1, "warnings": 4}, str(ran)
    assert ran.code == 0
