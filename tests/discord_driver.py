"""Discord as the interactions function sees it: signed requests through the Lambda handler, a command or click a line.

    discord.member("Nia").command("attend", code="owl")
    discord.officer().command("event close", event=event_id)
    discord.member("Nia").click("v1:yes:0123456789abcdef:tank")

Answers are Discord's JSON. The clock is the driver's: `discord.now`.
"""

from __future__ import annotations

import base64
import contextlib
import itertools
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from nacl.signing import SigningKey

from attendance import wiring
from attendance.domain.rights import MANAGE_GUILD
from attendance.storage.table import Table
from interactions import app
from tests import recorded

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest
    from mypy_boto3_dynamodb import DynamoDBClient

GUILD = "1195917705216131074"
CHANNEL = "1221083529216131075"
APPLICATION = "1346912649216131073"
NOW = datetime(2026, 12, 1, 18, 0, tzinfo=UTC)
KEY = SigningKey(bytes(range(32)))
CONTEXT = SimpleNamespace(aws_request_id="5f1d7a52-0000-4000-8000-00000000c0de")
_KINDS = {str: 3, int: 4, bool: 5}
_EPOCH = 1_420_070_400_000


def signed(body: bytes, now: datetime, *, path: str = "/discord/interactions", plain: bool = True) -> dict[str, Any]:
    """API Gateway's event (payload format 2.0) of a request that Discord signed at `now`."""
    stamp = str(int(now.timestamp()))
    headers = {
        "content-type": "application/json",
        "x-signature-ed25519": KEY.sign(stamp.encode() + body).signature.hex(),
        "x-signature-timestamp": stamp,
    }
    text = body.decode() if plain else base64.b64encode(body).decode()
    return {
        "version": "2.0",
        "routeKey": f"POST {path}",
        "rawPath": path,
        "headers": headers,
        "body": text,
        "isBase64Encoded": not plain,
        "requestContext": {"http": {"method": "POST", "path": path}},
    }


def send(payload: Any, now: datetime, *, path: str = "/discord/interactions") -> dict[str, Any]:
    """What the function answers to a signed payload: API Gateway's dictionary."""
    return app.handler(signed(json.dumps(payload).encode(), now, path=path), CONTEXT)


@dataclass
class Discord:
    """Discord, its guild and its clock."""

    now: datetime = NOW
    guild_id: str = GUILD
    locale: str = "en-US"
    guild_locale: str = "en-US"
    links: list[str] = field(default_factory=list)
    answers: list[dict[str, Any]] = field(default_factory=list)
    serial: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def member(self, name: str, *, permissions: int = 0, roles: tuple[str, ...] = (), user_id: str = "") -> Player:
        """A member; the same name is the same member."""
        number = user_id or str(2_000_000_000 + int.from_bytes(name.encode()[:6]))
        return Player(self, number, name, permissions, roles)

    def officer(self, name: str = "Olga") -> Player:
        """A member who may manage the server."""
        return self.member(name, permissions=MANAGE_GUILD)

    def next_id(self) -> str:
        """A snowflake of this moment."""
        return str((int(self.now.timestamp() * 1000) - _EPOCH << 22) + next(self.serial))


