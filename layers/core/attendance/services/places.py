"""Where the work on a companion of an event (see `services.companions`) stands: what is known of it, what it should show."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from attendance.discord.notices import place_link
from attendance.domain.companion import mark_of
from attendance.storage import companions

if TYPE_CHECKING:
    from datetime import datetime

    from attendance.domain.companion import CompanionKind
    from attendance.domain.event import Event
    from attendance.ports import Discord
    from attendance.storage.cards import Card
    from attendance.storage.companions import Companion
    from attendance.storage.table import Table

AGAIN_AFTER = 2
"""Seconds after which to come again while another process has the companion, or members are left to be added."""
UNKNOWN_MESSAGE, TOO_MANY_EVENTS, FINISHED = 10008, 30038, 180000
"""Discord's codes."""


class Place(NamedTuple):
    """What everything here works on: the event as it is, and its companion of one kind."""

    table: Table
    discord: Discord
    event: Event
    card: Card
    kind: CompanionKind
    now: datetime

    @property
    def known(self) -> Companion:
        """What is stored of the companion."""
        return self.card.companion(self.kind)

    @property
    def link(self) -> str:
        """The address of the event's card."""
        return link_to_card(self.event, self.card)

    @property
    def mark(self) -> str:
        """What the companion should show."""
        return mark_of(self.kind, self.event, self.now, self.link)

    def shows(self, discord_id: str) -> None:
        """Store that the companion is at Discord, and shows what it should."""
        event = self.event
        companions.note_shown(self.table, event.guild_id, event.event_id, self.kind, discord_id, self.mark)


def link_to_card(event: Event, card: Card) -> str:
    """Return the address of the event's card, or of its channel before it is posted."""
    return place_link(event.guild_id, event.channel_id, card.message_id)
