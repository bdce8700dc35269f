"""Signing in with Discord, keeping the session alive, signing out.

No cookie but the one that binds a sign-in to its browser. On AWS its name begins with `__Host-`, so that no other site of
the domain can set it; plain http on one machine knows neither that nor Secure.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Request
from starlette.responses import RedirectResponse, Response

from attendance import config, wiring
from attendance.services import access_tokens, sessions, sign_in
from dashboard.deps import Now, sign_in_pace
from dashboard.openapi import problems
from dashboard.schemas.sign_in import CodeIn, RefreshIn, TokensOut

router = APIRouter(prefix="/auth", tags=["Sign-in"], dependencies=[Depends(sign_in_pace)])
Text = Annotated[str, Query(max_length=1000)]
Redirect = Annotated[str, Query(max_length=1000, description="One of the dashboard's allowed addresses, exactly.")]
Challenge = Annotated[str, Query(max_length=1000, description="SHA-256 of your verifier in base64url, 43 characters.")]
Method = Annotated[str, Query(max_length=1000, description="S256, the only one.")]
OwnState = Annotated[str, Query(max_length=1000, description="Yours; it comes back as it was. At most 512 characters.")]


def _cookie() -> tuple[str, bool]:
    """Return the binding cookie's name, and whether it is Secure."""
    local = config.stage() == "local"
    return ("attendance_sign_in" if local else "__Host-attendance_sign_in"), not local


def _callback_url() -> str:
    return f"{config.public_url()}/auth/callback"


def _redirect(location: str) -> RedirectResponse:
    return RedirectResponse(location, 302)


@router.get(
    "/login", status_code=302, response_class=RedirectResponse, responses=problems(), summary="Begin to sign in"
)
def begin(
    request: Request,
    now: Now,
    redirect_uri: Redirect,
    code_challenge: Challenge,
    code_challenge_method: Method = "S256",
    state: OwnState = "",
) -> Response:
    """Open this in the browser: it leads to Discord, and back to `redirect_uri` with `code` and your `state`, or `error`."""
    name, secure = _cookie()
    begun = sign_in.begin_sign_in(
        wiring.table(),
        wiring.discord_sign_in(),
        wiring.token_keys(),
        now,
        sign_in.SignInRequest(
            redirect_uri=redirect_uri,
            challenge=code_challenge,
            method=code_challenge_method,
            state=state,
            binding=request.cookies.get(name),
        ),
        origins=config.dashboard_origins(),
        callback_url=_callback_url(),
    )
    answer = _redirect(begun.location)
    lifetime = int(sign_in.STATE_LIFETIME.total_seconds())
    answer.set_cookie(name, begun.binding, max_age=lifetime, path="/", secure=secure, httponly=True, samesite="lax")
    return answer


@router.get(
    "/callback",
    status_code=302,
    response_class=RedirectResponse,
    responses=problems(),
    summary="Come back from Discord",
)
def finish(request: Request, now: Now, state: Text = "", code: Text = "", error: Text = "") -> Response:
    """Discord sends the browser here; it goes on to the dashboard with a one-time `code` that lives 60 seconds."""
    name, _ = _cookie()
    location = sign_in.finish_sign_in(
        wiring.table(),
        wiring.discord_sign_in(),
        wiring.token_keys(),
        now,
        sign_in.Callback(state=state, code=code, error=error, binding=request.cookies.get(name)),
        callback_url=_callback_url(),
    )
    return _redirect(location)


@router.post("/token", responses=problems(401), summary="Exchange the one-time code for tokens")
def redeem(now: Now, body: CodeIn, user_agent: Annotated[str, Header(include_in_schema=False)] = "") -> TokensOut:
    """Show the code and the verifier whose challenge began the sign-in. A code works once."""
    grant = sign_in.redeem_code(
        wiring.table(), wiring.token_keys(), now, code=body.code, verifier=body.code_verifier, client=user_agent
    )
    return TokensOut.of(grant, int(access_tokens.LIFETIME.total_seconds()))


@router.post("/refresh", responses=problems(401, 409), summary="Get a new access token")
def refresh(now: Now, body: RefreshIn) -> TokensOut:
    """Each refresh gives a new refresh token and ends the old one; showing an old one later ends the whole session."""
    grant = sessions.refresh(wiring.table(), wiring.token_keys(), body.refresh_token, now)
    return TokensOut.of(grant, int(access_tokens.LIFETIME.total_seconds()))


@router.post("/logout", status_code=204, responses=problems(401), summary="Sign out")
def sign_out(body: RefreshIn) -> None:
    """End the session of a refresh token at once, access tokens included."""
    sessions.sign_out(wiring.table(), wiring.token_keys(), body.refresh_token)
