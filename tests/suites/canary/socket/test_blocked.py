import socket

import pytest
from pytest_socket import SocketBlockedError


@pytest.mark.parametrize("n", range(3))
def test_blocked(n):
    with pytest.raises(SocketBlockedError):
        socket.socket(socket.AF_INET, socket.SOCK_STREAM)


def test_fails():
    socket.create_connection(("127.0.0.1", 9))


def test_pair():
    left, right = socket.socketpair()
    with left, right:
        left.sendall(b"tea")
        assert right.recv(3) == b"tea"
