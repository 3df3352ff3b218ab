"""The HTTP server: one thread per request around the API."""

import json
import logging
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from shop.api import Api

log = logging.getLogger(__name__)


class ShopServer(ThreadingHTTPServer):
    """A server for one API. Port 0 asks the system for a free one: see `url`."""

    request_queue_size = 128  # customers who knock at the same moment
    daemon_threads = False  # closing the server waits for the requests that it is answering

    def __init__(self, api: Api, *, host: str = "127.0.0.1", port: int = 0) -> None:
        self.api = api
        super().__init__((host, port), ShopRequestHandler)

    @property
    def url(self) -> str:
        """Return where the server listens."""
        host, port = self.server_address[:2]
        return f"http://{host!s}:{port}"


class ShopRequestHandler(BaseHTTPRequestHandler):
    """Carries bytes between a socket and the API."""

    server: ShopServer
    timeout = 10  # seconds: a client that stalls does not keep its thread for ever

    def do_GET(self) -> None:
        """Answer a GET."""
        self._answer()

    def do_POST(self) -> None:
        """Answer a POST."""
        self._answer()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name
        """Log through `logging`, where the base class writes to stderr."""
        log.info(format, *args)

    def _answer(self) -> None:
        response = self.server.api.respond(self.command, self.path, self._read_body())
        content = json.dumps(response.payload).encode()
        self.send_response(response.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _read_body(self) -> bytes:
        length = self.headers.get("Content-Length", "0")
        return self.rfile.read(int(length)) if length.isdecimal() else b""
