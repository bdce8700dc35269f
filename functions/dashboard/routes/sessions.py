"""Who is signed in, and where else."""

from __future__ import annotations

from fastapi import APIRouter

from attendance import wiring
from attendance.services import sessions
from dashboard.deps import CurrentSession, Now
from dashboard.openapi import problems
from dashboard.schemas.base import Page
from dashboard.schemas.sign_in import MeOut, SessionOut

router = APIRouter(prefix="/api/v1", tags=["You"])


@router.get("/me", responses=problems(401), summary="Show who is signed in")
def show_me(session: CurrentSession) -> MeOut:
    """The user whose token this is."""
    return MeOut(user_id=session.user_id, name=session.name, session_id=session.family)


@router.get("/sessions", responses=problems(401), summary="List your sessions")
def list_sessions(session: CurrentSession, now: Now) -> Page[SessionOut]:
    """All browsers in which you are signed in, the newest first; there is one page."""
    found = sessions.list_sessions(wiring.table(), session.user_id, now)
    return Page(items=[SessionOut.of(one, session.family) for one in found], next=None)


@router.delete("/sessions", status_code=204, responses=problems(401), summary="Sign out everywhere")
def end_all_sessions(session: CurrentSession) -> None:
    """End all your sessions, this one too: their refresh and access tokens are refused from now on.

    API keys and calendar addresses are no sessions and stay.
    """
    sessions.end_all_sessions(wiring.table(), session.user_id)


@router.delete("/sessions/{session_id}", status_code=204, responses=problems(401), summary="End a session")
def end_session(session_id: str, session: CurrentSession) -> None:
    """Sign a browser out; its tokens are refused from now on."""
    sessions.end_session(wiring.table(), session.user_id, session_id)
