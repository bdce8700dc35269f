"""Guilds and their settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, Self

from pydantic import Field

from attendance.domain.rate import CREDITED, FORMULA_VERSION, OPTIONAL, WHOLE
from attendance.domain.reminding import Mentions, Place
from attendance.domain.retention import LEAST_MONTHS, MOST_MONTHS
from attendance.domain.settings import MAX_CONFIRM_HOURS
from attendance.domain.timetext import MAX_TEXT
from dashboard.schemas.base import Model, Snowflake

if TYPE_CHECKING:
    from attendance.domain.checkin import CheckInRule
    from attendance.domain.rate import RateRules
    from attendance.domain.settings import Settings


class GuildOut(Model):
    """A server of yours in which the bot is known, as of your sign-in. `icon` is Discord's hash."""

    guild_id: Snowflake
    name: str = Field(examples=["Night Watch"])
    icon: str | None


class GuildAccessOut(Model):
    """A server and what you may do there."""

    guild_id: Snowflake
    name: str = Field(examples=["Night Watch"])
    zone: str | None = Field(description="IANA zone; null until the server is set up.", examples=["Europe/Berlin"])
    you: str = Field(description="Your name there.", examples=["Ayla"])
    capabilities: list[str] = Field(examples=[["attendance.self", "events.manage"]])


class CheckInOut(Model):
    """Minutes around the start in which members check in, and after which they count as late."""

    opens_before: int = Field(examples=[15])
    closes_after: int = Field(examples=[20])
    grace: int = Field(examples=[5])

    @classmethod
    def of(cls, rule: CheckInRule) -> Self:
        """Show a rule."""
        return cls(opens_before=rule.opens_before, closes_after=rule.closes_after, grace=rule.grace)


_CREDIT = Field(None, ge=0, le=1, description="In hundredths.", examples=[0.5])


class RateRulesIn(Model):
    """What attendance is worth: credits from 0 to 1, and whether what is named is eligible. What is left out stays."""

    late: float | None = _CREDIT
    left_early: float | None = _CREDIT
    benched: float | None = _CREDIT
    excused: bool | None = Field(None, strict=True)
    unmarked: bool | None = Field(None, strict=True)
    on_leave: bool | None = Field(None, strict=True)


class RateRulesOut(Model):
    """What attendance is worth, and the formula in words with its version."""

    late: float = Field(examples=[1])
    left_early: float = Field(examples=[1])
    benched: float = Field(examples=[1])
    excused: bool
    unmarked: bool
    on_leave: bool
    formula: str
    formula_version: int = Field(examples=[FORMULA_VERSION])

    @classmethod
    def of(cls, rules: RateRules) -> Self:
        """Show rules."""
        worth = {name: getattr(rules, name) / WHOLE for name in CREDITED}
        eligible = {name: getattr(rules, name) for name in OPTIONAL}
        return cls(**worth, **eligible, formula=rules.formula(), formula_version=FORMULA_VERSION)


