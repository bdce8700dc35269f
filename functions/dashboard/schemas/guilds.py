"""Guilds and their settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from pydantic import Field

from dashboard.schemas.base import Model, Snowflake

if TYPE_CHECKING:
    from attendance.domain.checkin import CheckInRule
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


class SettingsOut(Model):
    """A server's settings. `rights` maps a capability to the roles that hold it; `reminders` are minutes before the start."""

    zone: str | None = Field(examples=["Europe/Berlin"])
    channel_id: str | None
    officer_role_id: str | None
    rights: dict[str, list[str]] = Field(examples=[{"events.manage": ["41771983423143936"]}])
    reminders: list[int] = Field(examples=[[1440, 30]])
    check_in: CheckInOut
    version: int

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Show settings."""
        return cls(
            zone=settings.zone,
            channel_id=settings.channel_id,
            officer_role_id=settings.officer_role_id,
            rights={capability: list(roles) for capability, roles in settings.rights.items()},
            reminders=list(settings.reminders),
            check_in=CheckInOut.of(settings.check_in),
            version=settings.version,
        )
