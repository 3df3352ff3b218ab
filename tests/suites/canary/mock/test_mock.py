import os

import pytest


def use():
    return os.getcwd()


@pytest.mark.parametrize("n", range(3))
def test_patch(n, mocker):
    mocker.patch("os.getcwd", return_value=f"/somewhere/{n}")
    assert use() == f"/somewhere/{n}"


def test_patch_is_gone():
    assert os.path.isdir(use())


def test_fails(mocker):
    mocker.patch.object(os, "getcwd", return_value="here")
    use()
    os.getcwd.assert_called_once_with("there")


def test_spy(mocker):
    spy = mocker.spy(os, "getpid")
    os.getpid()
    spy.assert_called_once_with()


def test_library(mocker):
    """What the process itself uses may be mocked, too."""
    mocker.patch("time.time", side_effect=OSError)
    mocker.patch("os.write", side_effect=OSError)
    mocker.patch("json.dumps", side_effect=OSError)
    mocker.patch("builtins.open", mocker.mock_open(read_data="mocked"))
    with open("nothing") as file:
        assert file.read() == "mocked"


@pytest.mark.xfail(strict=True)
def test_xfail(mocker):
    mocker.Mock(spec=["a"]).b()
