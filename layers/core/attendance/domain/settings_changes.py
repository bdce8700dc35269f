"""Changing settings: each field read from what a person typed or a dashboard sent, and checked, in one place."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

from attendance.domain.closing import ClosingRule, checked_unseen, parse_auto_close
from attendance.domain.ids import is_snowflake
from attendance.domain.languages import checked_language
from attendance.domain.preset import checked_duration
from attendance.domain.rate import changed_rules
from attendance.domain.reminding import checked_mentions, checked_place, parse_digest
from attendance.domain.retention import checked_months
from attendance.domain.rights import CAPABILITIES, OFFICER
from attendance.domain.settings import (
    Settings,
    checked_confirm_hours,
    checked_zone,
    parse_check_in,
    parse_deadline,
    parse_nudges,
    parse_reminders,
    parse_warning,
)
from attendance.domain.timetext import parse_minutes
from attendance.domain.voice import checked_share
from attendance.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from attendance.domain.rate import RateRules

MAX_ROLES_A_RIGHT = 25
CLEARABLE = ("channel_id", "officer_role_id", "officer_channel_id", "tracked_role_id", "deadline", "digest_channel_id")
"""The settings that may be emptied, with `/settings clear`."""
GIVEN_RIGHTS = tuple(sorted(CAPABILITIES - {"attendance.self"}))
"""The capabilities that roles are given; `attendance.self` is everyone's."""
_KEPT = frozenset({"guild_id", "name", "version", "edits"})


def changed_settings(settings: Settings, changes: Mapping[str, Any]) -> Settings:
    """Return the settings with `changes` (field to what was asked for) read and checked; version and marks stay.

    Texts are read as typed; None empties what may be empty. Raises `Invalid` naming the field, what was understood and
    what is accepted.
    """
    for name in [name for name in ("officer_role_id", *changes) if name in changes]:
        if name not in _READERS:
            raise Invalid(f"There is no setting “{name[:40]}”. There are: {', '.join(_READERS)}.", field=name[:40])
        value = _READERS[name](settings, changes[name])
        settings = (
            _with_officer_role(settings, value)
            if name == "officer_role_id"
            else replace(settings, **{_PLACES.get(name, name): value})
        )
    return settings


def fields_of(settings: Settings) -> dict[str, Any]:
    """Return the fields that edits change, by name."""
    return {one.name: getattr(settings, one.name) for one in fields(settings) if one.name not in _KEPT}


def given_right(settings: Settings, capability: str, role_id: str) -> Settings:
    """Return the settings with one more role that holds `capability`; raises `Invalid`."""
    held = settings.rights.get(checked_capability(capability), ())
    return _with_right(settings, capability, (*held, *({role_id} - set(held))))


def taken_right(settings: Settings, capability: str, role_id: str) -> Settings:
    """Return the settings without the role among those that hold `capability`; raises `Invalid` when it was not there."""
    held = settings.rights.get(checked_capability(capability), ())
    if role_id not in held:
        holders = ", ".join(f"<@&{role}>" for role in held) or "no role"
        raise Invalid(
            f"<@&{role_id}> does not hold “{capability}”; {holders} does.",
            field="role",
            code="right_not_held",
            role_id=role_id,
            capability=capability,
            holders=holders,
        )
    return _with_right(settings, capability, tuple(role for role in held if role != role_id))


def checked_capability(name: str) -> str:
    """Return the capability, or raise `Invalid` (field `right`) listing those that roles are given."""
    if name == "attendance.self":
        raise Invalid("Everyone holds “attendance.self”: it needs no role.", field="right", code="right_of_all")
    if name not in CAPABILITIES:
        raise Invalid(
            f"There is no right “{name[:40]}”. There are: {', '.join(GIVEN_RIGHTS)}.",
            field="right",
            code="unknown_right",
            typed=name[:40],
            known=list(GIVEN_RIGHTS),
        )
    return name


def _with_right(settings: Settings, capability: str, roles: tuple[str, ...]) -> Settings:
    rights = {**settings.rights, capability: roles}
    return replace(settings, rights=_rights(settings, rights))


def _with_officer_role(settings: Settings, role_id: str | None) -> Settings:
    """Hand what the officer role holds from the one before to the new one; what other roles were given stays."""
    former = settings.officer_role_id
    rights = {
        name: tuple(dict.fromkeys([*([role_id] if role_id else []), *(one for one in roles if one != former)]))
        for name, roles in {**dict.fromkeys(sorted(OFFICER), ()), **settings.rights}.items()
        if name in OFFICER
    }
    kept = {name: roles for name, roles in settings.rights.items() if name not in OFFICER}
    return replace(settings, officer_role_id=role_id, rights=_rights(settings, rights | kept))


