"""A guild with events to click on, in the emulator's table, and the requests that click on them."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from attendance.domain.event import Event
from attendance.domain.seats import parse_roles
from attendance.storage.events import to_item
from attendance.storage.table import Put
from tests.discord_driver import CHANNEL, GUILD, Discord, signed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from attendance.storage.table import Table

PING_BODY = {
    "app_permissions": "562949953601536",
    "application_id": "1346912649216131073",
    "attachment_size_limit": 524288000,
    "authorizing_integration_owners": {},
    "entitlements": [],
    "id": "1573408840089731187",
    "token": "aW50ZXJhY3Rpb246" + "A" * 140,
    "type": 1,
    "user": {
        "avatar": None,
        "discriminator": "0000",
        "global_name": "Discord",
        "id": "643945264868098049",
        "username": "discord",
    },
    "version": 1,
}


def ping() -> dict[str, Any]:
    """A PING as Discord sends it."""
    return signed(json.dumps(PING_BODY, separators=(",", ":")).encode(), datetime.now(UTC))


def put_event(table: Table, event_id: str, members: int) -> Event:
    """An event that `members` members answered already."""
    now = datetime.now(UTC)
    roles = parse_roles("tank 2, healer 3, dps 1000")
    kinds = ("tank|", "healer|", "dps|", "dps|15", "?", "-")
    choices = {str(10**18 + number): kinds[number % len(kinds)] for number in range(members)}
    event = Event(
        guild_id=GUILD,
        event_id=event_id,
        title="Molten Core, the whole of it",
        game="World of Warcraft",
        starts_at=now + timedelta(minutes=10),
        ends_at=now + timedelta(hours=3),
        zone="Europe/Berlin",
        channel_id=CHANNEL,
        created_by="900",
        roles=roles,
        description="Bring flasks and food. " * 6,
        choices=choices,
        places={user: number for number, user in enumerate(choices, 1)},
        seq=members,
        reminders=(60, 15),
    )
    table.put(Put(to_item(event), condition=None))
    return event


def clicks(event: Event) -> Iterator[dict[str, Any]]:
    """Clicks of one member who keeps changing their mind, so that each is a change."""
    nia = Discord(now=datetime.now(UTC)).member("Nia")
    for role in itertools.cycle(("tank", "dps")):
        data = {"custom_id": f"v1:yes:{event.event_id}:{role}", "component_type": 2, "id": 2}
        payload = nia.payload(3, data) | {"message": MESSAGE, **SURROUNDINGS}
        yield signed(json.dumps(payload, separators=(",", ":")).encode(), datetime.now(UTC))


def again(event: Event, table: Table, event_id: str) -> Event:
    """A second event with the same roster, for the other side of a comparison."""
    twin = replace(event, event_id=event_id)
    table.put(Put(to_item(twin), condition=None))
    return twin


SURROUNDINGS: dict[str, Any] = {
    "app_permissions": "17912161487872",
    "attachment_size_limit": 10485760,
    "authorizing_integration_owners": {"0": GUILD},
    "channel": {
        "flags": 0,
        "guild_id": GUILD,
        "id": CHANNEL,
        "name": "events",
        "nsfw": False,
        "permissions": "563261341813825",
        "type": 0,
    },
    "entitlements": [],
    "guild": {"features": ["COMMUNITY", "NEWS", "SOUNDBOARD"], "id": GUILD, "locale": "en-US"},
    "guild_locale": "en-US",
}
MESSAGE: dict[str, Any] = {
    "attachments": [],
    "author": {"avatar": None, "bot": True, "discriminator": "4711", "id": "1346912649216131073", "username": "Planner"},
    "channel_id": CHANNEL,
    "components": [
        {"type": 1, "id": row, "components": [
            {"custom_id": f"v1:yes:0123456789abcdef:role-{row}{one}", "id": 10 * row + one, "label": "Role", "style": 3, "type": 2}
            for one in range(4)
        ]}
        for row in range(2)
    ],
    "content": "",
    "embeds": [{"title": "Molten Core", "description": "x" * 200, "fields": [{"name": "tank 1/2", "value": "<@1>", "inline": True}] * 4}],
    "flags": 0,
    "id": "1573389965721731104",
    "mentions": [],
    "timestamp": "2026-12-01T18:00:00+00:00",
    "type": 0,
}  # fmt: skip
