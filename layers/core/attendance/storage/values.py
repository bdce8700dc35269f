"""Python values to DynamoDB's wire form and back.

boto3's own serialiser goes through Decimal and dispatches by method name; it took most of 42 ms for an event of 1,000
members. The table holds only str, int, float, bool, None, bytes, lists and maps, so a direct mapping does it.
"""

from __future__ import annotations

from binascii import a2b_base64
from typing import Any

type Value = str | int | float | bool | bytes | list[Value] | dict[str, Value] | None
type Item = dict[str, Any]


def to_wire(value: object) -> dict[str, Any]:
    """Return the wire form of one value; raises TypeError for a type that the table does not hold."""
    match value:
        case str():
            return {"S": value}
        case bool():
            return {"BOOL": value}
        case int() | float():
            return {"N": repr(value)}
        case None:
            return {"NULL": True}
        case bytes():
            return {"B": value}
        case dict():
            return {"M": {str(key): to_wire(inner) for key, inner in value.items()}}
        case list() | tuple():
            return {"L": [to_wire(inner) for inner in value]}
    raise TypeError(f"{type(value).__name__} is not stored in the table")


def item_to_wire(item: Item) -> dict[str, Any]:
    """Return an item's wire form; attributes that are None are left out, so that sparse indexes stay sparse."""
    return {name: to_wire(value) for name, value in item.items() if value is not None}


def from_wire(wire: dict[str, Any]) -> Any:
    """Return the Python value of a wire form, as DynamoDB and its streams send it: binary values may be base64 text."""
    ((kind, value),) = wire.items()
    if kind == "N":
        return int(value) if value.lstrip("-").isdigit() else float(value)
    if kind == "M":
        return _map_from_wire(value)
    if kind == "L":
        return [from_wire(inner) for inner in value]
    if kind == "B":
        return a2b_base64(value) if isinstance(value, str) else value
    if kind == "NULL":
        return None
    return value


def _map_from_wire(wire: dict[str, Any]) -> dict[str, Any]:
    """Return a map. The large ones, by member, hold texts only or whole numbers only: those are read in one go."""
    try:
        return {name: inner["S"] for name, inner in wire.items()}
    except KeyError:
        pass
    try:
        return {name: int(inner["N"]) for name, inner in wire.items()}
    except (KeyError, ValueError):
        return item_from_wire(wire)


def item_from_wire(wire: dict[str, Any]) -> Item:
    """Return the item of a wire form."""
    return {name: from_wire(value) for name, value in wire.items()}
