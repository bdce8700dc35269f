"""Reading what was exported, here or elsewhere: JSON that a stranger wrote, made safe before any rule looks at it."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from attendance.errors import Invalid

MAX_DEPTH = 20


def read_json(text: str, *, field: str) -> Any:
    """Return the JSON in `text`; raises `Invalid` naming `field`, saying where it stops being JSON."""
    bare = text.strip().removeprefix("```json").strip("`\n ")  # as copied out of a message
    try:
        return mended(json.loads(bare, parse_constant=_no_number))
    except json.JSONDecodeError as error:
        raise Invalid(
            f"This is not JSON: {error.msg} in line {error.lineno}, column {error.colno}. Paste the export whole, "
            "braces included.",
            field=field,
            code="not_json_at",
            line=error.lineno,
            column=error.colno,
        ) from error
    except (ValueError, RecursionError) as error:
        raise Invalid(
            "This is not JSON that I read. Paste the export whole, braces included.", field=field, code="not_json"
        ) from error


def mended(value: Any, depth: int = MAX_DEPTH) -> Any:
    """Return JSON's values with halves of surrogate pairs replaced: they fit no answer and no table.

    Raises `Invalid` (field `body`) for more than 20 levels.
    """
    if depth < 0:
        raise Invalid(
            f"This is nested deeper than {MAX_DEPTH} levels: no export is.",
            field="body",
            code="nested_too_deep",
            most=MAX_DEPTH,
        )
    match value:
        case str():
            return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        case dict():
            return {mended(key, depth): mended(inner, depth - 1) for key, inner in value.items()}
        case list():
            return [mended(inner, depth - 1) for inner in value]
    return value


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is not JSON")
