"""The contract: every status of every operation, documented in one way."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from fastapi.openapi.utils import get_openapi

from dashboard.problems import MEDIA_TYPE
from dashboard.schemas.base import Problem

if TYPE_CHECKING:
    from fastapi import FastAPI

VERSION: Final = "1.0.0"
_ALWAYS = (400, 404, 413, 422, 429, 500, 503)
_MEANS = {
    400: "The body is not JSON in UTF-8.",
    401: "Nobody is signed in, or the token is not valid any more.",
    403: "A right is missing; `capability` names it.",
    404: "There is no such thing here. Another server's id answers the same.",
    406: "`Accept` lets no JSON through.",
    409: "The state of the thing does not allow this now.",
    412: "Somebody changed it since you read it: `changed` names the fields, `version` is the current one.",
    413: "The body is above 64 KB (1 MB for imports and batches).",
    415: "The body was not sent as JSON: `Content-Type` is application/json.",
    422: "The input breaks a rule; `field` names what.",
    428: "The header If-Match is missing: send the ETag of what you read, or `*`.",
    429: "Too often. `Retry-After` says when to come back.",
    500: "Our fault. `request_id` helps the operator to find it.",
    503: "Something behind us is busy. `Retry-After` says when to come back; repeating is safe.",
}
_DESCRIPTION = """Events, attendance, presets and reports of Discord servers. Sign in with Discord (`/auth/login`), send the
access token as `Authorization: Bearer`, and listen to changes over a WebSocket (`.../ticket`)."""
_ETAG = {
    "ETag": {"description": "The version of the thing, and a digest of this answer.", "schema": {"type": "string"}}
}
_IF_NONE_MATCH = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "schema": {"type": "string"},
    "description": "The ETag of what you have: 304 says that it is still so.",
}
_LOCATION = {"Location": {"description": "Where the new thing is.", "schema": {"type": "string"}}}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the documentation of the problems that an operation may answer: `statuses` beside those that all may."""
    edits = (428,) if 412 in statuses else ()
    wanted = sorted({*_ALWAYS, *statuses, *edits})
    return {status: _problem(status) for status in wanted}


def _problem(status: int) -> dict[str, Any]:
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {"description": _MEANS[status], "content": content}


def tagged(status: int = HTTPStatus.OK, *, made: bool = False) -> dict[int | str, dict[str, Any]]:
    """Return the documentation of the headers of a single resource: its ETag and, when `made`, its Location."""
    what = "Made, or made before by the same Idempotency-Key." if made else "As it is now."
    return {int(status): {"description": what, "headers": _ETAG | (_LOCATION if made else {})}}


def located() -> dict[int | str, dict[str, Any]]:
    """Return the documentation of the header that says where something made anew is, for what has no version."""
    return {201: {"description": "Made, or made before by the same Idempotency-Key.", "headers": _LOCATION}}


def describe(app: FastAPI) -> dict[str, Any]:
    """Return the app's OpenAPI document."""
    if not app.openapi_schema:
        contract = get_openapi(
            title="Attendance Tracker",
            version=VERSION,
            description=_DESCRIPTION,
            routes=app.routes,
            tags=app.openapi_tags,
        )
        schemas = contract["components"]["schemas"]
        schemas["Problem"] = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas |= schemas["Problem"].pop("$defs", {})
        for unused in ("HTTPValidationError", "ValidationError"):
            schemas.pop(unused, None)
        for path, operations in contract["paths"].items():
            for method, operation in operations.items():
                _of_media_types(path, method, operation)
                if method == "get":
                    _of_tags(operation)
        app.openapi_schema = contract
    return app.openapi_schema


def _of_media_types(path: str, method: str, operation: dict[str, Any]) -> None:
    """Document what `conditions.MediaTypes` answers."""
    if method != "get":
        operation["responses"]["415"] = _problem(415)
    if path.startswith("/api/"):
        operation["responses"]["406"] = _problem(406)


def _of_tags(operation: dict[str, Any]) -> None:
    """Document what `conditions.Unchanged` answers to whoever reads a single resource again."""
    answers = operation["responses"]
    if "ETag" in answers.get("200", {}).get("headers", {}) and "304" not in answers:
        answers["304"] = {"description": "As you have it.", "headers": _ETAG}
        operation["parameters"] = [*operation.get("parameters", ()), _IF_NONE_MATCH]
