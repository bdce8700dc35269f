"""One call to the world outside that goes wrong, once, in one of the ways in which calls go wrong."""

from __future__ import annotations

import threading
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError, ReadTimeoutError

from attendance.errors import Unavailable
from tests.discord_in_memory import AnswerLost
from tests.dynamodb_in_memory import refused
from tests.workers import Crash, Faults

if TYPE_CHECKING:
    from collections.abc import Callable

KINDS = ("throttled", "broken", "lost", "repeated", "dies before", "dies after")
"""Refused as too many, refused as broken, done but the answer is lost, done twice because the AWS client sent it again, and
the process dies before or after it."""
SOON, LATE = timedelta(seconds=20), timedelta(seconds=400)
FORGOTTEN = 200
"""Seconds after which Discord has forgotten a nonce."""
_READS = ("dynamodb.GetItem", "dynamodb.BatchGetItem", "dynamodb.Query")
_CODES = {"throttled": "ThrottlingException", "broken": "InternalServerError"}


def can_be(kind: str, call: str) -> bool:
    """Whether a call can go wrong in this way.

    To read twice is to read, and only the AWS client sends again by itself; whoever calls a queue, the bucket, a socket or a
    subscriber is told of one refusal (`Unavailable`), and a secret is only read.
    """
    if kind == "repeated":
        return call.startswith("dynamodb.") and not call.startswith(_READS)
    if call.startswith("dynamodb.") or " /" in call:
        return True
    return kind != "throttled" and not (call == "secrets" and kind == "lost")


@dataclass
class OneFault(Faults):
    """Lets the `nth` call go wrong as `kind` says, once."""

    kind: str = ""
    wait: Callable[[], None] = lambda: None
    script: dict[str, list[Any]] = field(default_factory=dict)
    hit: str = ""
    _counting: threading.Lock = field(default_factory=threading.Lock)

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

    def call(self, operation: str, do: Callable[[], Any]) -> Any:
        """A call to DynamoDB: returns what `do` does, or goes wrong as boto3's client does."""
        name = f"dynamodb.{operation}"
        if not self._is_it(name):
            return do()
        if self.kind == "dies before":
            raise Crash
        if self.kind in _CODES:
            raise refused(operation, _CODES[self.kind], "injected")
        if self.kind == "repeated":
            with suppress(ClientError):
                do()
        try:
            return do()
        finally:
            self.after(name)

    def _is_it(self, name: str) -> bool:
        with self._counting:  # some workers do several things at once
            if not self.armed:
                return False
            self.names.append(name)
            if len(self.names) != self.nth:
                return False
            self.armed, self.hit = False, name
            return True
