"""Tells Discord the application's commands: all at once, and only where they differ from what it has.

Discord answers a list of commands with more than was put: ids, versions, localised names, defaults written out. So both
sides are reduced to what matters before they are compared; otherwise each deployment would register anew, and members
would see commands reload (https://discord.com/developers/docs/interactions/application-commands).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import requests

from attendance.discord.user_agent import user_agent

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

TIMEOUT: Final = 15.0
_GUILDS_A_PAGE: Final = 200

# Made by Discord; never put.
_DISCORDS_OWN: Final = frozenset(
    {"id", "application_id", "guild_id", "version", "name_localized", "description_localized", "dm_permission"}
)
# Filled in by Discord from the application's settings where a command does not say.
_OF_THE_APPLICATION: Final = ("contexts", "integration_types")


class DiscordRefused(Exception):
    """Discord did not accept a request; the message has its status and answer, never the token."""


class Application:
    """One application at Discord, spoken to with its bot token."""

    def __init__(self, api_url: str, application_id: str, bot_token: str) -> None:
        self._api_url = api_url.rstrip("/")
        self._application_id = application_id
        self._session = requests.Session()
        self._session.headers.update({"Authorization": f"Bot {bot_token}", "User-Agent": user_agent(application_id)})

    def _call(self, method: str, path: str, **more: Any) -> Any:
        try:
            answer = self._session.request(method, f"{self._api_url}{path}", timeout=TIMEOUT, **more)
        except requests.RequestException as failure:
            raise DiscordRefused(f"{method} {path}: Discord cannot be reached ({type(failure).__name__}).") from failure
        if not answer.ok:
            raise DiscordRefused(f"{method} {path}: Discord answered {answer.status_code}: {answer.text[:1500]}")
        return answer.json()

    def register(self, commands: Sequence[dict[str, Any]]) -> bool:
        """Make Discord's global commands these. Returns whether anything had to be put.

        Raises DiscordRefused.
        """
        if self.has(commands):
            return False
        self._call("PUT", f"/applications/{self._application_id}/commands", json=list(commands))
        return True

    def has(self, commands: Sequence[dict[str, Any]]) -> bool:
        """Whether Discord's global commands are these. Raises DiscordRefused."""
        path = f"/applications/{self._application_id}/commands"
        return same_commands(commands, self._call("GET", path, params={"with_localizations": "true"}))

    def read(self) -> dict[str, Any]:
        """What Discord knows of the application. Raises DiscordRefused."""
        found: dict[str, Any] = self._call("GET", "/applications/@me")
        return found

    def guilds(self) -> Iterator[dict[str, Any]]:
        """Yield the guilds that the bot is in, with its permissions there (a number as text). Raises DiscordRefused."""
        after = "0"
        while page := self._call("GET", "/users/@me/guilds", params={"limit": _GUILDS_A_PAGE, "after": after}):
            yield from page
            if len(page) < _GUILDS_A_PAGE:
                return
            after = page[-1]["id"]

    def verify(self, endpoint: str) -> None:
        """Have Discord send a signed PING, and one with a wrong signature, to the address that it has already.

        Raises DiscordRefused where the answers are not those that it asks for.
        """
        self._call("PATCH", "/applications/@me", json={"interactions_endpoint_url": endpoint})

    def receive_at(self, public_url: str) -> None:
        """Make Discord send interactions and webhook events to this address, which it verifies at once.

        Raises DiscordRefused.
        """
        wanted = {
            "interactions_endpoint_url": f"{public_url}/discord/interactions",
            "event_webhooks_url": f"{public_url}/discord/events",
            "event_webhooks_status": 2,  # enabled
            "event_webhooks_types": ["APPLICATION_AUTHORIZED", "APPLICATION_DEAUTHORIZED"],
        }
        current = self.read()
        if any(current.get(name) != value for name, value in wanted.items()):
            self._call("PATCH", "/applications/@me", json=wanted)


def same_commands(ours: Sequence[dict[str, Any]], theirs: Sequence[dict[str, Any]]) -> bool:
    """Whether Discord's list says the same as ours, in whatever order and with whatever it adds."""
    if len(ours) != len(theirs):
        return False
    registered = {(command.get("type", 1), command["name"]): command for command in theirs}
    for command in ours:
        match = registered.get((command.get("type", 1), command["name"]))
        if match is None:
            return False
        left_open = {key for key in _OF_THE_APPLICATION if key not in command}
        if _canonical(command) != _canonical({key: value for key, value in match.items() if key not in left_open}):
            return False
    return True


def _canonical(command: dict[str, Any]) -> Any:
    return _reduced({"type": 1, **command})


def _reduced(value: Any) -> Any:
    """A value without Discord's own keys and without what means the same as nothing: null, false, empty."""
    if isinstance(value, list):
        return [_reduced(element) for element in value]
    if not isinstance(value, dict):
        return value
    reduced = {key: _reduced(element) for key, element in value.items() if key not in _DISCORDS_OWN}
    return {
        key: element
        for key, element in reduced.items()
        if not (element is None or element is False or element in ({}, [], ""))
    }
