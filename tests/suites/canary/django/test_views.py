import json
import urllib.request

import pytest

from library.models import Author, Book


@pytest.fixture
def book(db):
    return Book.objects.create(title="T", author=Author.objects.create(name="A"))


def test_client(client, book):
    assert client.get("/books/").json() == {"titles": ["T"]}


def test_rf(rf, book):
    from library.views import books

    assert json.loads(books(rf.get("/books/")).content) == {"titles": ["T"]}


@pytest.mark.parametrize("n", range(2))
def test_mail(n, client, mailoutbox):
    client.get("/mail/")
    assert [message.subject for message in mailoutbox] == ["Hello"]


def test_settings(settings):
    settings.SECRET_KEY = "changed"


def test_settings_are_back():
    from django.conf import settings

    assert settings.SECRET_KEY == "not a secret"


@pytest.mark.urls("library.nothing")
def test_urls(client):
    with pytest.raises(ModuleNotFoundError):
        client.get("/books/")


def test_live_server(live_server, transactional_db):
    author = Author.objects.create(name="live")
    Book.objects.create(title="Live", author=author)
    with urllib.request.urlopen(f"{live_server}/books/", timeout=30) as answer:
        assert json.load(answer) == {"titles": ["Live"]}


def test_admin(admin_client, django_user_model):
    assert django_user_model.objects.filter(is_superuser=True).count() == 1


@pytest.mark.django_db
@pytest.mark.xfail(strict=True)
def test_xfail():
    assert Book.objects.count() == 5