@dataclass
class Player:
    """One member with the rights that Discord would sign for them."""

    discord: Discord
    user_id: str
    name: str
    permissions: int
    roles: tuple[str, ...]

    def payload(self, kind: int, data: dict[str, Any], interaction_id: str = "") -> dict[str, Any]:
        """The interaction as Discord sends it."""
        return {
            "id": interaction_id or self.discord.next_id(),
            "application_id": APPLICATION,
            "type": kind,
            "token": "an-interaction-token",
            "version": 1,
            "context": 0,
            "guild_id": self.discord.guild_id,
            "channel_id": CHANNEL,
            "locale": self.discord.locale,
            "guild_locale": self.discord.guild_locale,
            "member": {
                "user": {"id": self.user_id, "username": self.name.casefold(), "global_name": self.name},
                "nick": None,
                "permissions": str(self.permissions),
                "roles": list(self.roles),
            },
            "data": data,
        }

    def send(self, kind: int, data: dict[str, Any], *, interaction_id: str = "") -> dict[str, Any]:
        """Send one interaction and return its answer; anything but status 200 fails the test."""
        response = send(self.payload(kind, data, interaction_id), self.discord.now)
        assert response["statusCode"] == 200, response
        answer: dict[str, Any] = json.loads(response["body"])
        self.discord.answers.append(answer)
        return answer

    def command(
        self, command: str, *, interaction_id: str = "", picked: tuple[Player, ...] = (), **options: object
    ) -> dict[str, Any]:
        """Run a slash command, such as `event close`; `picked` are the members among the options, as Discord resolves them."""
        return self.send(2, _command(command, options, "") | _resolved(picked), interaction_id=interaction_id)

    def open_menu(self, command: str, target: Player) -> dict[str, Any]:
        """Run a command of the context menu on a member."""
        data = {"id": "1", "name": command, "type": 2, "target_id": target.user_id, **_resolved((target,))}
        return self.send(2, data)

    def open_message_menu(self, command: str, *custom_ids: str) -> dict[str, Any]:
        """Run a command of the context menu on a message with these components."""
        rows = [{"type": 1, "components": [{"type": 2, "custom_id": one} for one in custom_ids]}]
        message = {"id": "1573403806924931112", "channel_id": CHANNEL, "components": rows, "embeds": []}
        data = {"id": "1", "name": command, "type": 3, "target_id": message["id"]}
        return self.send(2, data | {"resolved": {"messages": {message["id"]: message}}})

    def pick(self, custom_id: str, *members: Player, interaction_id: str = "") -> dict[str, Any]:
        """Pick members in a select."""
        values = [one.user_id for one in members]
        data = {"custom_id": custom_id, "component_type": 5, "id": 2, "values": values, **_resolved(members)}
        return self.send(3, data, interaction_id=interaction_id)

    def complete(self, command: str, focused: str, **options: object) -> list[dict[str, str]]:
        """What is suggested while the option `focused` is typed."""
        answer = self.send(4, _command(command, options, focused))
        assert answer["type"] == 8, answer
        choices: list[dict[str, str]] = answer["data"]["choices"]
        return choices

    def click(self, custom_id: str, *, interaction_id: str = "") -> dict[str, Any]:
        """Press a button."""
        return self.send(3, {"custom_id": custom_id, "component_type": 2, "id": 2}, interaction_id=interaction_id)

    def choose(self, custom_id: str, *values: str) -> dict[str, Any]:
        """Choose in a select."""
        return self.send(3, {"custom_id": custom_id, "component_type": 3, "id": 2, "values": list(values)})

    def submit(self, custom_id: str, *, interaction_id: str = "", **fields: str | list[str]) -> dict[str, Any]:
        """Send a modal back; a field that is chosen rather than typed is named `select_...`, with one value or several."""
        components = []
        for name, value in fields.items():
            chosen = name.startswith("select_")
            values = value if isinstance(value, list) else [value]
            answer = {"type": 3, "values": values} if chosen else {"type": 4, "value": value}
            components.append({"type": 18, "component": {**answer, "custom_id": name.removeprefix("select_")}})
        return self.send(5, {"custom_id": custom_id, "components": components}, interaction_id=interaction_id)


def _resolved(members: tuple[Player, ...]) -> dict[str, Any]:
    """What Discord says of the members whom an interaction names: a member is sent without its user."""
    users = {one.user_id: {"id": one.user_id, "username": one.name} for one in members}
    guild = {one.user_id: {"nick": None, "permissions": "0", "roles": list(one.roles)} for one in members}
    return {"resolved": {"users": users, "members": guild}} if members else {}


def _command(command: str, options: dict[str, object], focused: str) -> dict[str, Any]:
    name, *groups = command.split()
    chosen: list[dict[str, Any]] = [
        {
            "name": option,
            "type": _KINDS[type(value)],
            "value": value,
            **({"focused": True} if option == focused else {}),
        }
        for option, value in options.items()
    ]
    for group in reversed(groups):
        chosen = [{"name": group, "type": 1, "options": chosen}]
    return {"id": "1", "name": name, "type": 1, "options": chosen}


class LinkingFiles:
    """A report bucket that only signs links."""

    def __init__(self, links: list[str]) -> None:
        self.links = links

    def link(self, key: str, lifetime: object) -> str:
        recorded.note_files("link", "ReportsBucket")
        self.links.append(key)
        return f"https://files.example/{key}?lifetime={lifetime}"


@contextlib.contextmanager
def playing(
    table: tuple[DynamoDBClient, str], monkeypatch: pytest.MonkeyPatch, *, discord: Discord | None = None
) -> Iterator[Discord]:
    """A Discord whose requests the function accepts, in front of a table."""
    discord = discord or Discord()
    monkeypatch.setenv("DISCORD_PUBLIC_KEY", KEY.verify_key.encode().hex())
    monkeypatch.setenv("DISCORD_APPLICATION_ID", APPLICATION)
    ours = Table(*table, sleep=lambda _: None)
    monkeypatch.setattr(wiring, "table", lambda: ours)
    monkeypatch.setattr(wiring, "files", lambda: LinkingFiles(discord.links))
    monkeypatch.setattr(wiring, "now", lambda: discord.now)
    app._verifier.cache_clear()
    yield discord
    app._verifier.cache_clear()


def content(answer: dict[str, Any]) -> str:
    """The words of an answer, embeds included."""
    data = answer["data"]
    return "\n".join([data.get("content", ""), *(embed["description"] for embed in data.get("embeds", []))])


def buttons(answer: dict[str, Any]) -> dict[str, str]:
    """The custom ids of a message's buttons by their labels."""
    return {
        button["label"]: button["custom_id"] for row in answer["data"]["components"] for button in row["components"]
    }


def field_names(answer: dict[str, Any]) -> list[str]:
    """The names of the fields of a card."""
    return [one["name"] for one in answer["data"]["embeds"][0]["fields"]]
