import os

import pytest


@pytest.fixture(scope="module")
def of_the_module(module_mocker):
    module_mocker.patch.dict(os.environ, {"CANARY_MODULE": "yes"})


@pytest.fixture(scope="session")
def of_the_session(session_mocker):
    session_mocker.patch.dict(os.environ, {"CANARY_SESSION": "yes"})


def test_module(of_the_module):
    assert os.environ["CANARY_MODULE"] == "yes"


@pytest.mark.parametrize("n", range(2))
def test_session(n, of_the_session):
    assert os.environ["CANARY_SESSION"] == "yes"


class TestClass:
    @pytest.fixture(scope="class", autouse=True)
    @classmethod
    def of_the_class(cls, class_mocker):
        return class_mocker.patch("os.sep", "!")

    def test_class(self):
        assert os.sep == "!"


def test_stop(mocker):
    patched = mocker.patch("os.getpgrp", return_value=-1)
    mocker.stop(patched)
    assert os.getpgrp() > 0
    stub = mocker.stub(name="a stub")
    stub(1)
    stub.assert_called_once_with(1)
