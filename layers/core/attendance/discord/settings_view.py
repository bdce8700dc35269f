"""Settings as a person reads them in Discord."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attendance.discord.locales import say
from attendance.discord.texts_records import formula_text
from attendance.domain.languages import LANGUAGES
from attendance.domain.settings_changes import GIVEN_RIGHTS

if TYPE_CHECKING:
    from attendance.domain.settings import Settings


def settings_text(settings: Settings, locale: str) -> str:
    """Return everything that a guild has set, one line a setting, and what to do first where something is missing."""
    rule, closing = settings.check_in, settings.closing
    unset, nothing = say(locale, "settings.unset"), say(locale, "settings.nothing")
    before = {"before": rule.opens_before, "after": rule.closes_after, "grace": rule.grace}
    ends = {"no_show": say(locale, f"status.{closing.no_show}"), "silent": say(locale, f"status.{closing.silent}")}
    officers = settings.officer_channel_id
    lines = [
        say(locale, "settings.zone", it=settings.zone or unset),
        say(locale, "settings.channel", it=f"<#{settings.channel_id}>" if settings.channel_id else unset),
        say(locale, "settings.officers", it=_role(settings.officer_role_id) or say(locale, "settings.no_officers")),
        say(locale, "settings.officer_channel", it=f"<#{officers}>" if officers else unset),
        say(locale, "settings.reminders", it=", ".join(f"{one} min" for one in settings.reminders) or nothing),
        say(locale, "settings.place", it=say(locale, f"settings.place.{settings.reminder_place}")),
        say(locale, "settings.mentions", it=say(locale, f"settings.mentions.{settings.mentions}")),
        say(locale, "settings.nudges", it=", ".join(f"{one} min" for one in settings.nudges) or nothing),
        say(locale, "settings.digest", it=_digest(settings, locale)),
        say(locale, "settings.check_in", **before),
        say(locale, "settings.voice", it=settings.voice_share),
        say(locale, "settings.missed", it=_switch(locale, on=settings.missed_message)),
        say(locale, "settings.rankings", it=_switch(locale, on=settings.rankings)),
        say(locale, "settings.duration", it=settings.duration),
        say(locale, "settings.closes", it=_before(settings.deadline, locale) or say(locale, "settings.at_start")),
        say(locale, "settings.warning", it=_before(settings.warn_before, locale) or nothing),
        say(locale, "settings.language", it=LANGUAGES[settings.spoken]),
        say(locale, "settings.moving_up", it=_confirming(settings.confirm_hours, locale)),
        say(locale, "settings.tracked", it=_role(settings.tracked_role_id) or say(locale, "settings.all_tracked")),
        say(locale, "settings.closing", it=_closing(settings.auto_close, locale)),
        say(locale, "settings.rule", **ends),
        say(locale, "settings.threads", it=_switch(locale, on=settings.threads)),
        say(locale, "settings.scheduled", it=_switch(locale, on=settings.scheduled_events)),
        say(locale, "settings.kept", it=_months(settings.keep_months, locale)),
        say(locale, "settings.rate", it=formula_text(settings.rate, locale)),
    ]
    if settings.zone is None:
        lines.append(say(locale, "settings.first"))
    return "\n".join([*lines, say(locale, "settings.rights"), rights_text(settings, locale)])


def _months(months: int, locale: str) -> str:
    return say(locale, "settings.months", count=months) if months else say(locale, "settings.for_ever")


def rights_text(settings: Settings, locale: str) -> str:
    """Return which roles hold each right, one line a right."""
    nobody = say(locale, "settings.no_role")
    return "\n".join(
        f"`{name}`: {', '.join(f'<@&{role}>' for role in settings.rights.get(name, ())) or nobody}"
        for name in GIVEN_RIGHTS
    )


def _switch(locale: str, *, on: bool) -> str:
    return say(locale, "settings.on" if on else "settings.off")


def _before(minutes: int | None, locale: str) -> str:
    return say(locale, "settings.before", minutes=minutes) if minutes else ""


def _confirming(hours: int, locale: str) -> str:
    return say(locale, "settings.confirmed", hours=hours) if hours else say(locale, "settings.at_once")


def _closing(minutes: int | None, locale: str) -> str:
    return say(locale, "settings.after_end", minutes=minutes) if minutes else say(locale, "settings.by_hand")


def _digest(settings: Settings, locale: str) -> str:
    channel_id = settings.digest_channel_id or settings.channel_id
    if settings.digest is None:
        return say(locale, "settings.nothing")
    day, _, hour = settings.digest.partition(" ")
    shown = say(locale, "settings.weekly", day=say(locale, f"settings.day.{day}"), hour=hour)
    return f"{shown} <#{channel_id}>" if channel_id else shown


def _role(role_id: str | None) -> str | None:
    return f"<@&{role_id}>" if role_id else None
