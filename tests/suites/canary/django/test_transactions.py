import pytest
from django.db import transaction
from django.test import TestCase, TransactionTestCase

from library.models import Author


@pytest.mark.django_db(transaction=True)
def test_on_commit():
    seen = []
    with transaction.atomic():
        transaction.on_commit(lambda: seen.append(1))
    assert seen == [1]


@pytest.mark.django_db(transaction=True, reset_sequences=True)
@pytest.mark.parametrize("n", range(2))
def test_sequences(n):
    assert Author.objects.create(name="first").pk <= 2


def test_callbacks(db, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        transaction.on_commit(lambda: None)
    assert len(callbacks) == 1


class TestOld(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.author = Author.objects.create(name="of the class")

    def test_one(self):
        self.assertEqual(Author.objects.get(pk=self.author.pk).name, "of the class")

    def test_two(self):
        self.author.delete()

    @pytest.mark.skip(reason="old")
    def test_three(self):
        raise AssertionError


class TestOldTransactions(TransactionTestCase):
    def test_flush(self):
        Author.objects.create(name="flushed")
