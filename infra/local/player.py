"""Play members of a guild at the stand-in for Discord.

For the demo, the end-to-end suite and people at a Python prompt::

    guild = Server("http://localhost:4570").guild("Night Watch")
    nia = guild.member("Nia")
    nia.command("attend", code="7421")
    nia.click(guild.channel("raids").card("Raid night"), "Tank")

Everything goes over HTTP: the stand-in signs the interaction and sends it to the application, whose
answer comes back as an :class:`Outcome`. What Discord's client would not send, and what the
application did not answer, is a :class:`PlayFailed` with a sentence.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

import requests

from infra.local.discord.model import ChannelType, Json
from infra.local.player_messages import Message, Outcome, PlayFailed, render_card

__all__ = [
    "Channel",
    "Guild",
    "Member",
    "Message",
    "Named",
    "Outcome",
    "PlayFailed",
    "Server",
    "render_card",
    "wait_for",
]

#: The stand-in itself waits three seconds for the application.
_TIMEOUT_SECONDS: Final = 20.0


class Server:
    """The stand-in at an address."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        self._session = requests.Session()

    def control(self, method: str, name: str, /, **body: Any) -> Any:
        """Call a control route: a query for GET, a JSON body for the rest."""
        url = f"{self.url}/_stand-in/{name}"
        given: Json = {"params": body} if method == "GET" else {"json": body}
        try:
            response = self._session.request(method, url, timeout=_TIMEOUT_SECONDS, **given)
        except requests.RequestException as error:
            raise PlayFailed(f"the stand-in for Discord does not answer at {self.url}: is it running?") from error
        if response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY:
            raise PlayFailed(response.json()["error"])
        if not response.ok:
            raise PlayFailed(f"{method} {url} gave {response.status_code}: {response.text[:200]}")
        return response.json()

    def snapshot(self, viewer: str = "") -> Json:
        """Everything there is; ``viewer`` is a user id whose ephemeral messages are wanted too."""
        snapshot: Json = self.control("GET", "snapshot", **{"as": viewer})
        return snapshot

    def guild(self, name: str) -> "Guild":
        """A guild by name."""
        found = [one for one in self.snapshot()["guilds"] if one["name"] == name]
        if not found:
            raise PlayFailed(f"no guild is called {name!r}")
        return Guild(self, found[0])

    def fail(self, route: str, **failure: Any) -> None:
        """Make the next calls of a route fail: ``times``, ``status``, ``body``, ``delay_seconds``, ``lost``."""
        self.control("POST", "failures", route=route, **failure)

    def checks_spec(self) -> bool:
        """Whether the stand-in has Discord's spec to check by."""
        return bool(self.control("GET", "violations")["checked"])

    def violations(self) -> list[Json]:
        """What the application sent that breaks Discord's spec."""
        violations: list[Json] = self.control("GET", "violations")["violations"]
        return violations

    def requests(self, route: str) -> list[Json]:
        """The requests of one route, ``"POST /channels/{channel_id}/messages"``, oldest first."""
        received: list[Json] = self.control("GET", "requests", route=route)["requests"]
        return received


@dataclass(frozen=True)
class Named:
    """Anything with an id and a name in a guild. Commands take it where they want a user, role or channel."""

    id: str
    name: str


class Guild:
    """A guild. Names are read once, at the start; :meth:`refresh` reads them again."""

    def __init__(self, server: Server, shape: Json) -> None:
        self.server = server
        self.id: str = shape["id"]
        self.name: str = shape["name"]
        self.shape = shape

    def refresh(self) -> None:
        """Read members, roles and channels again."""
        self.shape = self.server.guild(self.name).shape

    @property
    def members(self) -> "list[Member]":
        """Everyone but the bot, in the order in which they joined."""
        return [Member(self, one["id"], one["name"]) for one in self.shape["members"] if not one["bot"]]

    def member(self, name: str) -> "Member":
        """A member by display name."""
        return _only([one for one in self.members if one.name == name], "member", name)

    def role(self, name: str) -> Named:
        """A role by name."""
        roles = [Named(one["id"], one["name"]) for one in self.shape["roles"]]
        return _only([one for one in roles if one.name == name], "role", name)

    def channel(self, name: str) -> "Channel":
        """A channel by name."""
        channels = [Channel(self, one["id"], one["name"]) for one in self.shape["channels"]]
        return _only([one for one in channels if one.name == name], "channel", name)

    @property
    def first_channel(self) -> "Channel":
        """The text channel on top, where members type unless told otherwise."""
        shape = next(one for one in self.shape["channels"] if one["type"] == ChannelType.TEXT)
        return Channel(self, shape["id"], shape["name"])

    def name_of(self, kind: str, wanted: str) -> str:
        """The name behind a mention: ``kind`` is user, role or channel."""
        named: dict[str, list[Json]] = {
            "user": self.shape["members"],
            "role": self.shape["roles"],
            "channel": self.shape["channels"],
        }
        return next((str(one["name"]) for one in named[kind] if one["id"] == wanted), "unknown")


