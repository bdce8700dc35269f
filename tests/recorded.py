"""What each function asks AWS for while the tests run, held against its role, in both directions.

Each call of the table, and of what stands in for queues, buckets, the secret and the sockets, is traced to the function of
ours that made it by the code that is on the stack. One that the function's role does not grant fails the test that it is
made in, as AWS would refuse it. `make test` ends with what is granted and was never asked for, but for a written list;
`pytest --roles hold` ends red with it. What the code can reach (`reach.py`) is the other witness of the same.
"""

from __future__ import annotations

import sys
from functools import cache, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attendance.storage.table import Table
from infra.template import read_template

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import FrameType

ROOT = Path(__file__).parents[1]
FUNCTIONS = ("changes", "dashboard", "interactions", "notifications", "realtime", "reminders", "reports", "webhooks")
_FOLDER = f"{ROOT / 'functions'}/"
_TESTS = f"{ROOT / 'tests'}/"
_ONE = {"get": "GetItem", "get_many": "BatchGetItem", "put": "PutItem", "update": "UpdateItem", "delete": "DeleteItem"}
_TOGETHER = {"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem", "Check": "ConditionCheckItem"}
_FILES = {
    "link": {"s3:GetObject": "/*"},
    "store": {"s3:PutObject": "/*"},
    "remove_all": {"s3:ListBucket": "", "s3:DeleteObject": "/*"},
}
SECRET = "Secret.Id"
SOCKETS = "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${WebSocketApi}/live/POST/@connections/*"

# What no code asks for: reading the event source, and keeping logs and what failed.
OF_THE_PLATFORM = {
    "logs:CreateLogStream", "logs:PutLogEvents",
    "dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams",
    "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage",
}  # fmt: skip

type Asked = tuple[str, str, str]  # function, action, resource as the template writes it

_ELSEWHERE = "the driver has its own keys and its own Discord; end to end, the emulator holds the real one to the role"
_BROKEN_OFF = "the fake has no parts to break off; the adapter's tests do that, in no function's name"
NOT_SEEN: Mapping[Asked, str] = {
    ("dashboard", "secretsmanager:GetSecretValue", SECRET): _ELSEWHERE,
    ("realtime", "secretsmanager:GetSecretValue", SECRET): _ELSEWHERE,
    ("realtime", "dynamodb:UpdateItem", "Table.Arn"): "the driver has no limits of Discord to share",
    ("reminders", "s3:AbortMultipartUpload", "${ErasuresBucket.Arn}/*"): _BROKEN_OFF,
    ("reports", "s3:AbortMultipartUpload", "${ReportsBucket.Arn}/*"): _BROKEN_OFF,
    ("reminders", "sqs:SendMessage", "RemindersDeadLetterQueue.Arn"): "Lambda sends there what the function gave up",
}
"""Granted, and asked for where these eyes do not see it."""

asked: set[Asked] = set()
refused: set[Asked] = set()


@cache
def granted(function: str) -> Mapping[str, set[str]]:
    """Every action of the function's role with the resources it is for, as the template writes them."""
    role = read_template(ROOT / "template.yaml")["Resources"][f"{function.capitalize()}Role"]
    actions: dict[str, set[str]] = {}
    for policy in role["Properties"]["Policies"]:
        for statement in policy["PolicyDocument"]["Statement"]:
            resources = statement["Resource"] if isinstance(statement["Resource"], list) else [statement["Resource"]]
            for action in statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]:
                actions.setdefault(action, set()).update(map(_written, resources))
    return actions


def _written(resource: dict[str, Any]) -> str:
    (value,) = resource.values()
    return ".".join(value) if isinstance(value, list) else value


def never_asked_for(found: set[Asked]) -> set[Asked]:
    """What the roles grant to the functions' own code and nothing in `found` asked for."""
    every = {
        (function, action, resource)
        for function in FUNCTIONS
        for action, resources in granted(function).items()
        if action not in OF_THE_PLATFORM
        for resource in resources
    }
    return every - found


def unused() -> list[str]:
    """What was granted for nothing in this run, and what of the written list was asked for after all, in words."""
    never, unseen = never_asked_for(asked), set(NOT_SEEN)
    lines = [
        f"{function} may {action} on {resource}: no test asked for it" for function, action, resource in never - unseen
    ]
    lines += [f"{' '.join(one)} is on the list NOT_SEEN and was seen" for one in unseen - never]
    return sorted(lines)


def note(action: str, resource: str) -> None:
    """A call is made: by which function, and may it? Calls of the tests themselves are nobody's."""
    function = _caller()
    if function is not None:
        one = (function, action, resource)
        (asked if resource in granted(function).get(action, ()) else refused).add(one)


def note_queue(name: str) -> None:
    """A message is sent to the queue of this short name."""
    note("sqs:SendMessage", f"{''.join(part.capitalize() for part in name.split('_'))}Queue.Arn")


def note_files(method: str, bucket: str) -> None:
    """A method of the port `Files` is called on this bucket."""
    for action, below in _FILES[method].items():
        note(action, f"${{{bucket}.Arn}}{below}" if below else f"{bucket}.Arn")


def _caller() -> str | None:
    """The function nearest on the stack; None where a test steps in between, as one that plays what happens meanwhile."""
    frame: FrameType | None = sys._getframe(2)
    while frame is not None:
        file = frame.f_code.co_filename
        if file.startswith(_FOLDER):
            return file.removeprefix(_FOLDER).partition("/")[0]
        if "/test_" in file and file.startswith(_TESTS):
            return None
        frame = frame.f_back
    return None


def watch_tables() -> None:
    """Note what every table is asked from now on."""
    for method, operation in _ONE.items():
        setattr(Table, method, _noting(getattr(Table, method), operation))
    query, together = Table.query, Table.write_together

    @wraps(query)
    def noted_query(self: Table, pk: str, **options: Any) -> Any:
        index = options.get("index")
        note("dynamodb:Query", f"${{Table.Arn}}/index/{index}" if index else "Table.Arn")
        return query(self, pk, **options)

    @wraps(together)
    def noted_together(self: Table, *writes: Any, **options: Any) -> None:
        for kind in {type(write).__name__ for write in writes}:
            note(f"dynamodb:{_TOGETHER[kind]}", "Table.Arn")
        together(self, *writes, **options)

    Table.query, Table.write_together = noted_query, noted_together  # type: ignore[method-assign]


def _noting(method: Any, operation: str) -> Any:
    @wraps(method)
    def noted(self: Table, *given: Any, **options: Any) -> Any:
        note(f"dynamodb:{operation}", "Table.Arn")
        return method(self, *given, **options)

    return noted
