"""/characters add, list and remove."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attendance import wiring
from attendance.discord.locales import say
from attendance.discord.reply import Choices, Message
from attendance.discord.texts import escaped
from attendance.errors import Invalid
from attendance.services.characters import add_character, list_characters, remove_character
from attendance.services.finding import suggest_games
from interactions.actors import as_officer

if TYPE_CHECKING:
    from attendance.discord.payloads import Interaction
    from attendance.discord.reply import Reply
    from attendance.domain.character import Character


def run(interaction: Interaction) -> Reply:
    """Do what the subcommand says."""
    table, guild_id, now = wiring.table(), interaction.guild_id, wiring.now()
    match interaction.command[1:]:
        case ("add",):
            made = add_character(
                table, guild_id, as_officer(interaction), now,
                name=interaction.required("name"), game=interaction.required("game"),
                role=interaction.text("role") or "", user_id=interaction.snowflake("member"),
            )  # fmt: skip
            return Message(say(interaction.locale, "characters.added", who=f"<@{made.user_id}>", character=_line(made)))
        case ("list",):
            user_id = interaction.snowflake("member") or interaction.member.user_id
            lines = [_line(one) for one in list_characters(table, guild_id, user_id)]
            return Message("\n".join(lines) or say(interaction.locale, "characters.none", who=f"<@{user_id}>"))
        case ("remove",):
            chosen = interaction.required("character")
            gone = remove_character(table, guild_id, chosen, as_officer(interaction), now)
            return Message(say(interaction.locale, "characters.removed", character=_line(gone)))
    raise Invalid("/characters knows add, list and remove.", field="characters", code="unknown_subcommand")


def suggest(interaction: Interaction) -> Choices:
    """Complete the game, or the character: one's own first."""
    typed = str(interaction.options.get(interaction.focused) or "").casefold().strip()
    if interaction.focused == "game":
        return Choices(
            (game, game) for game in suggest_games(wiring.table(), interaction.guild_id, typed, wiring.now())
        )
    found = [one for one in list_characters(wiring.table(), interaction.guild_id) if typed in one.name.casefold()]
    found.sort(key=lambda one: one.user_id != interaction.member.user_id)
    return Choices((f"{one.name} ({one.game})", one.character_id) for one in found)


def _line(character: Character) -> str:
    role = f", {escaped(character.role)}" if character.role else ""
    return f"**{escaped(character.name)}** ({escaped(character.game)}{role})"
