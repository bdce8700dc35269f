"""Posting to a stranger's server: over TLS to the address that was checked, under the name, once, for five seconds at most."""

from __future__ import annotations

import socket
import ssl
import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from webhooks import https_post

NAME = "hooks.example.org"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate for NAME that its owner signed, and the file of both."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + secret)
    return path


@pytest.fixture
def serve(certificate):
    """Starts servers that answer each connection with `answer(socket)`, over TLS unless `plain`."""
    servers = []

    def start(answer, *, plain=False):
        listener = socket.create_server(("127.0.0.1", 0))
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(certificate)
        seen = SimpleNamespace(
            port=listener.getsockname()[1], names=[], requests=[], connections=0, over=threading.Event()
        )
        tls.sni_callback = lambda _socket, name, _context: seen.names.append(name)

        def run():
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
        servers.append((listener, seen, thread))
        return seen

    yield start
    for listener, seen, thread in servers:
        seen.over.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


@pytest.fixture
def post(certificate):
    """Posts to a server of `serve`, trusting its certificate."""
    trusting = ssl.create_default_context(cafile=str(certificate))

    def send(server, host=NAME, target="/in?key=1"):
        return https_post.post("127.0.0.1", host, target, {"X": "1"}, b"{}", port=server.port, context=trusting)

    return send


def says(text):
    """Reads a request and answers `text`."""

    def answer(connection, seen):
        request = b""
        while not request.endswith(b"{}") and (more := connection.recv(65536)):
            request += more
        seen.requests.append(request)
        connection.sendall(text.encode())

    return answer


def test_the_connection_goes_to_the_address_and_speaks_under_the_name(serve, post):
    server = serve(says("HTTP/1.1 204 No Content\r\n\r\n"))
    assert post(server) == 204
    assert server.names == [NAME]
    request = server.requests[0].decode()
    assert request.startswith("POST /in?key=1 HTTP/1.1\r\n")
    assert f"\r\nHost: {NAME}:{server.port}\r\n" in request
    assert request.endswith("\r\n\r\n{}")


def test_a_certificate_for_another_name_is_refused_before_anything_is_sent(serve, post):
    server = serve(says("HTTP/1.1 204 No Content\r\n\r\n"))
    with pytest.raises(OSError, match="SSLCertVerificationError"):
        post(server, host="other.example.org")
    assert server.requests == []


def test_a_server_without_tls_is_refused(serve, post):
    answer = b"HTTP/1.1 204 No Content\r\n\r\n"
    server = serve(lambda connection, _seen: connection.sendall(answer), plain=True)
    with pytest.raises(ConnectionError):
        post(server)


def test_a_redirect_is_an_answer_and_is_not_followed(serve, post):
    other = serve(says("HTTP/1.1 200 OK\r\n\r\n"))
    server = serve(says(f"HTTP/1.1 307 Elsewhere\r\nLocation: https://{NAME}:{other.port}/\r\n\r\n"))
    assert post(server) == 307
    assert (server.connections, other.connections) == (1, 0)


def test_what_follows_the_headers_is_not_read(serve, post):
    sent = []

    def flood(connection, seen):
        says("")(connection, seen)
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while not seen.over.is_set():
            connection.sendall(b"x" * 65536)
            sent.append(65536)

    server = serve(flood)
    assert post(server) == 200
    assert sum(sent) < 64 * 1024 * 1024  # what fits into the sockets' buffers


@pytest.mark.parametrize(
    "answer",
    ["", "SSH-2.0-OpenSSH\r\n", "HTTP/1.1 abc\r\n\r\n", "HTTP/1.1 200 OK\r\n" + "a: b\r\n" * 200 + "\r\n",
     "HTTP/1.1 200 " + "x" * 70_000 + "\r\n\r\n"],
    ids=["nothing", "another protocol", "no status", "too many headers", "a line too long"],
)  # fmt: skip
def test_what_is_no_answer_is_an_error_without_any_of_its_text(serve, post, answer):
    with pytest.raises(ConnectionError, match=r"^\w+$"):
        post(serve(says(answer)))


def drip(connection, seen, text):
    """Sends one byte at a time, each in time."""
    for byte in text * 100:
        if seen.over.wait(0.05):
            return
        connection.sendall(bytes([byte]))


def test_an_answer_that_drips_is_cut_off(serve, post, monkeypatch):
    monkeypatch.setattr(https_post, "SECONDS", 0.3)

    def answer(connection, seen):
        connection.sendall(b"HTTP/1.1 200 ")
        drip(connection, seen, b"O")

    with pytest.raises(TimeoutError):
        post(serve(answer))


def test_a_handshake_that_drips_is_cut_off(serve, post, monkeypatch):
    monkeypatch.setattr(https_post, "SECONDS", 0.3)
    record = b"\x16\x03\x03\x40\x00\x02\x00\x3f\xfc\x03\x03"  # the beginning of a long server hello
    server = serve(lambda connection, seen: drip(connection, seen, record), plain=True)
    with pytest.raises(TimeoutError):
        post(server)


def test_a_look_up_that_hangs_is_given_up(monkeypatch):
    monkeypatch.setattr(https_post, "SECONDS", 0.1)
    over = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_more: over.wait(30) or [])
    try:
        with pytest.raises(TimeoutError):
            https_post.resolve(NAME)
    finally:
        over.set()


def test_every_address_of_a_name_is_looked_at(monkeypatch):
    found = [(socket.AF_INET, 1, 6, "", ("192.0.2.1", 443)), (socket.AF_INET6, 1, 6, "", ("2001:db8::1", 443, 0, 0))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_more: [*found, *found])
    assert https_post.resolve(NAME) == ["192.0.2.1", "2001:db8::1"]
