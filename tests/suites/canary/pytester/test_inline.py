import pytest


def test_hooks_are_recorded(pytester):
    pytester.makepyfile("def test_it(): pass")
    record = pytester.inline_run("-p", "no:cacheprovider")
    assert record.ret == pytest.ExitCode.OK
    assert [call.when for call in record.getreports("pytest_runtest_logreport")] == [
        "setup",
        "call",
        "teardown",
    ]


def test_items(pytester):
    items = pytester.getitems("def test_one(): pass\ndef test_two(): pass")
    assert [item.name for item in items] == ["test_one", "test_two"]


def test_plain():
    pass
