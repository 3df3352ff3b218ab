import pytest


@pytest.mark.parametrize("n", range(4))
def test_each_test_has_the_tables_as_they_were_loaded(db, n):
    db.execute("INSERT INTO dish VALUES (%s)", (f"tea {n}",))
    assert db.execute("SELECT count(*) FROM dish").fetchone() == (2,)


def test_twice_fails(db):
    db.execute("INSERT INTO dish VALUES ('soup')")


def test_plain():
    pass
