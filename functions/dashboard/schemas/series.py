"""Series and their dates."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Literal, Self, cast

from pydantic import Field

from attendance.domain.event import MAX_DESCRIPTION, MAX_TITLE
from attendance.domain.preset import MAX_NAME
from attendance.domain.series import DEFAULT_AHEAD, MAX_AHEAD, upcoming
from attendance.domain.series_rule import MAX_RULE
from attendance.domain.timetext import MAX_TEXT
from attendance.services.series import SHOWN
from attendance.services.series_editing import SeriesChanges
from dashboard.schemas.base import Id, Model, Snowflake
from dashboard.schemas.events import EventIn

if TYPE_CHECKING:
    from attendance.domain.series import Occurrence, Series

_REPEAT = "Words, such as `weekly`, `every 2 weeks`, `mon,wed`, `first fri monthly`, or an RRULE."
_DATE = "A date of the series, as its rule gives it."
Day = Field(min_length=1, max_length=32, description=_DATE, examples=["2026-12-08"])


class SeriesIn(EventIn):
    """A new series: an event, and how often it repeats. `time` is where its dates begin, and their time of day."""

    repeat: str = Field(min_length=1, max_length=MAX_RULE, description=_REPEAT, examples=["every 2 weeks"])
    ahead: int = Field(DEFAULT_AHEAD, strict=True, ge=1, le=MAX_AHEAD, description="How many events are kept made.")


class SeriesPatch(Model):
    """What to change, and for which dates: `this`, this and `later`, or `all` that are ahead; `date` says which this is."""

    scope: Literal["this", "later", "all"] = "all"
    date: str | None = Field(None, min_length=1, max_length=32, description=_DATE, examples=["2026-12-08"])
    title: str = Field("", min_length=1, max_length=MAX_TITLE, examples=["Karazhan"])
    game: str = Field("", max_length=MAX_NAME)
    description: str = Field("", max_length=MAX_DESCRIPTION)
    duration: str = Field("", min_length=1, max_length=MAX_TEXT, examples=["3h"])
    time: str = Field("", min_length=1, max_length=MAX_TEXT, description="The time of day.", examples=["20:30"])
    repeat: str = Field("", min_length=1, max_length=MAX_RULE, description=_REPEAT, examples=["mon,wed"])

    def changes(self) -> SeriesChanges:
        """Return the fields that the request names."""
        return cast("SeriesChanges", self.model_dump(exclude_unset=True, exclude={"scope", "date"}))


class SkipIn(Model):
    """The date to leave out."""

    date: str = Day


class MoveIn(Model):
    """The date to move, and when it starts instead."""

    date: str = Day
    time: str = Field(
        min_length=1, max_length=MAX_TEXT, description="A clock time alone keeps the date.", examples=["21:30"]
    )


class EndIn(Model):
    """What happens to the events that are made already."""

    upcoming: Literal["keep", "cancel"] = "keep"


class OccurrenceOut(Model):
    """One date ahead. `made`: there is an event of that id already, which may have been edited on its own since."""

    date: dt.date
    starts_at: dt.datetime
    event_id: Id
    made: bool
    note: str = Field(description="What is odd: moved, or a time that the date does not have.", examples=[""])

    @classmethod
    def of(cls, one: Occurrence, series: Series) -> Self:
        """Show one date of a series."""
        made = one.date in series.made
        return cls(date=one.date, starts_at=one.starts_at, event_id=one.event_id, made=made, note=one.note)


class SeriesOut(Model):
    """A series. `rule` is an RRULE, counted from `first`; `time` is the wall time in `zone`; `upcoming` are its next dates."""

    series_id: Id
    title: str = Field(examples=["Raid night"])
    game: str = Field(examples=["WoW"])
    description: str
    channel_id: Snowflake
    rule: str = Field(examples=["FREQ=WEEKLY;INTERVAL=2"])
    first: dt.date
    time: str = Field(examples=["20:00"])
    zone: str = Field(examples=["Europe/Berlin"])
    duration: int = Field(description="Minutes.", examples=[180])
    ahead: int
    status: Literal["active", "ended"]
    skipped: list[dt.date]
    upcoming: list[OccurrenceOut]
    version: int

    @classmethod
    def of(cls, series: Series, now: dt.datetime) -> Self:
        """Show a series as it is at `now`."""
        template = series.template
        return cls(
            series_id=series.series_id,
            title=template.title,
            game=template.game,
            description=template.description,
            channel_id=template.channel_id,
            rule=str(series.rule),
            first=series.first,
            time=f"{series.clock:%H:%M}",
            zone=series.zone,
            duration=int((template.ends_at - template.starts_at).total_seconds() // 60),
            ahead=series.ahead,
            status=series.status,
            skipped=sorted(series.skipped),
            upcoming=[OccurrenceOut.of(one, series) for one in upcoming(series, now, SHOWN)],
            version=series.version,
        )
