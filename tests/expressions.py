"""DynamoDB's condition and update expressions, as far as `storage` writes them, compiled once to functions of an item.

condition := any | any := all ("OR" all)* | all := one ("AND" one)*
one       := "NOT" one | "(" any ")" | function | operand (comparison operand | "BETWEEN" .. "AND" .. | "IN" (..))
operand   := path | :value | size(path)
update    := ("SET" path = sum, ... | "REMOVE" path, ... | "ADD" path :value, ...)*
sum       := term (("+" | "-") term)*        term := if_not_exists(path, sum) | list_append(sum, sum) | path | :value
"""

from __future__ import annotations

import copy
import operator
import re
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

type Wire = dict[str, Any]
type Names = dict[str, str]
type Of = Callable[[Wire, Names, Wire], Any]

_TOKEN = re.compile(r"\s*(#\w+(?:\.#\w+)*|:\w+|[A-Za-z_]+|<>|<=|>=|[=<>(),+-])")
_COMPARISONS = {
    "=": operator.eq, "<>": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
_CLAUSES = ("SET", "REMOVE", "ADD")


class _Reader:
    def __init__(self, text: str) -> None:
        self._tokens = _TOKEN.findall(text)
        if "".join(self._tokens) != re.sub(r"\s", "", text):
            raise ValueError(f"not an expression that is known here: {text}")
        self._at = 0

    def peek(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def take(self, expected: str = "") -> str:
        token = self.peek()
        if expected and token != expected:
            raise ValueError(f"{expected} instead of {token!r}")
        self._at += 1
        return token

    def takes(self, token: str) -> bool:
        """Take the token if it comes next."""
        if self.peek() != token:
            return False
        self._at += 1
        return True


@cache
def compiled_condition(text: str) -> Callable[[Wire, Names, Wire], bool]:
    """Return the condition as a function of an item, its names and values."""
    reader = _Reader(text)
    found = _any(reader)
    if reader.peek():
        raise ValueError(f"more than a condition: {text}")
    return found


def _any(reader: _Reader) -> Of:
    parts = [_all(reader)]
    while reader.takes("OR"):
        parts.append(_all(reader))
    return parts[0] if len(parts) == 1 else lambda item, names, values: any(one(item, names, values) for one in parts)


def _all(reader: _Reader) -> Of:
    parts = [_one(reader)]
    while reader.takes("AND"):
        parts.append(_one(reader))
    return parts[0] if len(parts) == 1 else lambda item, names, values: all(one(item, names, values) for one in parts)


def _one(reader: _Reader) -> Of:
    if reader.takes("NOT"):
        wrong = _one(reader)
        return lambda item, names, values: not wrong(item, names, values)
    if reader.takes("("):
        found = _any(reader)
        reader.take(")")
        return found
    if reader.peek() in _TESTS:
        test = _TESTS[reader.take()]
        arguments = _arguments(reader)
        return lambda item, names, values: test(*(one(item, names, values) for one in arguments))
    left = _operand(reader)
    if reader.takes("BETWEEN"):
        low = _operand(reader)
        reader.take("AND")
        high = _operand(reader)
        return lambda *about: (
            _ordered(operator.le, low(*about), left(*about)) and _ordered(operator.le, left(*about), high(*about))
        )
    if reader.takes("IN"):
        several = _arguments(reader)
        return lambda *about: any(_ordered(operator.eq, left(*about), one(*about)) for one in several)
    compare = _COMPARISONS[reader.take()]
    right = _operand(reader)
    return lambda *about: _ordered(compare, left(*about), right(*about))


def _ordered(compare: Callable[[Any, Any], bool], left: Wire | None, right: Wire | None) -> bool:
    """Compare two values in wire form; what is missing, or of another type, is unequal and in no order."""
    if left is None or right is None or left.keys() != right.keys():
        return compare is operator.ne
    ((kind, one),), ((_, other),) = left.items(), right.items()
    return compare(float(one), float(other)) if kind == "N" else compare(one, other)


def _begins(value: Wire | None, beginning: Wire) -> bool:
    return value is not None and value.get("S", "").startswith(beginning["S"])


def _contains(value: Wire | None, part: Wire) -> bool:
    if value is None:
        return False
    return part in value["L"] if "L" in value else "S" in value and part["S"] in value["S"]


_TESTS: dict[str, Callable[..., bool]] = {
    "attribute_exists": lambda value: value is not None,
    "attribute_not_exists": lambda value: value is None,
    "begins_with": _begins,
    "contains": _contains,
}


def _arguments(reader: _Reader) -> list[Of]:
    reader.take("(")
    found = [_operand(reader)]
    while reader.takes(","):
        found.append(_operand(reader))
    reader.take(")")
    return found


def _operand(reader: _Reader) -> Of:
    token = reader.take()
    if token == "size":
        (inner,) = _arguments(reader)
        return lambda *about: _size(inner(*about))
    if token.startswith(":"):
        return lambda _item, _names, values: values[token]
    path = token.split(".")
    if not token.startswith("#"):
        raise ValueError(f"no operand: {token}")
    return lambda item, names, _values: _at(item, [names[one] for one in path])


def _size(value: Wire | None) -> Wire | None:
    return None if value is None else {"N": str(len(next(iter(value.values()))))}


def _at(item: Wire, path: list[str]) -> Wire | None:
    found: Wire | None = {"M": item}
    for name in path:
        found = found["M"].get(name) if found and "M" in found else None
    return found


@cache
def compiled_update(text: str) -> Callable[[Wire, Names, Wire], Wire]:
    """Return the update as a function of an item, its names and values that returns the item after it.

    What it returns raises KeyError and ValueError for what DynamoDB refuses as invalid.
    """
    reader, changes = _Reader(text), list[tuple[str, list[str], Of]]()
    while clause := reader.take() if reader.peek() in _CLAUSES else "":
        while True:
            path = reader.take().split(".")
            if clause == "SET":
                reader.take("=")
            changes.append((clause, path, _nothing if clause == "REMOVE" else _sum(reader)))
            if not reader.takes(","):
                break
    if reader.peek() or not changes:
        raise ValueError(f"not an update that is known here: {text}")
    return lambda item, names, values: _changed(changes, item, names, values)


def _changed(changes: list[tuple[str, list[str], Of]], item: Wire, names: Names, values: Wire) -> Wire:
    after = copy.deepcopy(item)
    for clause, path, value in changes:
        *outer, last = (names[one] for one in path)
        holder = after
        for name in outer:
            holder = holder[name]["M"]
        if clause == "REMOVE":
            holder.pop(last, None)
        elif clause == "ADD":
            holder[last] = _number(operator.add, holder.get(last) or {"N": "0"}, value(item, names, values))
        else:
            found = value(item, names, values)
            if found is None:
                raise ValueError(f"there is no such attribute to set {last} to")
            holder[last] = copy.deepcopy(found)
    return after


def _nothing(*_about: Any) -> None:
    return None


def _sum(reader: _Reader) -> Of:
    found = _term(reader)
    while reader.peek() in ("+", "-"):
        found = _calculated(operator.add if reader.take() == "+" else operator.sub, found, _term(reader))
    return found


def _calculated(calculate: Callable[[Any, Any], Any], left: Of, right: Of) -> Of:
    return lambda *about: _number(calculate, left(*about), right(*about))


def _number(calculate: Callable[[Any, Any], Any], left: Wire | None, right: Wire | None) -> Wire:
    if left is None or right is None:
        raise ValueError("there is no such number")
    numbers = [float(one["N"]) if "." in one["N"] else int(one["N"]) for one in (left, right)]
    return {"N": repr(calculate(*numbers))}


def _term(reader: _Reader) -> Of:
    if reader.peek() not in ("if_not_exists", "list_append"):
        return _operand(reader)
    function = reader.take()
    reader.take("(")
    first = _sum(reader)
    reader.take(",")
    second = _sum(reader)
    reader.take(")")
    if function == "list_append":
        return lambda *about: {"L": [*first(*about)["L"], *second(*about)["L"]]}
    return lambda *about: second(*about) if (found := first(*about)) is None else found
