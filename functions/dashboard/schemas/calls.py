"""Calls: what an officer says to some of an event's members, and who it would reach."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from pydantic import Field

from attendance.domain.call import MAX_WORDS, Audience, Way
from attendance.domain.reminding import Mentions, Place
from dashboard.schemas.base import Id, Model, Snowflake
from dashboard.schemas.events import PersonOut

if TYPE_CHECKING:
    from attendance.domain.call import Call, Preview

SHOWN = 25
_AUDIENCE = (
    "`unanswered`: who is asked and has not answered; `signed_up`: who may come; `not_checked_in`: who has a seat and is not "
    "checked in, while check-in is open."
)


class CallIn(Model):
    """A message to some of an event's members. Nobody is mentioned but with `mention`, and then whom the settings allow."""

    audience: Audience = Field(description=_AUDIENCE, examples=["unanswered"])
    text: str = Field("", max_length=MAX_WORDS, description="Your own words.", examples=["We still need two healers."])
    place: Place | None = Field(None, description="Null: where the event's notices go.")
    mention: bool = Field(False, strict=True, description="Whether they are mentioned in the channel.")


class CallOut(Model):
    """A call that was sent; `.../notifications` has what became of it, under `call` and the same moment."""

    call_id: Id
    event_id: Id
    audience: Audience
    text: str
    place: Place | None
    mention: bool
    asked_by: Snowflake
    sent_at: datetime
    version: int

    @classmethod
    def of(cls, call: Call) -> Self:
        """Show a call that went out."""
        return cls(
            call_id=call.call_id,
            event_id=call.event_id,
            audience=call.audience,
            text=call.text,
            place=call.place,
            mention=call.ping,
            asked_by=call.asked_by,
            sent_at=call.sent_at or call.asked_at,
            version=call.version,
        )


class WayOut(Model):
    """Members who are reached, or left alone, for one reason."""

    way: Way = Field(
        description="`channel` and `direct`: told there; `muted`: not told directly; `closed`: takes no direct messages and "
        "reads it in the channel; `away` and `declined`: left alone."
    )
    count: int
    people: list[PersonOut] = Field(description=f"The first {SHOWN}.")


class CallPreviewOut(Model):
    """Who a call would reach now. A member may stand under several ways; `told` counts each once."""

    audience: Audience
    place: Place
    mentions: Mentions = Field(description="Whom the channel's message mentions.")
    told: int
    ways: list[WayOut]
    listed: bool = Field(
        description="False where Discord does not list the members (the Server Members Intent is off): holders of a role are "
        "then not known, and only who was invited by name is."
    )

    @classmethod
    def of(cls, found: Preview) -> Self:
        """Show a preview."""
        return cls(
            audience=found.audience,
            place=found.place,
            mentions=found.mentions,
            told=found.told,
            listed=found.listed,
            ways=[
                WayOut(
                    way=way,
                    count=len(users),
                    people=[PersonOut(user_id=user, name=found.names.get(user, user)) for user in users[:SHOWN]],
                )
                for way, users in found.ways.items()
            ],
        )
