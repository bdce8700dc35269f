"""What the demo's steps share: the people, the event, and how a step says what it expected."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from infra.local.player import Channel, Guild, Member, Message, PlayFailed, Server, wait_for
from infra.local.progress import Progress

GUILD: Final = "Night Watch"
OWNER: Final = "Vera"
OFFICER: Final = "Marek"
OFFICER_ROLE: Final = "Officer"
CHANNEL: Final = "raids"
ROLES: Final = "Tank 2, Healer 2-3, DPS 6"

#: How long a change may take to show up by way of the stream and the queues.
SOON_SECONDS: Final = 30.0


class NotAsExpected(Exception):
    """A step went otherwise than it should; says what was expected and what was seen."""

    def __init__(self, what: str, expected: object, seen: object) -> None:
        super().__init__(f"{what}\n  expected: {expected}\n  seen:     {seen}")


def expect(what: str, expected: object, seen: object) -> None:
    """Fail the step unless both are equal."""
    if expected != seen:
        raise NotAsExpected(what, expected, seen)


def expect_words(what: str, text: str, *words: str) -> None:
    """Fail the step unless a text holds each of the words, whatever their case."""
    missing = [word for word in words if word.lower() not in text.lower()]
    if missing:
        raise NotAsExpected(what, f"a text with {', '.join(map(repr, words))}", text)


@dataclass
class Night:
    """One raid night. ``tag`` keeps its names apart from those of other runs."""

    server: Server
    guild: Guild
    progress: Progress
    tag: str
    violations_before: int = 0

    @classmethod
    def at(cls, discord_url: str, tag: str, progress: Progress) -> "Night":
        """The night in the demo guild of a stand-in; :class:`PlayFailed` where there is none."""
        server = Server(discord_url)
        return cls(server, server.guild(GUILD), progress, tag, len(server.violations()))

    @property
    def title(self) -> str:
        """The event's title."""
        return f"Raid night {self.tag}"

    @property
    def preset(self) -> str:
        """The preset's name."""
        return f"Night raid {self.tag}"

    @property
    def channel(self) -> Channel:
        """Where the card is."""
        return self.guild.channel(CHANNEL)

    @property
    def officer(self) -> Member:
        """Who plans."""
        return self.guild.member(OFFICER)

    def member(self, name: str) -> Member:
        """Somebody of the guild."""
        return self.guild.member(name)

    def card(self) -> Message:
        """The event's card as it is now; a reminder of the event is no card."""
        for message in reversed(self.channel.messages()):
            titles = [str(embed.get("title")).removeprefix("Closed: ") for embed in message.json["embeds"]]
            if self.title in titles:
                return message
        raise PlayFailed(f"#{CHANNEL} has no card called {self.title!r}")

    def event_option(self, command: str) -> str:
        """The value that a command's autocomplete gives for tonight's event."""
        choices = self.officer.autocomplete(command, "event", self.title)
        found = [one["value"] for one in choices if self.title in one["name"]]
        if not found:
            raise NotAsExpected(f"autocomplete of /{command} event", f"a choice with {self.title!r}", choices)
        return str(found[0])

    def seated(self) -> dict[str, list[str]]:
        """Role -> the names on the card, in their order; roles without anyone are left out."""
        fields = [field for embed in self.card().json["embeds"] for field in embed["fields"]]
        named = {field["name"].split()[0]: self.card_names(field["name"]) for field in fields}
        return {role: names for role, names in named.items() if names}

    def card_names(self, field: str) -> list[str]:
        """The members whom a field of the card names, in its order."""
        lines = self.card().field(field).splitlines()
        return [line.partition("@")[2].partition(" (")[0] for line in lines if "@" in line]

    def waits_for[T](self, look: Callable[[], T | None], what: str, timeout: float = SOON_SECONDS) -> T:
        """Wait until ``look`` finds something; a missing thing on the way counts as not yet."""

        def patient() -> T | None:
            try:
                return look()
            except PlayFailed:
                return None

        return wait_for(patient, timeout, what)

    def say(self, text: str) -> None:
        """Tell the person at the terminal."""
        self.progress.say(text)

    def show(self, text: str) -> None:
        """Print something to look at, set off from the progress."""
        print("\n".join(f"      {line}" for line in text.splitlines()), flush=True)


@dataclass(frozen=True)
class Step:
    """A named part of the night; ``run`` raises when it goes wrong."""

    name: str
    run: Callable[[Night], None]


def addresses(state: Path) -> dict[str, Any]:
    """The running stack's addresses; FileNotFoundError when none runs with this state."""
    found: dict[str, Any] = json.loads((state / "stack.json").read_text(encoding="utf-8"))
    return found
