"""Settings as a person reads them in Discord."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attendance.domain.languages import LANGUAGES
from attendance.domain.settings_changes import GIVEN_RIGHTS

if TYPE_CHECKING:
    from attendance.domain.settings import Settings


def settings_text(settings: Settings) -> str:
    """Return everything that a guild has set, one line a setting, and what to do first where something is missing."""
    rule = settings.check_in
    lines = [
        f"Time zone: {settings.zone or '**not set**'}",
        f"Channel for events: {f'<#{settings.channel_id}>' if settings.channel_id else '**not set**'}",
        f"Officer role: {_role(settings.officer_role_id) or 'none, only Manage Server'}",
        f"Reminders before the start: {', '.join(f'{minutes} min' for minutes in settings.reminders) or 'none'}",
        f"Check-in: from {rule.opens_before} min before the start to {rule.closes_after} min after it, late after {rule.grace} min",
        f"Present by voice: from {settings.voice_share} % of the samples, where an event looks",
        f"Message to who missed an event: {'on' if settings.missed_message else 'off'}",
        f"Duration: {settings.duration} min unless the event says otherwise",
        f"Sign-up closes: {f'{settings.deadline} min before the start' if settings.deadline else 'at the start'}",
        f"Warning when a minimum is missing: {f'{settings.warn_before} min before the start' if settings.warn_before else 'none'}",
        f"Language of cards and notices: {LANGUAGES[settings.spoken]}",
        f"Moving up: {f'confirmed in the last {settings.confirm_hours} h before the start' if settings.confirm_hours else 'at once'}",
        f"Tracked role: {_role(settings.tracked_role_id) or 'none, everyone may check in'}",
    ]
    lines += [
        f"Events close: {f'{settings.auto_close} min after their end' if settings.auto_close else 'by hand'}",
        f"Who said yes and was not seen becomes {settings.closing.no_show}, tracked members without an answer {settings.closing.silent}",
        f"Thread for each event: {'on' if settings.threads else 'off'}",
        f"Discord event for each event: {'on' if settings.scheduled_events else 'off'}",
    ]
    lines.append(f"Attendance rate: {settings.rate.formula()}")
    if settings.zone is None:
        lines.append("Before the first event, set the time zone: `/settings setup zone:Europe/Berlin`")
    return "\n".join([*lines, "**Rights** beside Manage Server", rights_text(settings)])


def rights_text(settings: Settings) -> str:
    """Return which roles hold each right, one line a right."""
    return "\n".join(
        f"`{name}`: {', '.join(f'<@&{role}>' for role in settings.rights.get(name, ())) or 'no role'}"
        for name in GIVEN_RIGHTS
    )


def _role(role_id: str | None) -> str | None:
    return f"<@&{role_id}>" if role_id else None
