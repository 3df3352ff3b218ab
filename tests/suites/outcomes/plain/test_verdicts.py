"""One test of each kind."""

import logging
import sys
import warnings

import pytest


def test_passes():
    pass


def test_fails():
    left, right = {"a": 1}, {"a": 2}
    print("on stdout")
    print("on stderr", file=sys.stderr)
    logging.getLogger("suite").warning("in the log")
    assert left == right, "they differ"


def test_fails_with_a_chain():
    try:
        {}["missing"]
    except KeyError as error:
        raise ValueError("no such thing") from error


def test_fails_without_traceback():
    pytest.fail("said so", pytrace=False)


def test_fails_in_other_words():
    pytest.fail("ümläut \N{SNOWMAN} \x00 end")


def test_error_at_setup(broken_setup):
    pass


def test_error_at_teardown(broken_teardown):
    pass


def test_fails_and_error_at_teardown(broken_teardown):
    assert False


def test_skips_in_the_call():
    pytest.skip("skipped in the call")


@pytest.mark.skip(reason="skipped by a mark")
def test_skipped_by_mark():
    pass


@pytest.mark.skipif(sys.version_info > (3,), reason="skipped on this version")
def test_skipped_by_condition():
    pass


@pytest.mark.xfail(reason="known")
def test_xfails():
    assert False


@pytest.mark.xfail(reason="thought to be known")
def test_xpasses():
    pass


@pytest.mark.xfail(strict=True, reason="strict")
def test_xpasses_strictly():
    pass


def test_xfails_in_the_call():
    pytest.xfail("called")


@pytest.mark.parametrize("n", [0, 1, 2])
@pytest.mark.parametrize("text", ["a b", "c::d", "ü/[x]"])
def test_parametrized(n, text):
    assert n != 1


@pytest.mark.slow
def test_marked():
    pass


def test_warns():
    warnings.warn("told once", UserWarning)


def test_warns_in_a_class_of_its_own():
    class Own(DeprecationWarning):
        pass

    warnings.warn("told by a local class", Own)


def test_with_a_module_fixture(shared):
    assert shared.endswith("test_verdicts")


def test_calls_importorskip():
    pytest.importorskip("no_such_module_at_all")
