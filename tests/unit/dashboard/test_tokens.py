"""Access tokens: nothing but our own, whole and fresh, speaks for anybody."""

from __future__ import annotations

import base64
import json
import random
import string
import warnings
from datetime import timedelta

import jwt
import jwt.warnings
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attendance.domain.session import Session
from attendance.domain.tokens import read_keys, read_refresh_token, refresh_token
from attendance.errors import Unauthenticated
from attendance.services import access_tokens
from tests.stories import NOW

KEYS = read_keys({"k1": "a" * 43, "k0": "b" * 43})
FAMILY = "0123456789abcdef"
SESSION = Session(
    family=FAMILY, user_id="901", name="Olga", kid="k1", token_hash="", generation=1, created_at=NOW, rotated_at=NOW
)
TOKEN = access_tokens.issue(KEYS, SESSION, NOW)
SECOND = int(NOW.timestamp())
CLAIMS = {
    "iss": access_tokens.ISSUER,
    "aud": access_tokens.AUDIENCE,
    "sub": "901",
    "sid": FAMILY,
    "iat": SECOND,
    "exp": SECOND + 600,
}
HEADER = {"kid": "k1", "typ": "at+jwt"}

ALPHABET = string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_"


def key(kid="k1", purpose="access token"):
    return KEYS.key(kid, purpose)


def forged(header=None, claims=None, *, signed_by=None, algorithm="HS256"):
    """A token that differs from a good one only as asked."""
    wanted = {name: value for name, value in (HEADER | (header or {})).items() if value is not None}
    body = {name: value for name, value in (CLAIMS | (claims or {})).items() if value is not None}
    with warnings.catch_warnings(action="ignore", category=jwt.warnings.InsecureKeyLengthWarning):
        return jwt.encode(body, signed_by or key(), algorithm=algorithm, headers=wanted)


def unsigned(algorithm):
    parts = [HEADER | {"alg": algorithm}, CLAIMS]
    text = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts]
    return f"{text[0]}.{text[1]}."


def test_a_good_token_speaks_for_its_user_and_session():
    claims = access_tokens.verify(KEYS, forged(), NOW)

    assert (claims.user_id, claims.family) == ("901", FAMILY)
    assert access_tokens.verify(KEYS, TOKEN, NOW) == claims


BAD = {
    "no algorithm": unsigned("none"),
    "NONE": unsigned("NONE"),
    "another algorithm": forged(algorithm="HS384"),
    "another type": forged({"typ": "JWT"}),
    "no type": forged({"typ": ""}),
    "an unknown kid": forged({"kid": "k9"}),
    "no kid": forged({"kid": None}),
    "a kid that is a path": forged({"kid": "../../dev/null"}),
    "a key offered in the header": forged({"jwk": {"kty": "oct", "k": "AAAA"}}),
    "critical extensions": forged({"crit": ["exp"]}),
    "the other key's kid": forged({"kid": "k0"}),
    "the key itself, not its derived one": forged(signed_by=b"a" * 43),
    "the key of refresh tokens": forged(signed_by=key(purpose="refresh token")),
    "another issuer": forged(claims={"iss": "evil"}),
    "another audience": forged(claims={"aud": "evil"}),
    "a list of audiences": forged(claims={"aud": [access_tokens.AUDIENCE]}),
    "no audience": forged(claims={"aud": None}),
    "an end that is text": forged(claims={"exp": str(SECOND + 600)}),
    "an end that is a fraction": forged(claims={"exp": SECOND + 600.5}),
    "an end that is true": forged(claims={"exp": True}),
    "no end": forged(claims={"exp": None}),
    "a life too long": forged(claims={"exp": SECOND + 601}),
    "an end before its beginning": forged(claims={"exp": SECOND - 1}),
    "a beginning in the future": forged(claims={"iat": SECOND + 60, "exp": SECOND + 300}),
    "a beginning that is text": forged(claims={"iat": str(SECOND)}),
    "a subject that is a number": forged(claims={"sub": "x1"}),
    "no session": forged(claims={"sid": None}),
    "a session of another shape": forged(claims={"sid": "1"}),
    "a claim too many": forged(claims={"admin": True}),
    "a tail": TOKEN + "=",
    "a line break": TOKEN + "\n",
    "spare bits in the signature": TOKEN[:-1] + ALPHABET[ALPHABET.index(TOKEN[-1]) ^ 1],
    "nothing": "",
    "two parts": "a.b",
    "letters of elsewhere": "\u0430" * 10 + TOKEN[10:],
}


