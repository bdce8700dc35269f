"""/preset: list, show, edit, delete, export and import.

An import is pasted into a form: that needs no file to be fetched from an address that somebody else chose, and what an
export shows fits it. Whole collections go over the REST API.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attendance import wiring
from attendance.discord.custom_id import CustomId
from attendance.discord.locales import say
from attendance.discord.preset_view import MAX_PASTE, json_block, preset_line, preset_text
from attendance.discord.reply import Choices, Message, Modal, text_area
from attendance.discord.texts import escaped
from attendance.domain.preset_draft import CLEARABLE
from attendance.domain.rights import require
from attendance.errors import Invalid
from attendance.services.presets import delete_preset, edit_preset, export_presets, get_preset, list_presets
from interactions.actors import as_officer
from interactions.preset_options import FIELDS, given, suggest_presets_and_games

if TYPE_CHECKING:
    from attendance.discord.payloads import Interaction
    from attendance.discord.reply import Reply

_LISTED = 25


def run(interaction: Interaction) -> Reply:
    """Do what the subcommand says."""
    verb = _VERBS.get(interaction.command[-1])
    if verb is None or len(interaction.command) != 2:
        raise Invalid(f"/preset knows {', '.join(_VERBS)}.", field="preset", code="unknown_subcommand")
    return verb(interaction)


def suggest(interaction: Interaction) -> Choices:
    """Complete a preset's name or a game."""
    return suggest_presets_and_games(interaction)


def _list(interaction: Interaction) -> Reply:
    presets = list_presets(wiring.table(), interaction.guild_id)
    if not presets:
        return Message(say(interaction.locale, "preset.none"))
    lines = [preset_line(preset) for preset in presets[:_LISTED]]
    more = [say(interaction.locale, "more_of_it", count=len(presets) - _LISTED)] if len(presets) > _LISTED else []
    return Message(
        embeds=[{"title": say(interaction.locale, "preset.list"), "description": "\n".join(lines + more)[:4000]}]
    )


def _show(interaction: Interaction) -> Reply:
    preset = get_preset(wiring.table(), interaction.guild_id, interaction.required("preset"))
    return Message(embeds=[{"title": preset.name, "description": preset_text(preset, interaction.locale)}])


def _edit(interaction: Interaction) -> Reply:
    changes, cleared = given(interaction), interaction.text("clear")
    if cleared is not None and cleared not in CLEARABLE:
        raise Invalid(
            f"“{cleared[:40]}” cannot be emptied. These can: {', '.join(CLEARABLE)}.",
            field="clear",
            code="not_clearable",
            typed=cleared[:40],
            known=list(CLEARABLE),
        )
    changes |= {cleared: None} if cleared else {}
    if not changes:
        raise Invalid(
            f"Name at least one of {', '.join(FIELDS)} to change, or clear.",
            field="name",
            code="name_at_least_one",
            known=[*FIELDS, "clear"],
        )
    named, officer = interaction.required("preset"), as_officer(interaction)
    preset = edit_preset(wiring.table(), interaction.guild_id, officer, wiring.now(), named, changes)
    return Message(
        say(interaction.locale, "preset.changed", name=escaped(preset.name)),
        embeds=[{"title": preset.name, "description": preset_text(preset, interaction.locale)}],
    )


def _delete(interaction: Interaction) -> Reply:
    table, guild_id, named = wiring.table(), interaction.guild_id, interaction.required("preset")
    preset = delete_preset(table, guild_id, as_officer(interaction), wiring.now(), named)
    return Message(say(interaction.locale, "preset.deleted", name=escaped(preset.name)))


def _export(interaction: Interaction) -> Reply:
    require(as_officer(interaction), "presets.manage")
    block = json_block(export_presets(wiring.table(), interaction.guild_id, interaction.required("preset")))
    return Message(say(interaction.locale, "preset.copy"), embeds=[{"description": block}])


def _import(interaction: Interaction) -> Reply:
    require(as_officer(interaction), "presets.manage")
    existing = "overwrite" if interaction.text("existing") == "overwrite" else "keep"
    example = '{"presets": [{"name": "Raid night", "game": "WoW", "roles": "tank 2"}]}'
    area = text_area("presets", say(interaction.locale, "preset.paste"), limit=MAX_PASTE, placeholder=example)
    return Modal(CustomId("import_presets", existing).encode(), say(interaction.locale, "preset.form"), [area])


_VERBS = {"list": _list, "show": _show, "edit": _edit, "delete": _delete, "export": _export, "import": _import}
