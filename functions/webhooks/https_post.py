"""Posting to an address that was checked, under the name that it was found by: no second look-up, no redirects, 5 seconds.

`http.client` resolves names itself; here the connection is made to the address given, while TLS and the Host header go by
the name, so certificates are verified as ever.
"""

from __future__ import annotations

import socket
import ssl
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cache
from http.client import HTTPException, HTTPSConnection
from threading import Timer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

SECONDS = 5.0
PORT = 443


def resolve(host: str) -> list[str]:
    """Return the addresses that `host` leads to; raises OSError when it leads nowhere, or not within the time."""
    looking = ThreadPoolExecutor(1)  # the system's look-up takes no time-out
    try:
        found = looking.submit(socket.getaddrinfo, host, PORT, type=socket.SOCK_STREAM).result(SECONDS)
    finally:
        looking.shutdown(wait=False)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()


class _Pinned(HTTPSConnection):
    """A connection to `address` that speaks TLS and HTTP as with `host`."""

    def __init__(self, address: str, host: str, port: int, context: ssl.SSLContext) -> None:
        super().__init__(host, port, timeout=SECONDS)
        self._address = address
        self._tls = context
        self.was_cut = False

    def connect(self) -> None:
        plain = socket.create_connection((self._address, self.port), timeout=SECONDS)
        try:
            secure = self._tls.wrap_socket(plain, server_hostname=self.host, do_handshake_on_connect=False)
        except BaseException:  # whatever went wrong, the plain socket must not stay open
            plain.close()
            raise
        self.sock = secure  # from here on it can be cut, in the middle of a handshake too
        if self.was_cut:
            raise TimeoutError("the subscriber took too long")
        secure.do_handshake()

    def cut(self) -> None:
        """End the connection from outside: each read has a time-out, but a subscriber could drip byte by byte."""
        self.was_cut = True
        if self.sock is not None:
            with suppress(OSError):  # ended by itself meanwhile
                self.sock.shutdown(socket.SHUT_RDWR)


def post(
    address: str,
    host: str,
    target: str,
    headers: Mapping[str, str],
    body: bytes,
    *,
    port: int = PORT,
    context: ssl.SSLContext | None = None,
) -> int:
    """Post to `target` of `host` at `address` and return the status, whatever follows it unread; raises OSError.

    `port` and `context` are given by tests, which serve on ports of their own.
    """
    connection = _Pinned(address, host, port, context or _tls())
    watchdog = Timer(SECONDS, connection.cut)
    watchdog.daemon = True
    watchdog.start()
    try:
        connection.request("POST", target, body=body, headers=dict(headers))
        status = connection.getresponse().status
    except (HTTPException, OSError) as error:  # not HTTP, or cut off in the middle
        if connection.was_cut or isinstance(error, TimeoutError):
            raise TimeoutError("the subscriber took too long") from error
        raise ConnectionError(type(error).__name__) from error
    finally:
        watchdog.cancel()
        connection.close()
    if connection.was_cut:  # half a status line can look like a whole one
        raise TimeoutError("the subscriber took too long")
    return status