def _rights(settings: Settings, asked: object) -> dict[str, tuple[str, ...]]:
    if not isinstance(asked, dict):
        raise Invalid("Rights are capabilities, each with a list of role ids.", field="rights")
    rights: dict[str, tuple[str, ...]] = {}
    for name, roles in asked.items():
        checked = tuple(dict.fromkeys(_id("rights", role) for role in roles))
        if settings.guild_id in checked:
            raise Invalid(
                "@everyone cannot hold a right: name a role that only some members have.",
                field="rights",
                code="right_of_everyone",
            )
        if len(checked) > MAX_ROLES_A_RIGHT:
            raise Invalid(
                f"“{name}” has {len(checked)} roles; {MAX_ROLES_A_RIGHT} fit.",
                field="rights",
                code="too_many_holders",
                capability=name,
                count=len(checked),
                most=MAX_ROLES_A_RIGHT,
            )
        if checked and name != "attendance.self":
            rights[checked_capability(str(name))] = checked
    return rights


def _id(field: str, value: object) -> str:
    if not (isinstance(value, str) and is_snowflake(value)):
        raise Invalid(
            f"“{str(value)[:30]}” is not a Discord id.", field=field, code="not_a_discord_id", typed=str(value)[:30]
        )
    return value


def _id_or_none(field: str) -> Callable[[Settings, Any], str | None]:
    return lambda _, value: None if value is None else _id(field, value)


def _text(field: str, read: Callable[[str], Any], example: str) -> Callable[[Settings, Any], Any]:
    def checked(_: Settings, value: object) -> Any:
        if not isinstance(value, str) or not value.strip():
            raise Invalid(
                f"The {field} cannot be left empty: write such as {example}.",
                field=field,
                code="left_empty",
                example=example,
            )
        return read(value)

    return checked


def _switch(field: str) -> Callable[[Settings, Any], bool]:
    def read(_: Settings, value: object) -> bool:
        if not isinstance(value, bool):
            raise Invalid(f"“{str(value)[:30]}” is neither on nor off: send true or false.", field=field)
        return value

    return read


def _rules(settings: Settings, asked: object) -> RateRules:
    if not isinstance(asked, dict):
        raise Invalid("The rate's rules are credits and yes or no, each by its name.", field="rate")
    return changed_rules(settings.rate, asked)


def _unseen(field: str) -> Callable[[Settings, Any], ClosingRule]:
    """Return what reads one half of the closing rule; `changed_settings` puts it into the settings' `closing`."""
    return lambda settings, value: replace(settings.closing, **{field: checked_unseen(field, str(value))})


_PLACES = {"no_show": "closing", "silent": "closing"}
"""The field of the settings that a change goes into, where it is called otherwise."""
_READERS: dict[str, Callable[[Settings, Any], Any]] = {
    "zone": _text("zone", checked_zone, "Europe/Berlin"),
    "channel_id": _id_or_none("channel_id"),
    "officer_role_id": _id_or_none("officer_role_id"),
    "officer_channel_id": _id_or_none("officer_channel_id"),
    "reminders": _text("reminders", parse_reminders, "24h, 1h, 15m, or none"),
    "reminder_place": lambda _, value: checked_place(value),
    "mentions": lambda _, value: checked_mentions(value),
    "nudges": _text("nudges", parse_nudges, "48h, 24h, or none"),
    "digest": lambda _, value: None if value is None else parse_digest(str(value)),
    "digest_channel_id": _id_or_none("digest_channel_id"),
    "check_in": _text("check_in", parse_check_in, "15, 20, 5"),
    "voice_share": lambda _, value: checked_share(value),
    "duration": _text("duration", lambda text: checked_duration(parse_minutes(text, field="duration")), "2h 30m"),
    "deadline": lambda _, value: None if value is None else parse_deadline(str(value)),
    "tracked_role_id": _id_or_none("tracked_role_id"),
    "rate": _rules,
    "confirm_hours": lambda _, value: checked_confirm_hours(value),
    "warn_before": _text("warn_before", parse_warning, "2h, or off"),
    "language": _text("language", checked_language, "de"),
    "auto_close": _text("auto_close", parse_auto_close, "1h, or off"),
    "no_show": _unseen("no_show"),
    "silent": _unseen("silent"),
    "rights": _rights,
    "keep_months": lambda _, value: checked_months(value),
    "missed_message": _switch("missed_message"),
    "rankings": _switch("rankings"),
    "threads": _switch("threads"),
    "scheduled_events": _switch("scheduled_events"),
}
