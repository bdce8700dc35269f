"""Examples for API_DOCS.md, made from the contract's own schemas: what they show is what the API takes and answers."""

from __future__ import annotations

import json
import re
from typing import Any, Final

PATH_VALUES: Final = {"guild_id": "81384788765712384"}
ID: Final = "k3q8zt5v9wxn2m4c"
MOMENT: Final = "2026-12-01T19:00:00Z"
_NOTHING: Final[tuple[Any, ...]] = ("", [], [""], None)
"""What says nothing in an example, where it may be left out."""
ETAG: Final = '"3-9f86d081884c7d65"'
KEY: Final = "6f1f4c1e-8f0a-4c55-9f4e-2f6f0b6f5d1c"


def request_of(method: str, path: str, operation: dict[str, Any], schemas: dict[str, Any]) -> str:
    """Return an example request as it goes over the wire, without the headers that every client sends."""
    lines = [
        f"{method.upper()} {re.sub(r'{(\w+)}', lambda match: PATH_VALUES.get(match[1], ID), path)}{_query(operation)}"
    ]
    if operation.get("security"):
        lines.append("Authorization: Bearer <access token>")
    if any(one["name"] == "Idempotency-Key" for one in operation.get("parameters", ())):
        lines.append(f"Idempotency-Key: {KEY}")
    if any(one["name"] == "If-Match" for one in operation.get("parameters", ())):
        lines.append(f"If-Match: {ETAG}")
    if body := operation.get("requestBody"):
        [media] = body["content"].items()
        lines += [f"Content-Type: {media[0]}", "", _text(example_of(media[1]["schema"], schemas))]
    return "\n".join(lines)


def answer_of(operation: dict[str, Any], schemas: dict[str, Any]) -> str | None:
    """Return the example of an operation's good answer, or None when it has no body."""
    good = next(answer for status, answer in sorted(operation["responses"].items()) if status < "400")
    for media in good.get("content", {}).values():
        if media.get("schema"):
            return _text(example_of(media["schema"], schemas))
    return None


def example_of(schema: dict[str, Any], schemas: dict[str, Any]) -> Any:
    """Return a value that the schema describes; its own example where it has one."""
    if "$ref" in schema:
        return example_of(schemas[schema["$ref"].rpartition("/")[2]], schemas)
    if "examples" in schema:
        return schema["examples"][0]
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    if alternatives := schema.get("anyOf"):
        return example_of(alternatives[0], schemas)
    if schema.get("type") == "object":
        fields = schema.get("properties", {})
        found = {
            name: example_of(one, schemas) for name, one in fields.items() if "default" not in one or "examples" in one
        }
        required = schema.get("required", ())
        return {name: value for name, value in found.items() if value not in _NOTHING or name in required}
    if schema.get("type") == "array":
        return [example_of(schema.get("items", {}), schemas)]
    return _plain(schema)


def _plain(schema: dict[str, Any]) -> Any:
    if schema.get("format") == "date-time":
        return MOMENT
    return {"integer": 1, "number": 1, "boolean": False, "string": "", "null": None}.get(str(schema.get("type")))


def _query(operation: dict[str, Any]) -> str:
    needed = [one for one in operation.get("parameters", ()) if one["in"] == "query" and one.get("required")]
    return (
        "?" + "&".join(f"{one['name']}={one['schema'].get('examples', ['…'])[0]}" for one in needed) if needed else ""
    )


def _text(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)
