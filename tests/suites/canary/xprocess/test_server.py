import socket

import pytest


@pytest.mark.parametrize("n", range(6))
def test_answers(n, port):
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(b"hello\n")
        assert int(connection.makefile().readline()) > 1


@pytest.mark.usefixtures("port")
def test_fails():
    assert 0


def test_plain():
    pass