@dataclass(frozen=True)
class Channel:
    """A channel of a guild, or someone's direct messages with the bot."""

    guild: Guild
    id: str
    name: str

    def messages(self, viewer: str = "") -> list[Message]:
        """What is there, oldest first; ``viewer`` sees their ephemeral messages too."""
        found = self.guild.server.control("GET", "messages", channel_id=self.id, **{"as": viewer})
        return [Message(self.guild.name_of, one) for one in found]

    def card(self, title: str) -> Message:
        """The newest message with an embed whose title contains ``title``."""
        for message in reversed(self.messages()):
            if any(title in str(embed.get("title")) for embed in message.json["embeds"]):
                return message
        raise PlayFailed(f"#{self.name} has no card called {title!r}")


@dataclass(frozen=True)
class Member:
    """A member who can do what a person at Discord's client can."""

    guild: Guild
    id: str
    name: str

    def command(self, name: str, /, *, at: Channel | None = None, **options: Any) -> Outcome:
        """Send a slash command, ``"event close"`` for a subcommand, with options by name; ``at`` is where."""
        return self._act("command", at, name=name, options=_values(options))

    def autocomplete(self, name: str, focused: str, typed: str = "", /, **options: Any) -> list[Json]:
        """Type into one option and get the suggestions, ``name`` and ``value`` each."""
        values = _values(options) | {focused: typed}
        return self._act("autocomplete", None, name=name, options=values, focused=focused).choices

    def use(self, name: str, target: "Named | Member | Message") -> Outcome:
        """Run a context-menu command on a member or a message."""
        return self._act("command", None, name=name, target_id=target.id)

    def click(self, message: Message, which: str) -> Outcome:
        """Press a button, named by custom_id or label."""
        return self.select(message, which)

    def select(self, message: Message, which: str, *values: Any) -> Outcome:
        """Pick values in a select, named by custom_id or placeholder; a value may be its label."""
        part = message.component(which)
        by_label = {one["label"]: one["value"] for one in part.get("options", [])}
        picked = [by_label.get(one, one) if isinstance(one, str) else one.id for one in values]
        channel = Channel(self.guild, message.json["channel_id"], "")
        return self._act("component", channel, message_id=message.id, custom_id=part["custom_id"], values=picked)

    def submit_modal(self, **values: Any) -> Outcome:
        """Fill in and send the modal that was opened for this member last, values by custom_id."""
        return self._act("modal", None, values=values)

    def direct_messages(self) -> list[Message]:
        """What the bot wrote to this member in private, oldest first."""
        opened = self.guild.server.snapshot()["direct_channels"]
        channel = next((one for one in opened if one["recipient_id"] == self.id), None)
        return Channel(self.guild, channel["id"], self.name).messages(self.id) if channel else []

    def reread(self, message: Message) -> Message:
        """A message as it is now; fails when it is gone."""
        channel = Channel(self.guild, message.json["channel_id"], "")
        return _only([one for one in channel.messages(self.id) if one.id == message.id], "message", message.id)

    def _act(self, kind: str, at: Channel | None, **data: Any) -> Outcome:
        channel = at or self.guild.first_channel
        body = {"kind": kind, "user_id": self.id, "channel_id": channel.id, "data": data}
        outcome: Json = self.guild.server.control("POST", "interact", **body)
        if outcome["status"] != "answered":
            did = data.get("name") or data.get("custom_id") or kind
            raise PlayFailed(f"{self.name} got no answer to {did!r}: {outcome['error']}")
        return Outcome(self.guild.name_of, outcome)


def wait_for[T](look: Callable[[], T | None], timeout: float, what: str, pause: float = 0.5) -> T:
    """Look again and again until there is something (truthy); :class:`PlayFailed` after ``timeout`` seconds."""
    ends = time.monotonic() + timeout
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() >= ends:
            raise PlayFailed(f"waited {timeout:g} s for {what}, in vain")
        time.sleep(pause)


def _values(options: Json) -> Json:
    return {name: getattr(value, "id", value) for name, value in options.items() if value is not None}


def _only[T](found: list[T], kind: str, name: str) -> T:
    if not found:
        raise PlayFailed(f"no {kind} is called {name!r}")
    return found[0]
