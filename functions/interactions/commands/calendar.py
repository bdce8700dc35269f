"""/calendar link, renew, revoke and list: answered to the member alone, for an address is a secret."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attendance import config, wiring
from attendance.discord.locales import say
from attendance.discord.reply import Message
from attendance.discord.texts import time_mark
from attendance.domain.feed import checked_kind
from attendance.errors import Invalid
from attendance.services.feeds import address, list_feeds, make_feed, revoke_feed
from interactions.actors import as_member

if TYPE_CHECKING:
    from attendance.discord.payloads import Interaction
    from attendance.discord.reply import Reply


def run(interaction: Interaction) -> Reply:
    """Do what the subcommand says."""
    table, guild_id, member, locale = wiring.table(), interaction.guild_id, as_member(interaction), interaction.locale
    match interaction.command[1:]:
        case ("link" | "renew" as verb,):
            kind = checked_kind(interaction.required("feed"))
            _, token = make_feed(table, guild_id, member, wiring.now(), kind=kind, renew=verb == "renew", locale=locale)
            if token is None:
                return Message(say(locale, "calendar.again"))
            return Message(say(locale, "calendar.made", url=address(config.public_url(), token)))
        case ("revoke",):
            revoke_feed(table, guild_id, member, checked_kind(interaction.required("feed")))
            return Message(say(locale, "calendar.revoked"))
        case ("list",):
            found = list_feeds(table, guild_id, member)
            lines = [say(locale, f"calendar.{one.kind}", since=time_mark(one.made_at, "f")) for one in found]
            return Message("\n".join(lines) or say(locale, "calendar.none"))
    raise Invalid("/calendar knows link, renew, revoke and list.", field="calendar", code="unknown_subcommand")
