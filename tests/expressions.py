"""DynamoDB's expressions as far as the store writes them: a text is read once and is then a function of an item.

Every attribute is written `#name` and every value `:name`, as `Table` does it. What DynamoDB calls invalid is `Invalid`.
"""

from __future__ import annotations

import operator
import re
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

type Wire = dict[str, Any]
type Names = Mapping[str, str]
type Values = Mapping[str, Wire]
type Path = tuple[str, ...]
type Operand = Callable[[Wire, Names, Values], Wire | None]
type Test = Callable[[Wire, Names, Values], bool]
type Change = Callable[[Wire, Names, Values], Wire]

_TOKEN = re.compile(r"\s*([#:][A-Za-z0-9_]+|[A-Za-z_]+|<>|<=|>=|[=<>(),.+-])")
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip


class Invalid(Exception):
    """DynamoDB would refuse this as invalid."""


@cache
def used_in(text: str) -> frozenset[str]:
    """The names and values that an expression mentions."""
    return frozenset(re.findall(r"[#:][A-Za-z0-9_]+", text))


@cache
def condition(text: str) -> Test:
    """Read a condition."""
    reader = _Reader(text)
    test = reader.either()
    reader.end()
    return test


@cache
def projection(text: str) -> tuple[str, ...]:
    """The names whose attributes a projection keeps."""
    return tuple(part.strip() for part in text.split(","))


@cache
def update(text: str) -> Change:
    """Read an update; what it computes, it computes from the item as it was."""
    reader = _Reader(text)
    steps: list[tuple[str, Path, Operand | None]] = []
    while reader.left:
        verb = reader.take().upper()
        while True:
            steps.append(reader.step(verb))
            if not reader.skip(","):
                break

    def change(item: Wire, names: Names, values: Values) -> Wire:
        done: list[Path] = []
        changed = item
        for verb, path, operand in steps:
            named = tuple(names[name] for name in path)
            if any(named[: len(other)] == other[: len(named)] for other in done):
                raise Invalid("two document paths overlap with each other")
            done.append(named)
            value = operand(item, names, values) if operand else None
            if operand and value is None:
                raise Invalid("an attribute that the update refers to does not exist in the item")
            if verb == "ADD":
                value = _sum(_at(item, named) or {"N": "0"}, value, 1)
            changed = _put(changed, named, value)
        return changed

    return change


class _Reader:
    """Reads an expression from left to right."""

    def __init__(self, text: str) -> None:
        self.left = _TOKEN.findall(text)
        if "".join(self.left) != re.sub(r"\s", "", text):
            raise Invalid(f"cannot be read: {text}")

    def take(self) -> str:
        if not self.left:
            raise Invalid("the expression ends too early")
        token: str = self.left.pop(0)
        return token

    def skip(self, wanted: str) -> bool:
        """Go past this word or sign, if it is there."""
        if self.left and self.left[0].upper() == wanted:
            self.left.pop(0)
            return True
        return False

    def expect(self, wanted: str) -> None:
        if not self.skip(wanted):
            raise Invalid(f"{wanted} is missing before {self.left[:1]}")

    def end(self) -> None:
        if self.left:
            raise Invalid(f"{self.left[0]} is too much")

    # Conditions

    def either(self) -> Test:
        tests = [self.both()]
        while self.skip("OR"):
            tests.append(self.both())
        return tests[0] if len(tests) == 1 else lambda *given: any(test(*given) for test in tests)

    def both(self) -> Test:
        tests = [self.one()]
        while self.skip("AND"):
            tests.append(self.one())
        return tests[0] if len(tests) == 1 else lambda *given: all(test(*given) for test in tests)

    def one(self) -> Test:
        if self.skip("NOT"):
            test = self.one()
            return lambda *given: not test(*given)
        if self.skip("("):
            test = self.either()
            self.expect(")")
            return test
        if self.left and self.left[0] in _FUNCTIONS:
            return _FUNCTIONS[self.take()](*self.arguments())
        return self.comparison()

    def arguments(self) -> list[Operand]:
        """What stands in parentheses."""
        self.expect("(")
        found = [self.operand()]
        while self.skip(","):
            found.append(self.operand())
        self.expect(")")
        return found

    def comparison(self) -> Test:
        left = self.operand()
        if self.skip("IN"):
            among = self.arguments()
            return lambda *given: any(_equal(left(*given), one(*given)) for one in among)
        if self.skip("BETWEEN"):
            low = self.operand()
            self.expect("AND")
            high = self.operand()
            return lambda *given: _ordered("<=", low, left, given) and _ordered("<=", left, high, given)
        sign = self.take()
        right = self.operand()
        if sign == "=":
            return lambda *given: _equal(left(*given), right(*given))
        if sign == "<>":
            return lambda *given: not _equal(left(*given), right(*given))
        if sign not in _COMPARE:
            raise Invalid(f"{sign} compares nothing")
        return lambda *given: _ordered(sign, left, right, given)

    def operand(self) -> Operand:
        """A path, a value, or what a function makes of them."""
        if not self.left:
            raise Invalid("the expression ends too early")
        if self.left[0][0] == ":":
            name = self.take()
            return lambda _item, _names, values: values[name]
        if self.left[0][0] == "#":
            path = self.path()
            return lambda item, names, _values: _at(item, tuple(names[name] for name in path))
        function = _VALUES.get(self.take())
        if function is None:
            raise Invalid("an attribute is written #name, a value :name")
        given_to = self.arguments()
        return lambda *given: function(*(one(*given) for one in given_to))

    def path(self) -> Path:
        names = [self.take()]
        while self.skip("."):
            names.append(self.take())
        if any(name[0] != "#" for name in names):
            raise Invalid("an attribute is written #name")
        return tuple(names)

    # Updates

    def step(self, verb: str) -> tuple[str, Path, Operand | None]:
        path = self.path()
        if verb == "REMOVE":
            return verb, path, None
        if verb == "SET":
            self.expect("=")
        elif verb != "ADD":
            raise Invalid(f"{verb} is no update")
        value = self.operand()
        for sign, factor in (("+", 1), ("-", -1)):
            if self.skip(sign):
                return verb, path, _summed(value, self.operand(), factor)
        return verb, path, value


