import pytest


@pytest.mark.parametrize("n", range(3))
def test_empty(db, n):
    db.execute("DELETE FROM dish")
    db.commit()
    assert db.execute("SELECT name FROM dish").fetchall() == []


def test_which_database(db, request):
    """Each agent has one of its own."""
    name = db.info.dbname
    worker = getattr(request.config, "workerinput", {}).get("workerid", "")
    assert worker in name
