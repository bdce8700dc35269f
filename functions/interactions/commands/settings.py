"""/settings: setup, show, defaults, reminders, closing, extras, retention, attendance, clear, and rights add, remove and list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attendance import wiring
from attendance.discord.locales import say
from attendance.discord.reply import Message
from attendance.discord.settings_view import rights_text, settings_text
from attendance.domain.rate import CREDITED, OPTIONAL
from attendance.domain.rights import require
from attendance.domain.settings_changes import CLEARABLE
from attendance.errors import Invalid
from attendance.services.settings import change_settings, give_right, show_settings, take_right
from interactions.actors import as_officer
from interactions.commands import settings_retention
from interactions.setting_options import OPTIONS
from interactions.suggestions import zones_named

if TYPE_CHECKING:
    from attendance.discord.payloads import Interaction
    from attendance.discord.reply import Choices, Reply
    from attendance.domain.settings import Settings


def run(interaction: Interaction) -> Reply:
    """Change what was named, or show everything."""
    match interaction.command[1:]:
        case ("show",):
            return Message(settings_text(_readable(interaction), interaction.locale))
        case ("rights", "list"):
            return Message(rights_text(_readable(interaction), interaction.locale))
        case ("rights", "add" | "remove" as verb):
            return _right(interaction, verb)
        case ("clear",):
            return _change(interaction, {_clearable(interaction.required("setting")): None})
        case ("retention",):
            return settings_retention.run(interaction)
        case ("attendance",):
            return _change(interaction, {"rate": _named(interaction, {name: name for name in (*CREDITED, *OPTIONAL)})})
        case (name,) if name in OPTIONS:
            return _change(interaction, _named(interaction, OPTIONS[name]))
    raise Invalid(
        "/settings knows setup, show, defaults, reminders, closing, extras, retention, attendance, clear and rights.",
        field="settings",
        code="unknown_subcommand",
    )


def suggest(interaction: Interaction) -> Choices:
    """Complete the name of a time zone; nothing is read."""
    return zones_named(str(interaction.options.get("zone") or ""))


def _readable(interaction: Interaction) -> Settings:
    require(as_officer(interaction), "settings.manage")
    return show_settings(wiring.table(), interaction.guild_id)


def _named(interaction: Interaction, options: dict[str, str]) -> dict[str, object]:
    named = {options[name]: value for name, value in interaction.options.items() if name in options}
    if not named:
        require(as_officer(interaction), "settings.manage")
        raise Invalid(
            f"Name at least one of {', '.join(options)} to set.",
            field=next(iter(options)),
            code="name_at_least_one",
            known=list(options),
        )
    return named


def _clearable(name: str) -> str:
    if name not in CLEARABLE:
        raise Invalid(
            f"“{name[:40]}” cannot be emptied. These can: {', '.join(CLEARABLE)}.",
            field="setting",
            code="not_clearable",
            typed=name[:40],
            known=list(CLEARABLE),
        )
    return name


def _change(interaction: Interaction, changes: dict[str, object]) -> Reply:
    officer = as_officer(interaction)
    locale = interaction.guild_locale if interaction.command[1:] == ("setup",) else ""
    settings = change_settings(wiring.table(), interaction.guild_id, officer, wiring.now(), changes, locale=locale)
    return Message(f"{say(interaction.locale, 'settings.saved')}\n{settings_text(settings, interaction.locale)}")


def _right(interaction: Interaction, verb: str) -> Reply:
    capability, role_id = interaction.required("right"), interaction.snowflake("role")
    if role_id is None:
        raise Invalid("The option role is missing: pick the Discord role.", field="role", code="option_missing")
    change = give_right if verb == "add" else take_right
    settings = change(
        wiring.table(),
        interaction.guild_id,
        as_officer(interaction),
        wiring.now(),
        capability=capability,
        role_id=role_id,
    )
    return Message(f"{say(interaction.locale, 'settings.saved')}\n{rights_text(settings, interaction.locale)}")
