"""What routes ask for: the signed-in user, their membership in the guild of the path, and a pace for both.

Cheap to dear: the token (no I/O), the session, the pace of the user, the membership, the pace of the guild. A guild's
pace is spent by its members only.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Header, Query, Request, Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from attendance import wiring
from attendance.domain.actor import Actor
from attendance.domain.api_key import is_api_key
from attendance.domain.limits import (
    GUILD_REQUESTS_A_MINUTE,
    MAX_PAGE,
    SIGN_IN_REQUESTS_A_MINUTE,
    USER_REQUESTS_A_MINUTE,
)
from attendance.domain.session import Session
from attendance.domain.tokens import digest
from attendance.errors import Forbidden, Unauthenticated
from attendance.services.api_keys import member_by_key
from attendance.services.limits import Request as Asked
from attendance.services.limits import check_pace, identify_request, request_done
from attendance.services.membership import Member, member_of
from attendance.services.sessions import signed_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from pydantic import BaseModel

_bearer = HTTPBearer(
    auto_error=False, description="The access token of /auth/token or /auth/refresh; to read, an API key."
)


def present() -> datetime:
    """The moment of the request."""
    return wiring.now()


Now = Annotated[datetime, Depends(present)]
Shown = Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]


def sign_in_pace(request: Request, now: Now) -> None:
    """Hold one address to the pace of signing in."""
    address = request.client.host if request.client else ""
    check_pace(wiring.table(), f"address:{digest(address)[:32]}", SIGN_IN_REQUESTS_A_MINUTE, now)


def current_session(now: Now, shown: Shown) -> Session:
    """Return the session of the bearer; raises `Unauthenticated`, `Limited`."""
    if shown is not None and is_api_key(shown.credentials):
        raise _no_key_here()
    if shown is None:
        raise Unauthenticated(
            "Send your access token in the header Authorization, after the word Bearer.", code="token_missing"
        )
    session = signed_in(wiring.table(), wiring.token_keys(), shown.credentials, now)
    check_pace(wiring.table(), f"user:{session.user_id}", USER_REQUESTS_A_MINUTE, now)
    return session


CurrentSession = Annotated[Session, Depends(current_session)]


@dataclass(frozen=True, slots=True)
class Caller:
    """A member who calls, in the guild of the path."""

    guild_id: str
    signed_in: Session | None
    """None for an API key, which only reads."""
    member: Member
    now: datetime
    trace: str = ""
    """The request's own id, which its answer shows and its log lines carry."""

    @property
    def session(self) -> Session:
        """The caller's session; raises `Forbidden` for an API key."""
        if self.signed_in is None:
            raise _no_key_here()
        return self.signed_in

    @property
    def actor(self) -> Actor:
        """The caller, as who reads or does something that needs no id."""
        return self._as(self.trace or secrets.token_hex(8))

    def acting(self, operation: str, key: str, body: BaseModel | None = None) -> Actor:
        """Return the caller as who makes something, under the id that the Idempotency-Key gives it; raises `Invalid`."""
        return self._as(self._asked(operation, key, body).request_id)

    def once[T](
        self, operation: str, key: str, act: Callable[[Actor], T], look: Callable[[], T], body: BaseModel | None = None
    ) -> T:
        """Return what `act` does; where the Idempotency-Key did it before, what `look` sees: it may be another by now.

        For what can be done and undone: coming late, a repeated request must not undo what was done since. What was cut off
        is done to its end. Raises `Invalid`, and what `act` or `look` raises.
        """
        asked = self._asked(operation, key, body)
        if asked.done:
            return look()
        done = act(self._as(asked.request_id))
        request_done(wiring.table(), self.member.access.user_id, asked.request_id)
        return done

    def _asked(self, operation: str, key: str, body: BaseModel | None) -> Asked:
        text = body.model_dump_json() if body else ""
        user_id = self.member.access.user_id
        return identify_request(wiring.table(), user_id, self.guild_id, operation, key, text, self.now)

    def _as(self, request_id: str) -> Actor:
        access = self.member.access
        return Actor(
            user_id=access.user_id,
            name=access.name,
            surface="web",
            request_id=request_id,
            role_ids=access.role_ids,
            capabilities=self.member.capabilities,
            trace=self.trace if self.trace != request_id else "",
        )


def caller(guild_id: str, request: Request, now: Now, shown: Shown) -> Caller:
    """Return the member who calls; raises `NotFound` for everyone else, as for a guild that does not exist."""
    table, discord = wiring.table(), wiring.discord()
    if shown is not None and is_api_key(shown.credentials):
        session = None
        member = member_by_key(table, discord, guild_id, shown.credentials, now, reads=request.method == "GET")
    else:
        session = current_session(now, shown)
        member = member_of(table, discord, guild_id, session.user_id, now)
    check_pace(table, f"guild:{guild_id}", GUILD_REQUESTS_A_MINUTE, now)
    return Caller(guild_id, session, member, now, request.scope.get("request_id", ""))


def _no_key_here() -> Forbidden:
    return Forbidden("An API key cannot do this. Sign in with Discord.", code="key_not_here")


CurrentCaller = Annotated[Caller, Depends(caller)]
IdempotencyKey = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        min_length=8,
        max_length=100,
        pattern=r"^[\x21-\x7e]+$",
        description="Make one up for each new thing, such as a UUID. The same key again makes nothing more.",
    ),
]
Limit = Annotated[int, Query(ge=1, le=MAX_PAGE, description="How many a page holds at most.")]
Cursor = Annotated[str | None, Query(max_length=200, description="`next` of the page before.")]


def read_version(
    if_match: Annotated[
        str,
        Header(
            alias="If-Match",
            pattern=r'^(\*|(W/)?"\d{1,9}(-[0-9a-f]{16})?")$',
            description="The ETag of what you read, so that nobody's change is overwritten; `*` for whatever is there.",
            examples=['"3-9f86d081884c7d65"'],
        ),
    ],
) -> int | None:
    """Return the version that the caller has read, None for any."""
    return None if if_match == "*" else int(if_match.removeprefix("W/").strip('"').partition("-")[0])


ReadVersion = Annotated[int | None, Depends(read_version)]


def tag(response: Response, version: int) -> None:
    """Give a single resource its version as ETag; `conditions.Unchanged` adds what the answer says."""
    response.headers["ETag"] = f'"{version}"'
