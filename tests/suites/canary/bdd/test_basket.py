from pytest_bdd import scenario, scenarios


@scenario("basket.feature", "One thing")
def test_by_name():
    pass


scenarios("basket.feature")
