"""What figures are asked about: the query of every analytics route."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from attendance.domain.analytics_groups import Breakdown, Period
from attendance.domain.limits import MAX_MATRIX_PAGE, MAX_MEMBERS_PAGE, MAX_PAGE
from attendance.domain.selection import MAX_VALUES
from attendance.domain.verdict import Status
from attendance.services.analytics import Question
from dashboard.schemas.base import Model, Snowflake


class Rows(Model):
    """Which rows of which events: days in the server's zone, and filters of which each may be sent several times."""

    first_day: date | None = Field(
        None, alias="from", description="The first day, in the server's zone; by default a year up to `to`."
    )
    last_day: date | None = Field(None, alias="to", description="The last day, included; by default today.")
    event: list[str] = Field(
        [], max_length=MAX_VALUES, description="These events; without days, whenever they were.", examples=[[]]
    )
    series: list[str] = Field([], max_length=MAX_VALUES, description="Events of these series.", examples=[[]])
    game: list[str] = Field([], max_length=MAX_VALUES, description="Events of these games.", examples=[["WoW"]])
    discord_role: list[Snowflake] = Field(
        [], max_length=MAX_VALUES, description="Of who held one of these Discord roles at closing.", examples=[[]]
    )
    member: list[Snowflake] = Field([], max_length=MAX_VALUES, description="Of these members.", examples=[[]])
    status: list[Status] = Field(
        [], max_length=MAX_VALUES, description="With one of these verdicts; shares are then among those.", examples=[[]]
    )

    def question(self) -> Question:
        """Return what is asked about."""
        return Question(
            first=self.first_day,
            last=self.last_day,
            events=tuple(self.event),
            series=tuple(self.series),
            games=tuple(self.game),
            discord_roles=tuple(self.discord_role),
            members=tuple(self.member),
            statuses=tuple(self.status),
        )


class Trend(Rows):
    """A trend."""

    by: Period = Field("week", description="What the figures are by.")


class Division(Rows):
    """A breakdown."""

    by: Breakdown = Field("game", description="What the figures are by.")


_CURSOR = Field(None, max_length=200, description="`next` of the page before.")


class Members(Rows):
    """A page of members."""

    limit: int = Field(100, ge=1, le=MAX_MEMBERS_PAGE, description="How many a page holds at most.")
    cursor: str | None = _CURSOR


class Rectangle(Rows):
    """A page of a matrix."""

    limit: int = Field(50, ge=1, le=MAX_MATRIX_PAGE, description="How many members a page holds at most.")
    cursor: str | None = _CURSOR


class Places(Rows):
    """A ranking."""

    limit: int = Field(25, ge=1, le=MAX_PAGE, description="How many places are shown at most.")
