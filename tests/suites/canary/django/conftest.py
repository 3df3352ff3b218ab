import pytest


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        from library.models import Author

        Author.objects.get_or_create(name="of all tests")


@pytest.fixture(autouse=True)
def note_database(request):
    """Write down which database each test has."""
    yield
    if {"db", "transactional_db"} & set(request.fixturenames) or request.node.get_closest_marker(
        "django_db"
    ):
        from django.db import connection

        with open("databases.txt", "a") as file:
            file.write(f"{connection.settings_dict['NAME']}\n")
