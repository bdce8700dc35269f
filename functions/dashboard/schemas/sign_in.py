"""Signing in, and who is signed in."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Literal, Self

from pydantic import Field

from dashboard.schemas.base import Id, Model, Snowflake

if TYPE_CHECKING:
    from attendance.domain.session import Session
    from attendance.services.sign_in import Grant


class Health(Model):
    """That the service answers, and which it is."""

    status: Literal["ok"]
    stage: str = Field(examples=["prod"])
    version: str = Field(examples=["1.0.0"])


class CodeIn(Model):
    """A one-time code and the verifier whose challenge began the sign-in."""

    code: str = Field(max_length=200, examples=["the code of the redirect"])
    code_verifier: str = Field(max_length=200, examples=["the 43 to 128 characters you made up"])


class RefreshIn(Model):
    """A refresh token."""

    refresh_token: str = Field(max_length=400, examples=["the refresh token you hold"])


class TokensOut(Model):
    """Send `access_token` as a bearer; keep `refresh_token` for when it is over. Each refresh gives a new one."""

    access_token: str = Field(examples=["eyJhbGciOi…"])
    token_type: Literal["Bearer"]
    expires_in: int = Field(description="Seconds the access token lives.", examples=[600])
    refresh_token: str = Field(examples=["k1.9xv2…"])
    session_id: Id

    @classmethod
    def of(cls, grant: Grant, lifetime: int) -> Self:
        """Show a grant whose access token lives `lifetime` seconds."""
        return cls(
            access_token=grant.access_token,
            token_type="Bearer",  # noqa: S106 - a scheme, not a secret
            expires_in=lifetime,
            refresh_token=grant.refresh_token,
            session_id=grant.session.family,
        )


class SessionOut(Model):
    """A browser that is signed in."""

    session_id: Id
    created_at: datetime
    refreshed_at: datetime
    ends_at: datetime
    client: str = Field(description="What the browser called itself.", examples=["Mozilla/5.0 …"])
    current: bool

    @classmethod
    def of(cls, session: Session, current: str) -> Self:
        """Show a session."""
        return cls(
            session_id=session.family,
            created_at=session.created_at,
            refreshed_at=session.rotated_at,
            ends_at=session.ends_at,
            client=session.client,
            current=session.family == current,
        )


class MeOut(Model):
    """Who is signed in."""

    user_id: Snowflake
    name: str = Field(examples=["Ayla"])
    session_id: Id
