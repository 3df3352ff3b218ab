import socket

import pytest
from pytest_socket import SocketConnectBlockedError


@pytest.mark.enable_socket
@pytest.mark.parametrize("n", range(3))
def test_enabled(n):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port), timeout=30):
            server.accept()[0].close()


def test_fixture(socket_enabled):
    socket.socket().close()


@pytest.mark.allow_hosts(["127.0.0.1"])
def test_hosts():
    with pytest.raises(SocketConnectBlockedError):
        socket.socket().connect(("10.0.0.1", 80))


def test_blocked_again():
    socket.socket()
