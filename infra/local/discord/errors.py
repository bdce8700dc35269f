"""Refusals as Discord words them.

One exception carries the HTTP status and the JSON body. The codes are those of
"Opcodes and Status Codes" in Discord's documentation; only the ones that this stand-in
gives are listed.
"""

from typing import Any, Final

#: code -> (HTTP status, message)
KNOWN: Final[dict[int, tuple[int, str]]] = {
    10003: (404, "Unknown Channel"),
    10004: (404, "Unknown Guild"),
    10007: (404, "Unknown Member"),
    10008: (404, "Unknown Message"),
    10013: (404, "Unknown User"),
    10015: (404, "Unknown Webhook"),
    10062: (404, "Unknown interaction"),
    10065: (404, "Unknown Voice State"),
    10070: (404, "Unknown Guild Scheduled Event"),
    20012: (403, "You are not authorized to perform this action on this application"),
    30038: (400, "Maximum number of guild scheduled events reached (100)"),
    40060: (400, "Interaction has already been acknowledged."),
    40333: (403, "internal network error"),
    50001: (403, "Missing Access"),
    50005: (403, "Cannot edit a message authored by another user"),
    50006: (400, "Cannot send an empty message"),
    50007: (403, "Cannot send messages to this user"),
    50013: (403, "Missing Permissions"),
    50026: (403, "Missing required OAuth2 scope"),
    50027: (401, "Invalid Webhook Token"),
    50033: (400, "Invalid Recipient(s)"),
    50083: (400, "Thread is archived"),
    50109: (400, "The request body contains invalid JSON."),
    50278: (403, "Cannot send messages to this user due to having no mutual guilds"),
    160004: (400, "A thread has already been created for this message"),
    180000: (400, "Cannot update a finished event"),
}


class Refusal(Exception):
    """An answer other than success: ``status`` and the JSON ``body`` the client gets."""

    def __init__(self, status: int, body: dict[str, Any], headers: dict[str, str] | None = None) -> None:
        super().__init__(f"{status} {body}")
        self.status = status
        self.body = body
        self.headers = headers or {}


def refusal(code: int) -> Refusal:
    """The refusal of a known code."""
    status, message = KNOWN[code]
    return Refusal(status, {"message": message, "code": code})


def unauthorized() -> Refusal:
    """Missing or wrong credentials: Discord gives code 0 here."""
    return Refusal(401, {"message": "401: Unauthorized", "code": 0})


def invalid_form(complaints: list[str]) -> Refusal:
    """Code 50035. ``complaints`` are ``path: what is wrong``; Discord nests them by path."""
    errors: dict[str, Any] = {}
    for complaint in complaints:
        path, _, message = complaint.partition(": ")
        node = errors
        for key in path.replace("[", ".").replace("]", "").split("."):
            node = node.setdefault(key or "(root)", {})
        node.setdefault("_errors", []).append({"code": "BASE_TYPE_INVALID", "message": message or path})
    return Refusal(400, {"message": "Invalid Form Body", "code": 50035, "errors": errors})


def oauth_refusal(error: str, description: str, status: int = 400) -> Refusal:
    """The token endpoint's own shape of error (RFC 6749, section 5.2)."""
    return Refusal(status, {"error": error, "error_description": description})
