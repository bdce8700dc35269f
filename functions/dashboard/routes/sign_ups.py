"""Sign-ups of an event: list, answer, seat, bench, remove."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Path, Response

from attendance import wiring
from attendance.domain.choice import MAYBE, NO
from attendance.domain.rights import require
from attendance.errors import NotFound
from attendance.services import events, membership, seating
from attendance.services.sign_ups import notes_of, sign_up
from dashboard.deps import Caller, CurrentCaller, IdempotencyKey
from dashboard.openapi import problems
from dashboard.schemas.base import Page
from dashboard.schemas.sign_ups import Answer, SeatIn, SignUpIn, SignUpOut

if TYPE_CHECKING:
    from attendance.domain.event import Event

router = APIRouter(prefix="/api/v1/guilds/{guild_id}/events/{event_id}/sign-ups", tags=["Sign-ups"])
UserId = Annotated[str, Path(description="A member's Discord id.")]


@router.get("", responses=problems(401), summary="List sign-ups")
def list_sign_ups(caller: CurrentCaller, event_id: str, answer: Answer | None = None) -> Page[SignUpOut]:
    """Everyone who answered, the seated first, each group in order of sign-up; there is one page of at most 1,000."""
    event = events.get_event(wiring.table(), caller.guild_id, event_id)
    found = SignUpOut.all_of(event, _names(caller), notes_of(wiring.table(), event))
    return Page(items=[one for one in found if answer in (None, one.answer)], next=None)


@router.get("/{user_id}", responses=problems(401), summary="Show a sign-up")
def show_sign_up(caller: CurrentCaller, event_id: str, user_id: UserId) -> SignUpOut:
    """What a member said and where they stand."""
    event = events.get_event(wiring.table(), caller.guild_id, event_id)
    if user_id not in event.choices:
        raise _no_sign_up()
    return _shown(caller, event, user_id)


@router.put("/{user_id}", responses=problems(401, 403, 409), summary="Answer an event")
def put_sign_up(caller: CurrentCaller, event_id: str, user_id: UserId, body: SignUpIn) -> SignUpOut:
    """Your own answer, while sign-up is open; anybody's with `events.manage`, which seats them as it says.

    The same again changes nothing. A seat for somebody that takes another's answers 409 `would_displace` first.
    """
    table, guild_id, actor, now = wiring.table(), caller.guild_id, caller.actor, caller.now
    if user_id != actor.user_id:
        _check(caller, user_id)
        body.check_for_another()
    event = events.get_event(table, guild_id, event_id, roster=False)
    choice = body.choice(event)
    if user_id == actor.user_id:
        done = sign_up(table, guild_id, event_id, choice, actor, now, note=body.note)
    elif choice in (MAYBE, NO):
        done = seating.answer_for_member(table, guild_id, event_id, user_id, choice, actor, now)
    else:
        done = seating.seat_member(
            table, guild_id, event_id, user_id, actor, now,
            role=choice.roles[0], late_minutes=choice.late_minutes, confirm=body.confirm,
        )  # fmt: skip
    return _shown(caller, done.event, user_id)


@router.delete("/{user_id}", status_code=204, responses=problems(401, 403, 409), summary="Take an answer out")
def delete_sign_up(caller: CurrentCaller, event_id: str, user_id: UserId) -> Response:
    """Your own while sign-up is open; anybody's with `events.manage`."""
    done = seating.remove_member(wiring.table(), caller.guild_id, event_id, user_id, caller.actor, caller.now)
    if not done.changed:
        raise _no_sign_up()
    return Response(status_code=204)


@router.post("/{user_id}/seat", responses=problems(401, 403, 409), summary="Seat a member")
def seat_member(caller: CurrentCaller, event_id: str, user_id: UserId, body: SeatIn, key: IdempotencyKey) -> SignUpOut:
    """Needs `events.manage`. In `role`, or the one that they asked for, whether they signed up or not."""
    _check(caller, user_id)
    table, guild_id, now = wiring.table(), caller.guild_id, caller.now
    event = caller.once(
        f"seat_member/{event_id}/{user_id}",
        key,
        lambda actor: (
            seating.seat_member(
                table, guild_id, event_id, user_id, actor, now, role=body.role, confirm=body.confirm
            ).event
        ),
        lambda: events.get_event(table, guild_id, event_id),
        body,
    )
    return _shown(caller, event, user_id)


@router.post("/{user_id}/bench", responses=problems(401, 403, 409), summary="Bench a member")
def bench_member(caller: CurrentCaller, event_id: str, user_id: UserId, key: IdempotencyKey) -> SignUpOut:
    """Needs `events.manage`. They stay on the bench until an officer seats them, and close as benched."""
    _check(caller, user_id)
    table, guild_id = wiring.table(), caller.guild_id
    event = caller.once(
        f"bench_member/{event_id}/{user_id}",
        key,
        lambda actor: seating.bench_member(table, guild_id, event_id, user_id, actor, caller.now).event,
        lambda: events.get_event(table, guild_id, event_id),
    )
    return _shown(caller, event, user_id)


def _no_sign_up() -> NotFound:
    return NotFound("There is no such sign-up.")


def _check(caller: Caller, user_id: str) -> None:
    require(caller.actor, "events.manage")
    membership.check_member(wiring.discord(), caller.guild_id, user_id)


def _shown(caller: Caller, event: Event, user_id: str) -> SignUpOut:
    return SignUpOut.one_of(event, user_id, _names(caller), notes_of(wiring.table(), event))


def _names(caller: Caller) -> dict[str, str]:
    return dict(membership.names_of(wiring.table(), caller.guild_id))
