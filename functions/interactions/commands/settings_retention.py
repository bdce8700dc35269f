"""/settings retention: how long what is past is kept, once the officer has seen what that removes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attendance import wiring
from attendance.discord.custom_id import CustomId
from attendance.discord.locales import say
from attendance.discord.reply import Message
from attendance.discord.settings_view import settings_text
from attendance.domain.retention import checked_months, removes_more
from attendance.domain.rights import require
from attendance.errors import Invalid
from attendance.services.retaining import preview_removal
from attendance.services.settings import change_settings, show_settings
from interactions.actors import as_officer

if TYPE_CHECKING:
    from attendance.discord.payloads import Interaction
    from attendance.discord.reply import Reply

_BUTTON, _DANGER = 2, 4


def run(interaction: Interaction) -> Reply:
    """Change the setting at once where nothing goes by it; else show what would, with the button that does it."""
    officer, guild_id = as_officer(interaction), interaction.guild_id
    require(officer, "settings.manage")
    if "months" not in interaction.options:
        raise Invalid("The option months is missing.", field="months", code="option_missing")
    months = checked_months(interaction.options["months"])
    if not removes_more(show_settings(wiring.table(), guild_id).keep_months, months):
        return _changed(interaction, months)
    locale = interaction.locale
    found = preview_removal(wiring.table(), guild_id, months, wiring.now())
    counted = {
        name: say(locale, "settings.or_more", count=count) if found.more and count == most else str(count)
        for name, count, most in (("events", found.events, 1000), ("entries", found.entries, 1000))
    }
    button = {
        "type": _BUTTON,
        "style": _DANGER,
        "label": say(locale, "settings.remove_older"),
        "custom_id": CustomId("retention", str(months)).encode(),
    }
    text = say(locale, "settings.removal", months=months, before=f"<t:{int(found.before.timestamp())}:D>", **counted)
    return Message(text, components=[{"type": 1, "components": [button]}])


def confirm(interaction: Interaction, months: int) -> Reply:
    """Change the setting: what it removes was shown."""
    require(as_officer(interaction), "settings.manage")
    return _changed(interaction, months)


def _changed(interaction: Interaction, months: int) -> Reply:
    changes = {"keep_months": months}
    settings = change_settings(wiring.table(), interaction.guild_id, as_officer(interaction), wiring.now(), changes)
    return Message(f"{say(interaction.locale, 'settings.saved')}\n{settings_text(settings, interaction.locale)}")
