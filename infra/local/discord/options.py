"""What a person types into a slash command, turned into the options of a payload.

Discord's client checks a command against its definition before it sends anything: required
options, choices, lengths, ranges. So does this module, and what the client would not send is a
:class:`NotSendable`: a server never sees it (though a hostile sender may still forge it).
"""

from collections.abc import Callable
from enum import IntEnum
from typing import Any, Final

from infra.local.discord.model import Json


class OptionType(IntEnum):
    """The option types of Discord's commands."""

    SUB_COMMAND = 1
    SUB_COMMAND_GROUP = 2
    STRING = 3
    INTEGER = 4
    BOOLEAN = 5
    USER = 6
    CHANNEL = 7
    ROLE = 8
    MENTIONABLE = 9
    NUMBER = 10
    ATTACHMENT = 11


GROUPS: Final = (OptionType.SUB_COMMAND, OptionType.SUB_COMMAND_GROUP)
_LONGEST_STRING: Final = 6000


class NotSendable(Exception):
    """What Discord's client would not let a person send; the text says why."""


def leaf_of(definition: Json, path: list[str]) -> list[tuple[Json, str]]:
    """The groups and subcommand that ``path`` names, outermost first, each with its name."""
    found: list[tuple[Json, str]] = []
    node = definition
    for name in path:
        children = [one for one in node.get("options", []) if one["type"] in GROUPS]
        node = next((one for one in children if one["name"] == name), {})
        if not node:
            known = ", ".join(one["name"] for one in children) or "none"
            raise NotSendable(f"/{definition['name']} has no subcommand {name!r} (it has: {known})")
        found.append((node, name))
    if any(one["type"] in GROUPS for one in node.get("options", [])):
        known = ", ".join(one["name"] for one in node["options"])
        raise NotSendable(f"/{definition['name']} needs one of its subcommands: {known}")
    return found


def nested(definition: Json, path: list[str], values: Json, focused: str | None = None) -> list[Json]:
    """The ``options`` of a command payload; ``focused`` names the one being typed (autocomplete)."""
    levels = leaf_of(definition, path)
    leaf = levels[-1][0] if levels else definition
    options = _filled(leaf, values, focused)
    for level, name in reversed(levels):
        options = [{"name": name, "type": level["type"], "options": options}]
    return options


def leaves(options: list[Json]) -> list[Json]:
    """The options that hold values, however deep."""
    return [
        leaf
        for option in options
        for leaf in (leaves(option.get("options", [])) if option["type"] in GROUPS else [option])
    ]


def _filled(leaf: Json, values: Json, focused: str | None) -> list[Json]:
    known = {one["name"]: one for one in leaf.get("options", [])}
    for name in (*values, *([focused] if focused else [])):
        if name not in known:
            raise NotSendable(f"{leaf['name']!r} has no option {name!r} (it has: {', '.join(known) or 'none'})")
    filled: list[Json] = []
    for name, option in known.items():
        if name == focused:
            # The value being typed is text, whatever the option's type, and is not checked.
            typed = str(values.get(name, ""))
            filled.append({"name": name, "type": option["type"], "value": typed, "focused": True})
        elif name in values and values[name] is not None:
            filled.append({"name": name, "type": option["type"], "value": _checked(option, values[name])})
        elif option.get("required") and focused is None:
            raise NotSendable(f"the option {name!r} of {leaf['name']!r} is required")
    return filled


def _checked(option: Json, value: Any) -> Any:
    try:
        given = _CONVERT.get(option["type"], str)(value)
    except (TypeError, ValueError) as error:
        raise NotSendable(f"{option['name']!r} does not take {value!r}") from error
    choices = [choice["value"] for choice in option.get("choices") or []]
    if choices and given not in choices:
        raise NotSendable(f"{option['name']!r} is one of {choices}, not {given!r}")
    size = len(given) if isinstance(given, str) else given
    unit = "length" if isinstance(given, str) else "value"
    low, high = option.get(f"min_{unit}"), option.get(f"max_{unit}")
    high = _LONGEST_STRING if high is None and isinstance(given, str) else high
    if (low is not None and size < low) or (high is not None and size > high):
        raise NotSendable(f"the {unit} of {option['name']!r} is {size}, outside {low} to {high}")
    return given


def _boolean(value: Any) -> bool:
    known = {"true": True, "false": False}
    if str(value).lower() not in known:
        raise ValueError(value)
    return known[str(value).lower()]


_CONVERT: Final[dict[int, Callable[[Any], Any]]] = {
    OptionType.INTEGER: int,
    OptionType.NUMBER: float,
    OptionType.BOOLEAN: _boolean,
}
