"""Buttons, selects and modals as a person uses them: what a click or a submit sends."""

from collections.abc import Iterator
from typing import Any, Final

from infra.local.discord.model import Json
from infra.local.discord.options import NotSendable

ACTION_ROW: Final = 1
BUTTON: Final = 2
STRING_SELECT: Final = 3
TEXT_INPUT: Final = 4
USER_SELECT: Final = 5
ROLE_SELECT: Final = 6
MENTIONABLE_SELECT: Final = 7
CHANNEL_SELECT: Final = 8
TEXT_DISPLAY: Final = 10
LABEL: Final = 18
RADIO: Final = 21
CHECKBOX: Final = 23
LINK_STYLE: Final = 5

SELECTS: Final = (STRING_SELECT, USER_SELECT, ROLE_SELECT, MENTIONABLE_SELECT, CHANNEL_SELECT)


def interactive(parts: list[Json]) -> Iterator[Json]:
    """Every button and select of a message, in reading order."""
    for part in parts:
        if part["type"] == BUTTON or part["type"] in SELECTS:
            yield part
        yield from interactive(part.get("components", []))
        if "accessory" in part:
            yield from interactive([part["accessory"]])


def clicked(parts: list[Json], custom_id: str, values: list[str] | None) -> Json:
    """The ``data`` of a click. Raises :class:`NotSendable` for what cannot be clicked so."""
    component = next((one for one in interactive(parts) if one.get("custom_id") == custom_id), None)
    if component is None:
        known = ", ".join(str(one.get("custom_id")) for one in interactive(parts)) or "none"
        raise NotSendable(f"the message has no component {custom_id!r} (it has: {known})")
    if component.get("disabled"):
        raise NotSendable(f"{component.get('label', custom_id)!r} is greyed out")
    data: Json = {"custom_id": custom_id, "component_type": component["type"], "id": component["id"]}
    if component["type"] == BUTTON:
        return data
    return data | {"values": _picked(component, values or [])}


def _picked(component: Json, values: list[str]) -> list[str]:
    fewest, most = component.get("min_values", 1), component.get("max_values", 1)
    if not fewest <= len(values) <= most:
        raise NotSendable(f"{fewest} to {most} values are to be picked, not {len(values)}")
    offered = [one["value"] for one in component.get("options", [])]
    unknown = [one for one in values if component["type"] == STRING_SELECT and one not in offered]
    if unknown:
        raise NotSendable(f"{unknown} are not among the options {offered}")
    return values


def submitted(modal: Json, values: Json) -> Json:
    """The ``data`` of a submitted modal, with ``values`` by custom_id and defaults for the rest."""
    left = dict(values)
    answers = [_answer(part, 100 + 10 * index, left) for index, part in enumerate(modal["components"])]
    if left:
        raise NotSendable(f"the modal {modal['title']!r} has no inputs {sorted(left)}")
    return {"custom_id": modal["custom_id"], "components": answers}


def _answer(part: Json, number: int, values: Json) -> Json:
    shape: Json = {"type": part["type"], "id": part.get("id") or number}
    if part["type"] == LABEL:
        return shape | {"component": _input(part["component"], number + 1, values)}
    if part["type"] == ACTION_ROW:
        return shape | {"components": [_input(one, number + 1, values) for one in part["components"]]}
    return shape


def _input(part: Json, number: int, values: Json) -> Json:
    chosen = [one["value"] for one in part.get("options", []) if one.get("default")]
    empty: Any = {
        TEXT_INPUT: part.get("value") or "",
        RADIO: next(iter(chosen), None),
        CHECKBOX: bool(part.get("default")),
    }.get(part["type"], chosen)
    given = values.pop(part["custom_id"], empty)
    if part["type"] != CHECKBOX and part.get("required", True) and not given:
        raise NotSendable(f"{part['custom_id']!r} is required")
    if part["type"] == TEXT_INPUT:
        low, high = part.get("min_length", 0), part.get("max_length", 4000)
        if given and not low <= len(given) <= high:
            raise NotSendable(f"{part['custom_id']!r} has {len(given)} characters, outside {low} to {high}")
    key = "value" if part["type"] in (TEXT_INPUT, RADIO, CHECKBOX) else "values"
    return {"type": part["type"], "id": part.get("id") or number, "custom_id": part["custom_id"], key: given}
