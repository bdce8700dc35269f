"""The door to which a tunnel leads when the real Discord is used: the HTTP API's routes, and nothing else.

The emulator's own port would hand a stranger everything on it, the secret with the bot token too. So a tunnel leads
here, where only the paths of the HTTP API are let through.
"""

from __future__ import annotations

import http.client
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

PATHS: Final = ("/discord/", "/api/", "/auth/", "/calendar/")
LARGEST_BODY: Final = 10 * 1024 * 1024  # API Gateway's own limit
TIMEOUT: Final = 30

# They speak of one connection, and ours to the API is another one.
_OF_THE_CONNECTION: Final = frozenset(
    {"connection", "keep-alive", "transfer-encoding", "content-length", "host", "upgrade"}
)


class Door(ThreadingHTTPServer):
    """Listens on localhost and passes the API's paths to `target_path` on the emulator's port."""

    daemon_threads = True

    def __init__(self, port: int, emulator_port: int, target_path: str) -> None:
        super().__init__(("127.0.0.1", port), _Passage)
        self.emulator_port = emulator_port
        self.target_path = target_path

    def open(self) -> None:
        """Serve from a thread of its own until `shutdown`."""
        threading.Thread(target=self.serve_forever, name="door", daemon=True).start()


class _Passage(BaseHTTPRequestHandler):
    server: Door
    protocol_version = "HTTP/1.1"
    timeout = TIMEOUT

    def _pass(self) -> None:
        path = self.path.partition("?")[0]
        if ".." in path or not (path == "/health" or path.startswith(PATHS)):
            self._answer(HTTPStatus.NOT_FOUND, {}, b"")
            return
        length = self.headers.get("Content-Length", "0")
        if not length.isdecimal() or int(length) > LARGEST_BODY or "Transfer-Encoding" in self.headers:
            self.close_connection = True
            self._answer(HTTPStatus.CONTENT_TOO_LARGE, {}, b"")
            return
        body = self.rfile.read(int(length))
        headers = {name: value for name, value in self.headers.items() if name.lower() not in _OF_THE_CONNECTION}
        connection = http.client.HTTPConnection("127.0.0.1", self.server.emulator_port, timeout=TIMEOUT)
        try:
            connection.request(self.command, f"{self.server.target_path}{self.path}", body, headers)
            answer = connection.getresponse()
            content = answer.read()
            passed = {name: value for name, value in answer.getheaders() if name.lower() not in _OF_THE_CONNECTION}
            self._answer(answer.status, passed, content)
        except (OSError, http.client.HTTPException):
            self._answer(HTTPStatus.BAD_GATEWAY, {}, b"")
        finally:
            connection.close()

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_HEAD = _pass  # noqa: N815 - http.server's names

    def _answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response_only(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
