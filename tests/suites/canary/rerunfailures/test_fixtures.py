import pytest

SETUPS = []


@pytest.fixture(scope="class")
def resource():
    SETUPS.append("class")
    yield len(SETUPS)


class TestClass:
    @pytest.mark.flaky(reruns=2)
    def test_set_up_again(self, resource, attempt):
        assert attempt == 2

    def test_after(self, resource):
        pass


@pytest.fixture
def flaky_setup(attempt):
    if attempt < 2:
        raise OSError("not yet")


@pytest.mark.flaky(reruns=2)
def test_setup(flaky_setup):
    pass


@pytest.fixture
def flaky_teardown(attempt):
    yield
    if attempt < 2:
        raise OSError("teardown")


@pytest.mark.flaky(reruns=2)
def test_teardown(flaky_teardown):
    pass
