import os

from pytest_postgresql import factories


def tables(**connection):
    import psycopg

    with psycopg.connect(**connection) as db:
        db.execute("CREATE TABLE dish (name text PRIMARY KEY)")
        db.execute("INSERT INTO dish VALUES ('soup')")


server = factories.postgresql_noproc(
    host=os.environ["CANARY_POSTGRESQL_HOST"],
    port=int(os.environ["CANARY_POSTGRESQL_PORT"]),
    user="postgres",
    load=[tables],
)
db = factories.postgresql("server")
