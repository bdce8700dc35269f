"""One call to the world outside that goes wrong, once, in one of the ways in which calls go wrong."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from botocore.awsrequest import AWSResponse
from botocore.exceptions import ReadTimeoutError
from moto.core.models import botocore_stubber

from attendance.errors import Unavailable
from tests.discord_in_memory import AnswerLost
from tests.workers import Crash, Faults

if TYPE_CHECKING:
    from collections.abc import Callable

KINDS = ("throttled", "broken", "lost", "repeated", "dies before", "dies after")
"""Refused as too many, refused as broken, done but the answer is lost, done twice because the AWS client sent it again, and
the process dies before or after it."""
SOON, LATE = timedelta(seconds=20), timedelta(seconds=400)
FORGOTTEN = 200
"""Seconds after which Discord has forgotten a nonce."""
_READS = ("dynamodb.GetItem", "dynamodb.BatchGetItem", "dynamodb.Query", "GET ")
_CODES = {"throttled": (400, "ThrottlingException"), "broken": (500, "InternalServerError")}


def kinds_of(nth: int, call: str) -> tuple[str, ...]:
    """How the `nth` call can go wrong and was not yet played.

    To die before a call is to die after the one before it. The store's two refusals are one to us (`Unavailable`, nothing
    done), so they take turns; and of a read, an answer that is lost is as good as a refusal.
    """
    refused = ("throttled", "broken")
    first: tuple[str, ...] = ("dies before",) if nth == 1 else ()
    lost: tuple[str, ...]
    if call.startswith("dynamodb."):
        lost = () if call.startswith(_READS) else ("lost", "repeated")
        return (*first, refused[nth % 2], *lost, "dies after")
    if " /" in call:
        lost = () if call.startswith(_READS) else ("lost",)
        return (*first, *refused, *lost, "dies after")
    return (*first, "broken") if call == "secrets" else (*first, "broken", "lost", "dies after")


@dataclass
class OneFault(Faults):
    """Lets the `nth` call go wrong as `kind` says, once."""

    kind: str = ""
    wait: Callable[[], None] = lambda: None
    script: dict[str, list[Any]] = field(default_factory=dict)
    hit: str = ""

    def before(self, name: str) -> None:
        """A call to anything but DynamoDB begins."""
        if not self._is_it(name):
            return
        if self.kind == "dies before":
            raise Crash
        if " /" in name and self.kind in _CODES:
            wait = {"retry_after": 1.5, "global": False, "message": "slow down"}
            self.script[name] = [(429, wait, {}) if self.kind == "throttled" else (503, "<html>", {})]
        elif self.kind == "broken":
            raise Unavailable("it is down")

    def after(self, name: str) -> None:
        """A call was done, and its answer is under way."""
        if self.hit != name or self.armed:
            return
        self.hit += " (over)"
        if self.kind == "dies after":
            raise Crash
        if self.kind == "lost":
            self.wait()
            if " /" in name:
                raise AnswerLost
            if name.startswith("dynamodb."):
                raise ReadTimeoutError(endpoint_url=name)
            raise Unavailable("its answer was lost")

    def send(self, request: Any, event_name: str, **_: object) -> AWSResponse | None:
        """A request to DynamoDB is about to be sent; returns what is answered instead."""
        if not self._is_it(event_name[12:]):
            return None
        if self.kind == "dies before":
            raise Crash
        if self.kind == "repeated":
            botocore_stubber(event_name, request)
        if self.kind not in _CODES:
            return None
        status, code = _CODES[self.kind]
        body = json.dumps({"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": "injected"}).encode()
        return AWSResponse(request.url, status, {"x-amzn-errortype": code}, _Raw(body))

    def _is_it(self, name: str) -> bool:
        if not self.armed:
            return False
        self.names.append(name)
        if len(self.names) != self.nth:
            return False
        self.armed, self.hit = False, name
        return True


class _Raw(io.BytesIO):
    def stream(self, **_: object) -> Any:
        return iter([self.read()])
