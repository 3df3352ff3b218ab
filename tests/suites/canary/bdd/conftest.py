from pytest_bdd import given, parsers, then, when


@given("an empty basket", target_fixture="basket")
def empty_basket():
    return []


@when(parsers.parse("I put {number:d} {thing} into it"))
def put(basket, number, thing):
    basket += [thing] * number


@then(parsers.parse("there are {number:d} things in it"))
def look(basket, number):
    assert len(basket) == number


def pytest_bdd_after_scenario(request, feature, scenario):
    with open("scenarios.txt", "a") as file:
        file.write(f"{scenario.name}\n")
