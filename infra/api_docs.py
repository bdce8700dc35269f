"""`make docs`: writes API_DOCS.md from the API's own OpenAPI document, so that the two cannot differ.

    python -m infra.api_docs            writes the file
    python -m infra.api_docs --check    changes nothing; fails where the file is not what would be written

What OpenAPI cannot say (signing in, conventions, the WebSocket) stands in api_guide.md beside this file.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from attendance.domain import limits
from dashboard.app import app
from infra.api_examples import answer_of, request_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

FILE: Final = Path(__file__).parents[1] / "API_DOCS.md"
GUIDE: Final = Path(__file__).parent / "api_guide.md"
_PLACE: Final = re.compile(r"\{\{(\w+)\}\}")
METHODS: Final = ("get", "post", "put", "patch", "delete")

# Answers that every operation may give: said once, not with each of them.
COMMON: Final = ("400", "404", "406", "413", "415", "422", "429", "500", "503")


def render(contract: dict[str, Any]) -> str:
    """The whole document as Markdown: the guide, with what the contract says in its places."""
    schemas = contract["components"]["schemas"]
    told = {
        "description": contract["info"]["description"].strip(),
        "statuses": _statuses(contract),
        "operations": "\n".join(_operations(contract)).strip(),
        "shapes": "\n".join(_shape(name, schema) for name, schema in sorted(schemas.items())).strip(),
        "user_pace": limits.USER_REQUESTS_A_MINUTE,
        "guild_pace": limits.GUILD_REQUESTS_A_MINUTE,
        "analytics_pace": limits.ANALYTICS_REQUESTS_A_MINUTE,
        "sign_in_pace": limits.SIGN_IN_REQUESTS_A_MINUTE,
        "body_limit": limits.MAX_BODY_BYTES // 1024,
        "import_limit": f"{limits.MAX_IMPORT_BYTES // 1024**2} MB",
    }
    return _PLACE.sub(lambda match: str(told[match[1]]), GUIDE.read_text(encoding="utf-8"))


def _operations(contract: dict[str, Any]) -> Iterator[str]:
    by_tag: dict[str, list[str]] = {}
    for path, operations in contract["paths"].items():
        for method in METHODS:
            if method in operations:
                operation = operations[method]
                text = _operation(method, path, operation, contract["components"]["schemas"])
                by_tag.setdefault(operation["tags"][0], []).append(text)
    for tag, texts in by_tag.items():
        yield f"## {tag}: the routes\n"
        yield from texts


def _statuses(contract: dict[str, Any]) -> str:
    """A table of every status that an operation answers a problem with."""
    operations = [one for path in contract["paths"].values() for method, one in path.items() if method in METHODS]
    meanings = {
        status: (answer["description"], "any" if status in COMMON else "where it says so")
        for operation in operations
        for status, answer in operation["responses"].items()
        if status >= "400"
    }
    return _table(
        ("status", "meaning", "routes"), ((status, *told) for status, told in sorted(meanings.items()))
    ).strip()


def _operation(method: str, path: str, operation: dict[str, Any], schemas: dict[str, Any]) -> str:
    lines = [f"### {operation['summary']}\n", f"`{method.upper()} {path}`\n"]
    if description := operation.get("description", "").strip():
        lines.append(description + "\n")
    if operation.get("security"):
        lines.append("Needs `Authorization: Bearer <access token>`.\n")
    if parameters := operation.get("parameters"):
        lines.append(_table(("parameter", "in", "type", "meaning"), map(_parameter, parameters)))
    if body := operation.get("requestBody"):
        lines.append(f"Body: {_content(body['content'])}\n")
    lines.append(_table(("status", "answer"), _answers(operation["responses"])))
    lines.append(f"```http\n{request_of(method, path, operation, schemas)}\n```\n")
    if answer := answer_of(operation, schemas):
        lines.append(f"```json\n{answer}\n```\n")
    return "\n".join(lines)


def _parameter(parameter: dict[str, Any]) -> tuple[str, ...]:
    name = f"`{parameter['name']}`" + ("" if parameter.get("required") else " (optional)")
    return name, parameter["in"], _type(parameter["schema"]), parameter.get("description", "")


def _answers(responses: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for status, answer in sorted(responses.items()):
        if status in COMMON:
            continue
        headers = ", ".join(f"`{name}`" for name in answer.get("headers", {}))
        problem = any("problem" in media for media in answer.get("content", {}))
        shape = "" if problem else _content(answer.get("content", {}))
        described = answer["description"].rstrip(".")
        told = shape if described == "Successful Response" else ": ".join(filter(None, (described, shape)))
        yield status, (told or "Done") + (f" (headers {headers})" if headers else "")


def _content(content: dict[str, Any]) -> str:
    return ", ".join(_type(media["schema"]) for media in content.values() if media.get("schema"))


def _type(schema: dict[str, Any]) -> str:
    """A schema in a few words, linked to its shape."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{_title(name)}](#{_anchor(name)})"
    if alternatives := schema.get("anyOf") or schema.get("oneOf"):
        return " or ".join(dict.fromkeys(map(_type, alternatives)))
    if "const" in schema:
        return f"`{schema['const']}`"
    if "enum" in schema:
        return " / ".join(f"`{value}`" for value in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}"
    if schema.get("type") == "object" and isinstance(schema.get("additionalProperties"), dict):
        return f"object of {_type(schema['additionalProperties'])}"
    return _words(schema)


def _words(schema: dict[str, Any]) -> str:
    limits = {"minimum": ">=", "maximum": "<=", "minLength": "length >=", "maxLength": "length <="}
    named = schema.get("format") or schema.get("type") or "anything"
    return ", ".join([named, *(f"{words} {schema[key]}" for key, words in limits.items() if key in schema)])


def _title(name: str) -> str:
    return name.strip("_").replace("Page_", "Page of ").replace("_", " ")


def _anchor(name: str) -> str:
    return _title(name).lower().replace(" ", "-")


def _shape(name: str, schema: dict[str, Any]) -> str:
    lines = [f"### {_title(name)}\n"]
    if description := schema.get("description", "").strip():
        lines.append(description + "\n")
    if "properties" in schema:
        required = schema.get("required", [])
        rows = (
            (f"`{key}`" + ("" if key in required else " (optional)"), _type(one), one.get("description", ""))
            for key, one in schema["properties"].items()
        )
        lines.append(_table(("field", "type", "meaning"), rows))
    else:
        lines.append(_type(schema) + "\n")
    return "\n".join(lines)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(map(_cell, line)) + " |" for line in lines) + "\n"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def main(arguments: list[str]) -> int:
    """Write the file, or compare with it."""
    text = render(app.openapi())
    if "--check" not in arguments:
        FILE.write_text(text, encoding="utf-8")
        return 0
    if FILE.exists() and FILE.read_text(encoding="utf-8") == text:
        return 0
    print("API_DOCS.md is not what the API says of itself: run `make docs`.", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
