import pytest


@pytest.fixture
def broken_setup():
    raise RuntimeError("broken at setup")


@pytest.fixture
def broken_teardown():
    yield
    raise RuntimeError("broken at teardown")


@pytest.fixture(scope="module")
def shared(request):
    return request.module.__name__
