import pytest

from library.models import Author, Book


@pytest.mark.django_db
@pytest.mark.parametrize("n", range(6))
def test_rollback(n):
    """Each test has the database as it was set up."""
    assert [author.name for author in Author.objects.all()] == ["of all tests"]
    author = Author.objects.create(name="somebody")
    Book.objects.create(title=f"Book {n}", author=author)
    assert Book.objects.count() == 1


def test_no_access():
    """Fails: the marker is missing."""
    Author.objects.count()


@pytest.mark.django_db
def test_queries(django_assert_num_queries):
    with django_assert_num_queries(2):
        Author.objects.create(name="x")
        assert list(Book.objects.all()) == []


@pytest.mark.django_db
def test_too_many_queries(django_assert_max_num_queries):
    """Fails."""
    with django_assert_max_num_queries(0):
        Author.objects.count()
