"""Checks a body against Discord's OpenAPI document alone, where no finer checker lies beside it.

As Discord behaves rather than as the letter has it: `oneOf` means "pick one", and an integer may be sent as its digits. Keys that
the document does not know, and limits that only Discord's prose states, are not seen.
"""

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from jsonschema import Draft202012Validator, validators
from referencing import Registry
from referencing.jsonschema import DRAFT202012

_URN: Final = "urn:discord"
# Short names that the stand-in and the suite use -> the operation whose request body it is, or a schema's own name.
_NAMES: Final[Mapping[str, str]] = {
    "BulkCommands": "PUT /applications/{application_id}/commands",
    "EditMessage": "MessageEditRequestPartial",
    "EditOriginal": "IncomingWebhookUpdateRequestPartial",
    "InteractionCallback": "POST /interactions/{interaction_id}/{interaction_token}/callback",
    "ScheduledEvent": "POST /guilds/{guild_id}/scheduled-events",
    "ScheduledEventPatch": "PATCH /guilds/{guild_id}/scheduled-events/{guild_scheduled_event_id}",
}


def _is_integer(_checker: Any, value: Any) -> bool:
    if isinstance(value, str):
        return re.fullmatch(r"-?\d{1,20}", value) is not None
    return isinstance(value, int) and not isinstance(value, bool)


_Validator: Final = validators.extend(  # type: ignore[no-untyped-call]  # its stubs say nothing
    Draft202012Validator, type_checker=Draft202012Validator.TYPE_CHECKER.redefine("integer", _is_integer)
)


def _pick_one(node: Any) -> Any:
    if isinstance(node, list):
        return [_pick_one(one) for one in node]
    if isinstance(node, dict):
        return {"anyOf" if key == "oneOf" else key: _pick_one(value) for key, value in node.items()}
    return node


@cache
def _registry(document: Path) -> Registry[Any]:
    content = _pick_one(json.loads(document.read_text(encoding="utf-8")))
    found: Registry[Any] = Registry().with_resource(_URN, DRAFT202012.create_resource(content))
    return found


def _pointer(name: str) -> str:
    method, space, path = _NAMES.get(name, name).partition(" ")
    if not space:
        return f"/components/schemas/{method}"
    escaped = path.replace("~", "~0").replace("/", "~1")
    return f"/paths/{escaped}/{method.lower()}/requestBody/content/application~1json/schema"


def check(instance: Any, schema: str, *, spec: Path) -> list[str]:
    """What breaks a schema, as ``path: message``; nothing for a body that fits.

    ``schema`` is a component's name, an operation such as ``PATCH /applications/@me``, or a short name.
    """
    validator = _Validator({"$ref": f"{_URN}#{_pointer(schema)}"}, registry=_registry(spec))
    return [f"{error.json_path}: {error.message[:300]}" for error in validator.iter_errors(instance)]
