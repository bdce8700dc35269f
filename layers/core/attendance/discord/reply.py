"""What an interaction is answered with, as values; only the edge turns them into JSON.

Mentions are off in every reply, and what people see of an error or a confirmation is theirs alone (ephemeral) unless a
caller says otherwise. Discord's limits are held here, so no reply is lost to one that is a character too long.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from discord_interactions import InteractionResponseFlags, InteractionResponseType

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

MAX_CONTENT = 2000
MAX_CHOICES = 25
MAX_CHOICE_NAME = 100
_MAX_MODAL_TITLE = 45
TOKEN_LIFETIME = timedelta(minutes=15)
"""https://discord.com/developers/docs/interactions/receiving-and-responding#followup-messages"""
WEBHOOK_READY_WITHIN = timedelta(seconds=30)
"""Right after a deferred answer Discord may not know its own webhook yet (404, 10015): tried again for so long."""
_QUIET = {"parse": list[str]()}
_ROW, _LABEL, _TEXT_INPUT, _STRING_SELECT, _USER_SELECT = 1, 18, 4, 3, 5
MAX_SELECTED = 25


def cut(text: str, limit: int) -> str:
    """Return `text`, or as much of it as fits `limit` characters with an ellipsis."""
    return text if len(text) <= limit else text[: limit - 1] + "\u2026"


class Message(NamedTuple):
    """A new message (type 4), seen by the member alone unless `ephemeral` is False."""

    content: str = ""
    ephemeral: bool = True
    embeds: Sequence[Mapping[str, Any]] = ()
    components: Sequence[Mapping[str, Any]] = ()

    def payload(self) -> dict[str, Any]:
        """The JSON that Discord takes."""
        data: dict[str, Any] = {"allowed_mentions": _QUIET}
        if self.content:  # words that hide a link's address are taken apart: titles and names come from people
            data["content"] = cut(self.content.replace("](", "]\\("), MAX_CONTENT)
        if self.embeds:
            data["embeds"] = list(self.embeds)
        if self.components:
            data["components"] = list(self.components)
        if self.ephemeral:
            data["flags"] = InteractionResponseFlags.EPHEMERAL
        return {"type": InteractionResponseType.CHANNEL_MESSAGE_WITH_SOURCE, "data": data}


class Redraw(NamedTuple):
    """The message under the clicked component, drawn anew (type 7): no REST call, no rate limit."""

    body: Mapping[str, Any]

    def payload(self) -> dict[str, Any]:
        """The JSON that Discord takes."""
        return {"type": InteractionResponseType.UPDATE_MESSAGE, "data": {**self.body, "allowed_mentions": _QUIET}}


class Deferred(NamedTuple):
    """A promise to answer within 15 minutes (type 5); who sees the answer is fixed here."""

    ephemeral: bool = True

    def payload(self) -> dict[str, Any]:
        """The JSON that Discord takes."""
        flags = {"flags": InteractionResponseFlags.EPHEMERAL} if self.ephemeral else {}
        return {"type": InteractionResponseType.DEFERRED_CHANNEL_MESSAGE_WITH_SOURCE, "data": flags}


class Choices(NamedTuple):
    """Suggestions for the option being typed (type 8): pairs of what is shown and what is sent."""

    choices: Iterable[tuple[str, str]] = ()

    def payload(self) -> dict[str, Any]:
        """The JSON that Discord takes."""
        shown = [{"name": cut(name, MAX_CHOICE_NAME), "value": value} for name, value in self.choices]
        kept = [choice for choice in shown if choice["name"].strip() and 0 < len(choice["value"]) <= MAX_CHOICE_NAME]
        return {
            "type": InteractionResponseType.APPLICATION_COMMAND_AUTOCOMPLETE_RESULT,
            "data": {"choices": kept[:MAX_CHOICES]},
        }


class Modal(NamedTuple):
    """A form (type 9) of one to five `text_input` or `select` parts."""

    custom_id: str
    title: str
    parts: Sequence[Mapping[str, Any]]

    def payload(self) -> dict[str, Any]:
        """The JSON that Discord takes."""
        data = {"custom_id": self.custom_id, "title": cut(self.title, _MAX_MODAL_TITLE), "components": list(self.parts)}
        return {"type": InteractionResponseType.MODAL, "data": data}


type Reply = Message | Redraw | Deferred | Choices | Modal


def text_input(
    name: str, label: str, *, limit: int, placeholder: str = "", value: str = "", required: bool = True
) -> dict[str, Any]:
    """Return a labelled line of text that a modal asks for under the custom id `name`."""
    component = {"type": _TEXT_INPUT, "custom_id": name, "style": 1, "min_length": 1, "max_length": limit}
    component |= {} if required else {"required": False, "min_length": 0}
    component |= {"placeholder": placeholder} if placeholder else {}
    component |= {"value": value} if value else {}
    return {"type": _LABEL, "label": label, "component": component}


def text_area(name: str, label: str, *, limit: int, placeholder: str = "") -> dict[str, Any]:
    """Return a labelled field of several lines, at most 4,000 characters, that a modal asks for under `name`."""
    field = text_input(name, label, limit=limit, placeholder=placeholder)
    return {**field, "component": {**field["component"], "style": 2}}


def select(
    name: str, label: str, options: Iterable[tuple[str, str]], *, chosen: Iterable[str] = (), up_to: int = 0
) -> dict[str, Any]:
    """Return a labelled choice among at most 25 pairs (shown, sent); those in `chosen` are selected beforehand.

    One has to be chosen; with `up_to`, none to so many may be.
    """
    selected = set(chosen)
    listed = [
        {"label": cut(shown, MAX_CHOICE_NAME), "value": value, **({"default": True} if value in selected else {})}
        for shown, value in options
    ][:MAX_CHOICES]
    component: dict[str, Any] = {"type": _STRING_SELECT, "custom_id": name, "options": listed}
    if up_to:
        component |= {"min_values": 0, "max_values": min(up_to, len(listed)), "required": False}
    return {"type": _LABEL, "label": label, "component": component}


def user_select(custom_id: str, placeholder: str) -> dict[str, Any]:
    """Return a row of a message in which 1 to 25 members are picked at once."""
    component = {
        "type": _USER_SELECT, "custom_id": custom_id, "placeholder": placeholder, "min_values": 1, "max_values": MAX_SELECTED,
    }  # fmt: skip
    return {"type": _ROW, "components": [component]}