def _summed(first: Operand, second: Operand, factor: int) -> Operand:
    return lambda *given: _sum(first(*given), second(*given), factor)


def _sum(first: Wire | None, second: Wire | None, factor: int) -> Wire:
    if first is None or second is None or "N" not in first or "N" not in second:
        raise Invalid("only numbers are added")
    return {"N": number(Decimal(first["N"]) + factor * Decimal(second["N"]))}


def number(value: Decimal) -> str:
    """A number as DynamoDB tells it."""
    return str(int(value)) if value == value.to_integral_value() else format(value.normalize(), "f")


def _at(item: Wire, path: Path) -> Wire | None:
    found: Wire | None = item.get(path[0])
    for name in path[1:]:
        if found is None or "M" not in found:
            return None
        found = found["M"].get(name)
    return found


def _put(item: Wire, path: Path, value: Wire | None) -> Wire:
    """A copy of the item with another value at the path, or without it; what did not change is shared."""
    if len(path) == 1:
        return {**item, path[0]: value} if value is not None else {k: v for k, v in item.items() if k != path[0]}
    inner = item.get(path[0])
    if inner is None or "M" not in inner:
        raise Invalid("the document path provided in the update expression is invalid for update")
    return {**item, path[0]: {"M": _put(inner["M"], path[1:], value)}}


def _plain(wire: Wire) -> Any:
    ((kind, value),) = wire.items()
    return Decimal(value) if kind == "N" else value


def _equal(first: Wire | None, second: Wire | None) -> bool:
    if first is None or second is None:
        return False
    return first == second or (first.keys() == second.keys() == {"N"} and _plain(first) == _plain(second))


def _ordered(sign: str, left: Operand, right: Operand, given: tuple[Any, ...]) -> bool:
    first, second = left(*given), right(*given)
    if first is None or second is None or first.keys() != second.keys() or not first.keys() <= {"S", "N", "B"}:
        return False
    if "S" in first:  # by their bytes
        return _COMPARE[sign](first["S"].encode(), second["S"].encode())
    return _COMPARE[sign](_plain(first), _plain(second))


def _exists(path: Operand) -> Test:
    return lambda *given: path(*given) is not None


def _is_missing(path: Operand) -> Test:
    return lambda *given: path(*given) is None


def _begins(path: Operand, start: Operand) -> Test:
    def test(*given: Any) -> bool:
        found, wanted = path(*given), start(*given)
        return found is not None and "S" in found and found["S"].startswith(wanted["S"])

    return test


def _contains(path: Operand, part: Operand) -> Test:
    def test(*given: Any) -> bool:
        found, wanted = path(*given), part(*given)
        if found is None or wanted is None:
            return False
        if "S" in found:
            return "S" in wanted and wanted["S"] in found["S"]
        return any(_equal(one, wanted) for one in found.get("L", ()))

    return test


def _size(found: Wire | None) -> Wire | None:
    if found is None:
        return None
    value = _plain(found)
    return {"N": str(len(value.encode() if isinstance(value, str) else value))}


def _joined(first: Wire | None, second: Wire | None) -> Wire | None:
    if first is None or second is None:
        return None
    return {"L": [*first["L"], *second["L"]]}


_FUNCTIONS: dict[str, Callable[..., Test]] = {
    "attribute_exists": _exists,
    "attribute_not_exists": _is_missing,
    "begins_with": _begins,
    "contains": _contains,
}
_VALUES: dict[str, Callable[..., Wire | None]] = {
    "if_not_exists": lambda found, default: default if found is None else found,
    "list_append": _joined,
    "size": _size,
}
