"""Posting to a stranger's server: over TLS to the address that was checked, under the name, once, for five seconds at most."""

from __future__ import annotations

import socket
import threading
from contextlib import ExitStack

import pytest

from tests.subscriber import make_certificate, says, serving, trusting
from webhooks import https_post

NAME = "hooks.example.org"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    return make_certificate(tmp_path_factory.mktemp("tls"), NAME)


@pytest.fixture
def serve(certificate):
    """Starts servers that answer each connection with `answer(socket)`, over TLS unless `plain`."""
    with ExitStack() as servers:
        yield lambda answer, *, plain=False: servers.enter_context(serving(certificate, answer, plain=plain))


@pytest.fixture
def post(certificate):
    """Posts to a server of `serve`, trusting its certificate."""
    context = trusting(certificate)

    def send(server, host=NAME, target="/in?key=1"):
        return https_post.post("127.0.0.1", host, target, {"X": "1"}, b"{}", port=server.port, context=context)

    return send


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
