"""Messages and answers as a member sees them, for the player and whoever uses it."""

import time
from dataclasses import dataclass

from infra.local import card_picture
from infra.local.card_picture import NameOf
from infra.local.discord import components
from infra.local.discord.model import Json, MessageFlag


class PlayFailed(Exception):
    """Something a member tried did not work; the text says what and why."""


@dataclass(frozen=True)
class Message:
    """A message as its reader sees it. ``json`` is Discord's shape."""

    name_of: NameOf
    json: Json

    @property
    def id(self) -> str:
        """The message's id."""
        return str(self.json["id"])

    @property
    def ephemeral(self) -> bool:
        """Whether only one member sees it."""
        return bool(self.json["flags"] & MessageFlag.EPHEMERAL)

    @property
    def thinking(self) -> bool:
        """Whether it only says that an answer will come."""
        return bool(self.json["flags"] & MessageFlag.LOADING)

    @property
    def text(self) -> str:
        """All its words, mentions and times resolved, without the frame of :meth:`picture`."""
        embeds = self.json["embeds"]
        fields = [part for one in embeds for field in one.get("fields", []) for part in (field["name"], field["value"])]
        parts = [
            self.json["content"],
            *(one.get(key, "") for one in embeds for key in ("title", "description")),
            *fields,
        ]
        parts += [(one.get("footer") or {}).get("text", "") for one in embeds]
        joined = "\n".join(part for part in parts if part)
        return card_picture.plain(joined, self.name_of, time.time())

    def field(self, name: str) -> str:
        """The value of the first embed field whose name contains ``name``."""
        fields = [one for embed in self.json["embeds"] for one in embed.get("fields", [])]
        found = [one["value"] for one in fields if name.lower() in one["name"].lower()]
        if not found:
            raise PlayFailed(f"no field is called {name!r} (there are: {[one['name'] for one in fields]})")
        return card_picture.plain(found[0], self.name_of, time.time())

    def component(self, which: str) -> Json:
        """A button or select by custom_id, label or placeholder."""
        parts = list(components.interactive(self.json["components"]))
        for matches in (str.__eq__, _starts):
            for part in parts:
                names = [str(part.get(key) or "") for key in ("custom_id", "label", "placeholder")]
                if any(matches(name.lower(), which.lower()) for name in names):
                    return part
        known = [part.get("label") or part.get("placeholder") or part.get("custom_id") for part in parts]
        raise PlayFailed(f"the message has no button {which!r} (it has: {known})")

    def has(self, which: str) -> bool:
        """Whether there is such a button or select."""
        try:
            self.component(which)
        except PlayFailed:
            return False
        return True

    def picture(self) -> str:
        """The message in a frame, as a person sees it."""
        return card_picture.render_card(self.json, self.name_of)


def render_card(message: Message) -> str:
    """A text picture of a message: embeds and buttons, names for mentions."""
    return message.picture()


@dataclass(frozen=True)
class Outcome:
    """What came of an act: a message, a modal or choices."""

    name_of: NameOf
    json: Json

    @property
    def message(self) -> Message:
        """The message that the answer made or changed."""
        if "message" not in self.json:
            raise PlayFailed(f"the answer is no message but {self.json['response']}")
        return Message(self.name_of, self.json["message"])

    @property
    def text(self) -> str:
        """The words of that message."""
        return self.message.text

    @property
    def choices(self) -> list[Json]:
        """The suggestions of an autocomplete, ``name`` and ``value``."""
        choices: list[Json] = self.json.get("choices", [])
        return choices

    @property
    def modal(self) -> Json:
        """The modal that the answer opened."""
        if "modal" not in self.json:
            raise PlayFailed(f"the answer opened no modal but said {self.json['response']}")
        modal: Json = self.json["modal"]
        return modal


def _starts(name: str, wanted: str) -> bool:
    return wanted in name
