import socket


def test_also(port):
    socket.create_connection(("127.0.0.1", port), timeout=30).close()
