"""What the session has set up is there until a test empties the database, also on other agents."""

import time

import pytest

from library.models import Author


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("n", range(3))
def test_empties(n):
    Author.objects.create(name="x")


@pytest.mark.django_db
@pytest.mark.parametrize("n", range(10))
def test_needs(n):
    time.sleep(0.05)
    assert Author.objects.filter(name="of all tests").exists()
