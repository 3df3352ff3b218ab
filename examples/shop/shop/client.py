"""A client of the HTTP API."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

TIMEOUT_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Reply:
    """What the server answered; a refusal is an answer too."""

    status: int
    payload: Any


class Client:
    """Talks to one shop, never through a proxy: the shop is a neighbour."""

    def __init__(self, url: str) -> None:
        if not url.startswith(("http://", "https://")):
            raise ValueError(f"not an HTTP address: {url!r}")
        self._url = url.rstrip("/")
        self._opener = build_opener(ProxyHandler({}))

    def get(self, path: str) -> Reply:
        """Ask for a resource."""
        return self._send(Request(self._url + path))  # noqa: S310 - __init__ checked the scheme

    def post(self, path: str, payload: object) -> Reply:
        """Send JSON."""
        return self.post_bytes(path, json.dumps(payload).encode())

    def post_bytes(self, path: str, body: bytes) -> Reply:
        """Send a body as it is."""
        headers = {"Content-Type": "application/json"}
        return self._send(Request(self._url + path, body, headers))  # noqa: S310 - as above

    def _send(self, request: Request) -> Reply:
        try:
            with self._opener.open(request, timeout=TIMEOUT_SECONDS) as response:
                return Reply(response.status, json.load(response))
        except HTTPError as refusal:
            with refusal:
                return Reply(refusal.code, json.load(refusal))
