"""`make cost MEMBERS=50 EVENTS=3`: what a month costs, from an event that is played through and counted.

One event of a guild runs from its plan to its report, through the functions' own handlers on a table in memory: four of five
members sign up one after the other, a tenth changes their mind, two reminders go out, four of five of those who said yes check in,
officers mark three, it closes by itself, and its report is built. Every request to the table is counted with its capacity units,
computed from the sizes of the items and of their index entries before and after (`units.py` has the rules), as is every message on a queue,
every batch that a function gets and every call to Discord. The month is that event times EVENTS times 52 / 12.

Not measured but assumed, and printed as such: how long a function runs, how much it logs, that a queue is asked by Lambda for as long
as the stack stands.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import boto3
import pytest
from moto import mock_aws

from attendance.domain.choice import NO, yes
from attendance.services.analytics import Question
from attendance.services.check_ins import check_in
from attendance.services.marking import mark
from attendance.services.reports import request_report
from attendance.services.sign_ups import sign_up
from infra.template import read_template
from tests.benchmarks.prices import AS_OF, PRICES
from tests.benchmarks.units import item_bytes
from tests.stories import GUILD, member, officer, raid
from tests.tables import create_table, table_properties
from tests.workers import Workers

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROOT: Final = Path(__file__).parents[2]
EVENTS_A_MONTH: Final = 52 / 12
MINUTES: Final = 60 * 24 * 365 / 12
# Assumed: a warm run takes this long with this much memory, start-ups spread over it; the sweep that finds nothing likewise.
SECONDS_A_RUN: Final = 0.06
GIGABYTES: Final = 1.0
BYTES_LOGGED_A_RUN: Final = 600
# Lambda asks each queue with five pollers that wait 20 seconds.
POLLS_A_MONTH: Final = 5 * 3 * MINUTES
# What a guild's evening writes; the others are written in trouble only.
OWN_METRICS: Final = len({"DueDone", "DueSecondsLate", "DiscordRequests"})
# 35 days' and twelve months', each of the whole table (infra/backup.yaml).
BACKUPS: Final = 35 + 12


class TableMeter:
    """Counts requests and units of a client in memory: sizes before and after each write, on the table and its indexes."""

    def __init__(self, client: Any, name: str) -> None:
        self._client, self._name = client, name
        self._looking = boto3.client("dynamodb", region_name="us-east-1")
        self._indexes = {
            index["IndexName"]: set(index["Projection"].get("NonKeyAttributes", ()))
            for index in table_properties()["GlobalSecondaryIndexes"]
        }
        self.requests, self.writes, self.reads = 0, 0.0, 0.0
        self._call = client._make_api_call
        client._make_api_call = self._counted

    def _counted(self, operation: str, request: dict[str, Any]) -> Any:
        keys = list(self._written(operation, request))
        before = [self._look(key) for key in keys]
        factor = 2 if operation == "TransactWriteItems" else 1
        self.requests += 1
        try:
            answer = self._call(operation, request)
        finally:
            for key, old in zip(keys, before, strict=True):
                self.writes += self._units(old, self._look(key), factor)
        self.reads += _read(operation, request, answer)
        return answer

    def _written(self, operation: str, request: dict[str, Any]) -> Iterator[dict[str, Any]]:
        actions = request.get("TransactItems") or [{operation: request}]
        for action in actions:
            ((kind, write),) = action.items()
            if kind.startswith("Put"):
                yield {name: write["Item"][name] for name in ("pk", "sk")}
            elif kind.startswith(("Update", "Delete")) and "Key" in write:
                yield write["Key"]

    def _look(self, key: dict[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = self._looking.get_item(TableName=self._name, Key=key).get("Item", {})
        return found

    def _units(self, old: dict[str, Any], new: dict[str, Any], factor: int) -> float:
        units = factor * max(1, math.ceil(max(item_bytes(old), item_bytes(new)) / 1024))
        for index, projected in self._indexes.items():
            ends = [_entry(item, index, projected) for item in (old, new)]
            if ends[0] != ends[1]:
                moved = bool(ends[0] and ends[1]) and ends[0][f"{index}sk"] != ends[1][f"{index}sk"]
                sizes = [math.ceil(item_bytes(end) / 1024) for end in ends if end]
                units += sum(sizes) if moved else max(sizes)
        return units


def _entry(item: dict[str, Any], index: str, projected: set[str]) -> dict[str, Any]:
    if f"{index}pk" not in item:
        return {}
    wanted = projected | {"pk", "sk", f"{index}pk", f"{index}sk"}
    return {name: value for name, value in item.items() if name in wanted}


def _read(operation: str, request: Mapping[str, Any], answer: Mapping[str, Any]) -> float:
    """Read units, the projection left out of account: what is read is charged whole, so a projected read counts too little."""
    match operation:
        case "GetItem":
            return max(1, math.ceil(item_bytes(answer.get("Item", {})) / 4096))
        case "BatchGetItem":
            found = [item for items in answer["Responses"].values() for item in items]
            asked = sum(len(one["Keys"]) for one in request["RequestItems"].values())
            return sum(max(1, math.ceil(item_bytes(item) / 4096)) for item in found) + asked - len(found)
        case "Query":
            size = sum(map(item_bytes, answer["Items"]))
            return max(1, math.ceil(size / 4096)) / (2 if "IndexName" in request else 1)
    return 0


class CountedWorkers(Workers):
    """Workers that count the runs of their functions."""

    runs: Counter[str]

    def follow(self, records: list[dict[str, Any]]) -> None:
        self.runs["changes"] += 1
        super().follow(records)

    def invoke(self, queue: str, batch: list[tuple[str, str]]) -> dict[str, Any]:
        self.runs[queue] += 1
        return super().invoke(queue, batch)


def play_event(members: int) -> dict[str, float]:
    """Play one event through and return what it used: units, requests, runs, messages, calls to Discord, bytes stored."""
    with mock_aws(), pytest.MonkeyPatch.context() as patch:
        patch.setenv("LOG_LEVEL", "ERROR")  # the table that follows is what is to be read
        patch.setenv("POWERTOOLS_METRICS_DISABLED", "true")
        patch.setenv("AWS_ACCESS_KEY_ID", "test")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "test")
        create_table(boto3.client("dynamodb", region_name="us-east-1"), "cost")
        workers = CountedWorkers(patch, "cost")
        workers.runs = Counter()
        meter = TableMeter(workers.table._client, "cost")
        clicks = _raid_night(workers, members)
        stored = boto3.client("dynamodb", region_name="us-east-1").get_paginator("scan").paginate(TableName="cost")
        return {
            "table writes": meter.writes,
            "table reads": meter.reads,
            "table requests": meter.requests,
            "clicks and commands": clicks,
            "function calls": clicks + sum(workers.runs.values()),
            "messages": sum(len(queue.sent) for queue in workers.queues.values()),
            "calls to Discord": sum(workers.discord.calls.values()),
            "report files": len(workers.files.kept),
            "bytes": sum(item_bytes(item) for page in stored for item in page["Items"]),
        }


def _raid_night(workers: CountedWorkers, members: int) -> int:
    """From the plan to the report; returns how many clicks and commands it took."""
    event = raid(workers.table, roles=f"dps {members}", time="in 2d", reminders="30m, 10m")
    workers.run()
    people = [member(f"m{number}", user_id=str(10**6 + number)) for number in range(members)]
    coming = people[: math.ceil(members * 0.8)]
    minds_changed = coming[:: max(1, len(coming) // max(1, members // 10))]
    for who, said in [(one, yes("dps")) for one in coming] + [(one, NO) for one in minds_changed]:
        sign_up(workers.table, GUILD, event.event_id, said, who, workers.now)
        workers.wait(60)
        workers.run()
    for offset in (30, 10):
        workers.now = event.starts_at - timedelta(minutes=offset)
        workers.sweep()
        workers.run()
    workers.now = event.starts_at
    present = [who for who in coming if who not in minds_changed][: math.ceil(members * 0.6)]
    for who in present:
        check_in(workers.table, GUILD, event.event_id, who, workers.now)
        workers.wait(1)
    workers.run()
    for number, who in enumerate(present[:3]):
        mark(
            workers.table,
            GUILD,
            event.event_id,
            who.user_id,
            officer(request_id=f"m{number}"),
            workers.now,
            status="late",
        )
    workers.now = event.ends_at + timedelta(days=1)
    for _ in range(3):
        workers.sweep()
        workers.run()
        workers.wait(120)
    only = Question(events=(event.event_id,))
    request_report(workers.table, GUILD, officer(request_id="report"), workers.now, question=only)
    workers.run()
    return 2 + len(coming) + len(minds_changed) + len(present) + 3


def month(used: Mapping[str, float], events: float, guilds: int) -> dict[str, float]:
    """Units of each price in a month of so many events a week in each guild, the standing stack included."""
    times = events * EVENTS_A_MONTH * guilds
    runs = used["function calls"] * times + MINUTES
    nested = read_template(ROOT / "infra/observability.yaml")["Resources"].values()
    alarms = [one["Properties"] for one in nested if one["Type"] == "AWS::CloudWatch::Alarm"]
    alarmed = sum(sum("MetricStat" in metric for metric in alarm.get("Metrics", [])) or 1 for alarm in alarms)
    stored = used["bytes"] * times * 12 / 1e9  # a year's
    resources = read_template(ROOT / "template.yaml")["Resources"].values()
    sources = [source for one in resources for source in (one.get("Properties", {}).get("Events") or {}).values()]
    polled = sum(source["Type"] == "SQS" for source in sources)
    return {
        "table writes": used["table writes"] * times,
        "table reads": used["table reads"] * times + 8 * 0.5 * MINUTES,  # the sweep looks into eight shards
        "table storage": stored,
        "backups": stored * BACKUPS,
        "function calls": runs,
        "function time": runs * SECONDS_A_RUN * GIGABYTES,
        "HTTP API": used["clicks and commands"] * times,
        "queues": used["messages"] * times * 3 + POLLS_A_MONTH * polled,
        "log lines": runs * BYTES_LOGGED_A_RUN / 1e9,
        "alarms": alarmed,
        "own metrics": OWN_METRICS if times else 0,
        "dashboard": 1,
        "schedule": MINUTES,
        "secret": 1,
        "report files": used["report files"] * times,
    }


def main(arguments: list[str]) -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(prog="make cost", description="What a month costs.")
    parser.add_argument("--members", type=int, default=50)
    parser.add_argument("--events", type=float, default=3, help="events a week in each guild")
    parser.add_argument("--guilds", type=int, default=1)
    asked = parser.parse_args(arguments)
    used = play_event(asked.members)
    print(f"One event of {asked.members} members, from its plan to its report, uses")
    print("\n".join(f"  {amount:>12,.0f}  {name}" for name, amount in used.items()))
    print(
        f"\nA month, {asked.guilds:,} guilds of {asked.members} members with {asked.events:g} events a week; list prices of us-east-1, {AS_OF}."
        f"\nAssumed: {SECONDS_A_RUN:g} s and {GIGABYTES:g} GB a run, {BYTES_LOGGED_A_RUN} bytes logged a run; storage is that after a year.\n"
    )
    total = free = 0.0
    for name, amount in month(used, asked.events, asked.guilds).items():
        price = PRICES[name]
        listed, paid = amount * price.dollars, max(0, amount - price.free) * price.dollars
        total, free = total + listed, free + paid
        print(f"  {name:<16}{amount:>16,.2f} {price.unit:<34}{listed:>10,.2f} $")
    print(f"  {'':<67}{total:>10,.2f} $, {free:,.2f} $ with what is free in every account")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
