import allure
import pytest


@allure.step("a step with {n}")
def step(n):
    return n


@allure.feature("Canary")
@allure.severity(allure.severity_level.CRITICAL)
@pytest.mark.parametrize("n", range(3))
def test_steps(n):
    with allure.step("outer"):
        assert step(n) == n


@allure.title("A title")
def test_attached():
    allure.attach("some text", "name", allure.attachment_type.TEXT)


def test_fails():
    step(1)
    assert 0


@pytest.fixture
def resource():
    yield 1
    step(2)


@pytest.mark.skip(reason="not today")
def test_skipped():
    pass


def test_fixture(resource):
    allure.dynamic.tag("late")