@pytest.mark.parametrize("token", BAD.values(), ids=BAD.keys())
def test_a_token_that_differs_in_anything_is_refused(token):
    with pytest.raises(Unauthenticated):
        access_tokens.verify(KEYS, token, NOW)


def test_a_token_lives_ten_minutes_and_a_little_leeway():
    access_tokens.verify(KEYS, TOKEN, NOW + timedelta(minutes=10, seconds=9))
    with pytest.raises(Unauthenticated) as refused:
        access_tokens.verify(KEYS, TOKEN, NOW + timedelta(minutes=10, seconds=10))
    assert refused.value.code == "token_over"


def test_a_rotated_key_still_verifies_until_it_is_taken_out():
    rotated = read_keys({"k2": "c" * 43, "k1": "a" * 43})

    assert access_tokens.verify(rotated, TOKEN, NOW).user_id == "901"
    assert jwt.get_unverified_header(access_tokens.issue(rotated, SESSION, NOW))["kid"] == "k2"
    with pytest.raises(Unauthenticated):
        access_tokens.verify(read_keys({"k2": "c" * 43}), TOKEN, NOW)


@pytest.mark.parametrize("keys", [{}, {"k1": "short"}, {"k1": "x" * 31}, {"a b": "x" * 43}, {"": "x" * 43}])
def test_keys_that_are_too_weak_are_not_used(keys):
    with pytest.raises(ValueError, match="token_keys"):
        read_keys(keys)


@settings(max_examples=500)
@given(st.integers(0, len(TOKEN) - 1), st.sampled_from("ABCabc019-_.= "))
def test_no_changed_letter_is_accepted(place, letter):
    changed = TOKEN[:place] + letter + TOKEN[place + 1 :]
    if changed == TOKEN:
        return
    with pytest.raises(Unauthenticated):
        access_tokens.verify(KEYS, changed, NOW)


@pytest.mark.full
def test_of_fifty_thousand_changed_tokens_none_is_accepted():
    chance = random.Random(8725)
    for _ in range(50_000):
        letters = list(TOKEN)
        for _ in range(chance.randint(1, 3)):
            place = chance.randrange(len(letters))
            match chance.randrange(4):
                case 0:
                    letters[place] = chance.choice(ALPHABET + ".")
                case 1:
                    letters.insert(place, chance.choice(ALPHABET + ".=\n"))
                case 2:
                    del letters[place]
                case 3:
                    other = chance.randrange(len(letters))
                    letters[place], letters[other] = letters[other], letters[place]
        changed = "".join(letters)
        if changed == TOKEN:
            continue
        with pytest.raises(Unauthenticated):
            access_tokens.verify(KEYS, changed, NOW)


@given(st.integers(1, 10**8), st.sampled_from(["k1", "k0"]))
def test_a_refresh_token_is_read_back_as_it_was_made(generation, kid):
    shown = read_refresh_token(KEYS, refresh_token(KEYS, FAMILY, generation, kid))

    assert (shown.family, shown.generation, shown.kid) == (FAMILY, generation, kid)


GOOD_REFRESH = refresh_token(KEYS, FAMILY, 3)


@given(st.integers(0, len(GOOD_REFRESH) - 1), st.sampled_from("ABCabc0129-_."))
def test_no_changed_refresh_token_is_accepted(place, letter):
    changed = GOOD_REFRESH[:place] + letter + GOOD_REFRESH[place + 1 :]
    if changed == GOOD_REFRESH:
        return
    with pytest.raises(Unauthenticated):
        read_refresh_token(KEYS, changed)


def test_the_next_generation_cannot_be_made_from_this_one():
    kid, family, generation, mac = GOOD_REFRESH.split(".")
    with pytest.raises(Unauthenticated):
        read_refresh_token(KEYS, f"{kid}.{family}.{int(generation) + 1}.{mac}")
