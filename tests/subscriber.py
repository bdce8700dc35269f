"""A webhook's subscriber: a real TLS server on this machine, under a name that its own certificate speaks for."""

from __future__ import annotations

import socket
import ssl
import threading
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

type Answer = Callable[[socket.socket, SimpleNamespace], None]


def make_certificate(folder: Path, host: str) -> Path:
    """Write a certificate for `host` that its owner signed, and its key, into one file; returns where."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / "server.pem"
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + secret)
    return path


def trusting(certificate: Path) -> ssl.SSLContext:
    """What a client needs that knows this certificate."""
    return ssl.create_default_context(cafile=str(certificate))


@contextmanager
def serving(certificate: Path, answer: Answer, *, plain: bool = False) -> Iterator[SimpleNamespace]:
    """Serve one connection after the other with `answer(socket, seen)`, over TLS unless `plain`; hands out `seen`.

    `seen` has the `port`, the `names` that were asked for, `requests` for the answers to fill, how many `connections` there
    were, and `over`, which ends answers that last.
    """
    listener = socket.create_server(("127.0.0.1", 0))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    seen: Any = SimpleNamespace(
        port=listener.getsockname()[1], names=[], requests=[], connections=0, over=threading.Event()
    )
    tls.sni_callback = lambda _socket, name, _context: seen.names.append(name)

    def run() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            seen.connections += 1
            with (
                suppress(OSError),
                connection,
                connection if plain else tls.wrap_socket(connection, server_side=True) as spoken,
            ):
                answer(spoken, seen)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield seen
    finally:
        seen.over.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


def says(text: str) -> Answer:
    """Read a whole request, keep it, and answer `text`."""

    def answer(connection: socket.socket, seen: SimpleNamespace) -> None:
        seen.requests.append(read_request(connection))
        connection.sendall(text.encode())

    return answer


def read_request(connection: socket.socket) -> bytes:
    """Read the head of a request and as much after it as its Content-Length says."""
    request = b""
    while (left := _left(request)) and (more := connection.recv(min(left, 65536))):
        request += more
    return request


def headers_and_body(request: bytes) -> tuple[dict[str, str], bytes]:
    """Take a request apart."""
    head, _, body = request.partition(b"\r\n\r\n")
    lines = [line.partition(": ") for line in head.decode("latin-1").split("\r\n")[1:]]
    return {name: value for name, _, value in lines}, body


def _left(request: bytes) -> int:
    if b"\r\n\r\n" not in request:
        return 65536
    headers, body = headers_and_body(request)
    return int(headers.get("Content-Length", "0")) - len(body)