class SettingsChange(Model):
    """What to change; what is left out stays. Null empties a setting that may be empty, and is refused for others."""

    zone: str | None = Field(None, max_length=64, examples=["Europe/Berlin"])
    channel_id: Snowflake | None = None
    officer_role_id: Snowflake | None = Field(None, description="Holds every right but changing settings.")
    officer_channel_id: Snowflake | None = Field(None, description="Where officers are told of members' requests.")
    rights: dict[str, list[Snowflake]] | None = Field(
        None,
        max_length=16,
        description="All rights, each with the roles that hold it; what is not named is held by no role.",
        examples=[{"events.manage": ["41771983423143936"]}],
    )
    reminders: str | None = Field(None, max_length=400, examples=["24h, 30m, 0"])
    reminder_place: Place | None = Field(
        None, description="Where reminders, new times and cancellations go: the channel, direct messages, or both."
    )
    mentions: Mentions | None = Field(None, description="Whom they mention in the channel.")
    nudges: str | None = Field(
        None,
        max_length=400,
        description="How long before the start members who have not answered are asked to, once an event.",
        examples=["48h, 24h"],
    )
    digest: str | None = Field(
        None, max_length=20, description="When the weekly digest comes, a weekday and an hour.", examples=["mon 18"]
    )
    digest_channel_id: Snowflake | None = Field(None, description="Where it goes; by default the channel for events.")
    check_in: str | None = Field(
        None, max_length=100, description="Minutes before the start, after it, and until late.", examples=["15, 20, 5"]
    )
    duration: str | None = Field(None, max_length=MAX_TEXT, examples=["2h"])
    missed_message: bool | None = Field(None, strict=True, description="Whether who missed an event is told.")
    rankings: bool | None = Field(
        None, strict=True, description="Whether members are ranked by their rate, for every member to see."
    )
    voice_share: int | None = Field(
        None, strict=True, ge=1, le=100, description="Per cent of voice samples that count as present.", examples=[50]
    )
    deadline: str | None = Field(
        None, max_length=MAX_TEXT, description="How long before the start sign-up closes.", examples=["2h"]
    )
    tracked_role_id: Snowflake | None = Field(None, description="Whose members are tracked; only they check in.")
    rate: RateRulesIn | None = Field(None, description="What attendance is worth in members' rates.")
    confirm_hours: int | None = Field(
        None,
        strict=True,
        ge=0,
        le=MAX_CONFIRM_HOURS,
        description="In the last hours before the start, who moves up has to confirm; 0: never.",
        examples=[12],
    )
    warn_before: str | None = Field(
        None,
        max_length=MAX_TEXT,
        description="How long before the start to warn of a missing minimum, or off.",
        examples=["2h"],
    )

    auto_close: str | None = Field(
        None,
        max_length=MAX_TEXT,
        description="How long after its end a new event closes by itself, or off.",
        examples=["1h"],
    )
    no_show: Literal["absent", "unmarked"] | None = Field(None, description="Who said yes or late and was never seen.")
    silent: Literal["absent", "unmarked"] | None = Field(None, description="Tracked members who answered nothing.")
    keep_months: int | None = Field(
        None,
        strict=True,
        ge=0,
        le=MOST_MONTHS,
        description=f"How long what is past is kept: {LEAST_MONTHS} months or more, 0 for ever. Less than now needs confirm_removal.",
        examples=[0],
    )
    confirm_removal: bool = Field(
        False, strict=True, description="That what `keep_months` removes was seen: the answer 409 says what it is."
    )
    threads: bool | None = Field(None, strict=True, description="Whether a new event gets a thread under its card.")
    scheduled_events: bool | None = Field(
        None, strict=True, description="Whether a new event is shown among the server's events in Discord, too."
    )
    language: str | None = Field(
        None, max_length=32, description="Of cards and notices: en, de or fr; events keep the one they were made in.",
        examples=["de"],
    )  # fmt: skip

    def changes(self) -> dict[str, Any]:
        """Return what was named, as asked for."""
        return self.model_dump(exclude_unset=True, exclude={"confirm_removal"})


class SettingsOut(Model):
    """A server's settings. `rights` maps a capability to the roles that hold it; `reminders` are minutes before the start."""

    zone: str | None = Field(examples=["Europe/Berlin"])
    channel_id: str | None
    officer_role_id: str | None
    officer_channel_id: str | None
    rights: dict[str, list[str]] = Field(examples=[{"events.manage": ["41771983423143936"]}])
    reminders: list[int] = Field(examples=[[1440, 30]])
    reminder_place: Place
    mentions: Mentions
    nudges: list[int] = Field(examples=[[2880]])
    digest: str | None = Field(examples=["mon 18"])
    digest_channel_id: str | None
    check_in: CheckInOut
    duration: int = Field(description="Minutes.", examples=[120])
    voice_share: int = Field(examples=[50])
    missed_message: bool
    rankings: bool
    deadline: int | None = Field(description="Minutes before the start when sign-up closes; null: at the start.")
    tracked_role_id: str | None
    auto_close: int = Field(
        description="Minutes after the end when a new event closes by itself; 0: by hand.", examples=[60]
    )
    no_show: Literal["absent", "unmarked"] = Field(description="What who said yes or late and was never seen becomes.")
    silent: Literal["absent", "unmarked"] = Field(description="What tracked members who answered nothing become.")
    threads: bool
    scheduled_events: bool
    keep_months: int = Field(description="How long what is past is kept; 0: for ever.")
    rate: RateRulesOut
    confirm_hours: int = Field(description="Hours before the start in which who moves up has to confirm; 0: never.")
    warn_before: int = Field(
        description="Minutes before the start to warn of a missing minimum; 0: never.", examples=[120]
    )
    language: str | None = Field(
        description="Of cards and notices; null: nobody chose one, so English.", examples=["de"]
    )
    version: int

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Show settings."""
        shown = {name: getattr(settings, name) for name in cls.model_fields if name not in ("no_show", "silent")}
        return cls.model_validate(
            shown
            | {
                "rights": {capability: list(roles) for capability, roles in settings.rights.items()},
                "reminders": list(settings.reminders),
                "nudges": list(settings.nudges),
                "check_in": CheckInOut.of(settings.check_in),
                "rate": RateRulesOut.of(settings.rate),
                "no_show": settings.closing.no_show,
                "silent": settings.closing.silent,
            }
        )
