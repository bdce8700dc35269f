"""Whether a request comes from Discord."""

from __future__ import annotations

import contextlib
import io
from datetime import UTC, datetime, timedelta

import pytest
from discord_interactions import verify_key
from hypothesis import given, settings
from hypothesis import strategies as st
from nacl.signing import SigningKey

from attendance.discord.verify import WINDOW, Verifier

NOW = datetime(2026, 12, 1, 18, 0, tzinfo=UTC)
STAMP = str(int(NOW.timestamp()))
KEY = SigningKey(bytes(range(32)))
PUBLIC = KEY.verify_key.encode()
VERIFIER = Verifier(PUBLIC)
BODY = b'{"type":1}'


def sign(body: bytes, stamp: str = STAMP) -> str:
    return KEY.sign(stamp.encode() + body).signature.hex()


def test_what_discord_signed_is_accepted():
    assert VERIFIER.accepts(BODY, sign(BODY), STAMP, NOW)
    assert VERIFIER.accepts(BODY, sign(BODY).upper(), STAMP, NOW)
    assert VERIFIER.accepts(b"\xff\x00", sign(b"\xff\x00"), STAMP, NOW)


MALFORMED = {
    "missing": None,
    "empty": "",
    "no text": 7,
    "odd digits": sign(BODY)[:-1],
    "63 bytes": sign(BODY)[:-2],
    "65 bytes": sign(BODY) + "00",
    "no digits": "zz" * 64,
    "spaces among the digits": sign(BODY)[:-3] + " " + sign(BODY)[-2:],
    "half a surrogate pair": "\ud800" * 128,
    "full-width digits": "\uff11" * 128,
    "two of them": f"{sign(BODY)},{sign(BODY)}",
    "zeros": "0" * 128,
    "another body's": sign(BODY + b" "),
    "another time's": sign(BODY, str(int(STAMP) + 1)),
}


@pytest.mark.parametrize("signature", MALFORMED.values(), ids=MALFORMED.keys())
def test_a_malformed_signature_is_refused_without_raising(signature):
    assert not VERIFIER.accepts(BODY, signature, STAMP, NOW)


STAMPS = [
    None,
    "",
    5,
    "now",
    f" {STAMP}",
    f"{STAMP}.0",
    f"-{STAMP}",
    "\u0661" * 10,
    "\ud800",
    "9" * 400,
    f"{STAMP},{STAMP}",
]


@pytest.mark.parametrize("stamp", STAMPS)
def test_a_malformed_timestamp_is_refused_even_when_signed(stamp):
    signed = KEY.sign(str(stamp).encode("utf-8", "surrogatepass") + BODY).signature.hex()
    assert not VERIFIER.accepts(BODY, signed, stamp, NOW)


@pytest.mark.parametrize(("seconds", "accepted"), [(WINDOW, True), (WINDOW + 1, False), (600, False), (0, True)])
def test_only_requests_within_five_minutes_of_our_clock_are_accepted(seconds, accepted):
    for moved in (NOW + timedelta(seconds=seconds), NOW - timedelta(seconds=seconds)):
        assert VERIFIER.accepts(BODY, sign(BODY), STAMP, moved) is accepted


def test_bytes_moved_from_the_body_to_the_timestamp_are_refused():
    body = b'1{"type":1}'
    assert not VERIFIER.accepts(body[1:], sign(body), STAMP + "1", NOW)


@given(st.binary(max_size=60), st.binary(min_size=64, max_size=64), st.integers(0, 511), st.booleans())
@settings(max_examples=300)
def test_it_accepts_exactly_what_discords_own_library_accepts(body, noise, bit, use_noise):
    signature = bytearray(noise if use_noise else KEY.sign(STAMP.encode() + body).signature)
    if bit % 3 and not use_noise:
        signature[bit // 8] ^= 1 << bit % 8
    with contextlib.redirect_stdout(io.StringIO()):  # the library prints what it refuses
        theirs = verify_key(body, signature.hex(), STAMP, PUBLIC.hex())
    assert VERIFIER.accepts(body, signature.hex(), STAMP, NOW) == theirs
