"""`--junitxml` is the file that plain pytest writes."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from tests.functional.running import Suite, assert_same_verdicts


@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_colours_change_nothing_in_the_file(suite: Suite, start: str) -> None:
    """With `--color=yes` the file is that of plain pytest: there are no escapes of ours in it."""
    suite.write(
        test_it="""
        import pytest

        def test_fails():
            # pytest itself colours the comparison of two dictionaries, even in the file.
            left, right = {"a": [1, 2, 3]}, {"a": [1, 2, 4]}
            assert left == right

        def test_raises():
            raise ValueError("multi\\nline")

        @pytest.fixture
        def broken():
            raise RuntimeError("at setup")

        def test_error(broken): pass

        @pytest.mark.xfail(strict=True)
        def test_strict(): pass
        """
    )
    serial = suite.serial("--color=yes")
    agents = suite.agents(2, "--color=yes", f"--agents-start={start}")
    text = (agents.records / "junit.xml").read_text("utf-8")
    assert "\x1b" not in text
    raises = next(parts for name, parts in agents.junit if name == "test_it::test_raises")
    assert not any("#x1B" in part.text + part.message for part in raises)
    assert_same_verdicts(serial, agents)
    # On the terminal there are colours, also in the failures that came over the wire.
    assert "\x1b[1m\x1b[31mE" in serial.out
    assert "\x1b[1m\x1b[31mE" in agents.out


def test_properties_that_tests_record_are_in_the_file(suite: Suite) -> None:
    """`record_property` and `user_properties`."""
    suite.write(
        test_it="""
        def test_property(record_property):
            record_property("key", "value")
            record_property("key", 3)

        def test_user_properties(request):
            request.node.user_properties.append(("mine", ["a", 1]))
        """
    )
    args = ["-o", "junit_family=xunit1"]
    assert_same_verdicts(suite.serial(*args), suite.agents(2, *args))


def test_attributes_that_tests_record_are_in_the_file(suite: Suite) -> None:
    """`record_xml_attribute`, which only the older families know."""
    suite.write(
        test_it="""
        def test_attribute(record_xml_attribute):
            record_xml_attribute("assertions", "7")
        """
    )
    args = ["-o", "junit_family=xunit1"]
    assert_same_verdicts(suite.serial(*args), suite.agents(2, *args))


def test_pytests_warnings_about_the_family_are_told(suite: Suite) -> None:
    """`record_property` does not fit into xunit2: plain pytest warns, and so do agents."""
    suite.write(
        test_it="""
        def test_property(record_property):
            record_property("key", "value")
        """
    )
    assert_same_verdicts(suite.serial(), suite.agents(2))


def test_what_tests_record_for_the_whole_suite_is_in_the_file(suite: Suite) -> None:
    """`record_testsuite_property` of any agent."""
    suite.write(
        test_it="""
        def test_1(record_testsuite_property):
            record_testsuite_property("one", "1")

        def test_2(record_testsuite_property):
            record_testsuite_property("two", "2")
        """
    )

    def properties(path: Path) -> set[tuple[str, str]]:
        root = ET.parse(path).getroot()  # noqa: S314 - the file was written by our own run
        found = root.iterfind("testsuite/properties/property")
        return {(one.get("name", ""), one.get("value", "")) for one in found}

    serial = suite.serial()
    agents = suite.agents(2)
    assert properties(serial.records / "junit.xml") == {("one", "1"), ("two", "2")}
    assert properties(agents.records / "junit.xml") == {("one", "1"), ("two", "2")}


@pytest.mark.parametrize("logging", ["no", "system-out", "all"])
def test_output_is_in_the_file_as_asked_for(suite: Suite, logging: str) -> None:
    """`junit_logging` decides about captured output and logs."""
    suite.write(
        test_it="""
        import logging, sys

        def test_passes():
            print("printed")
            print("complained", file=sys.stderr)
            logging.getLogger("x").warning("logged")

        def test_fails():
            print("printed")
            assert 0
        """
    )
    args = ["-o", f"junit_logging={logging}"]
    assert_same_verdicts(suite.serial(*args), suite.agents(2, *args))


def test_error_at_teardown_and_failure_of_one_test_are_two_elements(suite: Suite) -> None:
    """As plain pytest writes it."""
    suite.write(
        test_it="""
        import pytest

        @pytest.fixture
        def broken():
            yield
            raise RuntimeError("at teardown")

        def test_passes(broken): pass
        def test_fails(broken): assert 0
        def test_skips(broken): pytest.skip("why")
        """
    )
    assert_same_verdicts(suite.serial(), suite.agents(2))
