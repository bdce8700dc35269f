"""Print, in one run: warm and cold ratios against bare handlers, and what each operation costs in the table."""

from __future__ import annotations

import itertools
import json
import os
import statistics
import tempfile
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import boto3

from attendance import wiring
from attendance.discord.custom_id import CustomId
from infra.local.emulator import Emulator, free_port
from tests.benchmarks import cold, due, exports, own_cpu, reads, scene, warm, year
from tests.benchmarks.units import Meter
from tests.discord_driver import APPLICATION, CHANNEL, KEY, Discord
from tests.tables import create_table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mypy_boto3_dynamodb import DynamoDBClient

SIZES = (12, 100, 999)


def main() -> None:
    """Start an emulator of this run's own, measure, and stop it."""
    with tempfile.TemporaryDirectory() as folder, Emulator(free_port(), Path(folder), keep=False) as emulator:
        environment = {
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ENDPOINT_URL": emulator.url,
            "DISCORD_APPLICATION_ID": APPLICATION,
            "DISCORD_PUBLIC_KEY": KEY.verify_key.encode().hex(),
            "TABLE_NAME": "attendance",
            "REPORTS_BUCKET": "reports",
        }
        os.environ.update(environment)
        create_table(boto3.client("dynamodb"), "attendance")
        boto3.client("s3").create_bucket(Bucket="reports")
        print(f"Reference loop: {warm.reference_loop():.1f} ms (300,000 steps of plain Python on this machine)\n")
        warm_requests()
        print("\n".join(own_cpu.lines(own_cpu.measure(own_cpu.SIZES))), end="\n\n")
        cold_starts(environment)
        costs()
        print("\n" + "\n".join(due.lines(due.measure())))
        print("\n" + "\n".join(reads.lines(reads.measure())))
        print("\n" + "\n".join(year.lines(year.measure(wiring.table()))), end="\n\n")
        for line in exports.lines(environment):
            print(line)


def warm_requests() -> None:
    """Compare warm handlers; both sides have their own event of the same size."""
    from interactions.app import handler
    from tests.benchmarks import bare

    print("Warm, microseconds, median of 15 rounds in turns   ours      bare    ratio  target   CPU ratio")
    ping = scene.ping()
    pings = (itertools.repeat(ping), itertools.repeat(ping))
    found = warm.compare(handler, bare.ping, our_events=pings[0], bare_events=pings[1], rounds=15, size=300)
    _warm_line("PING", found)
    for members in SIZES:
        event = scene.put_event(wiring.table(), f"{members:0>16}", members)
        twin = scene.again(event, wiring.table(), f"b{members:0>15}")
        found = warm.compare(
            handler, bare.click, our_events=scene.clicks(event), bare_events=scene.clicks(twin), rounds=15, size=40
        )
        _warm_line(f"sign-up click, {members} members", found)
    print()


def _warm_line(name: str, found: warm.Comparison) -> None:
    print(f"  {name:<44} {found.ours:>9.0f} {found.bare:>9.0f} {found.ratio:>8.2f}  <= 1.3 {found.cpu_ratio:>9.2f}")


def cold_starts(environment: dict[str, str]) -> None:
    """Compare first answers of fresh processes."""
    event = scene.put_event(wiring.table(), "c" * 16, SIZES[0])
    twin = scene.again(event, wiring.table(), "d" * 16)
    ours, theirs = scene.clicks(event), scene.clicks(twin)
    loads = {
        "bare PING": (cold.BARE_PING, scene.ping),
        "PING": (cold.OURS, scene.ping),
        "bare click": (cold.BARE_CLICK, lambda: next(theirs)),
        "click": (cold.OURS, lambda: next(ours)),
    }
    took = cold.first_answers(loads, environment, rounds=11)
    print("Cold, milliseconds to the first answer, median of 11 rounds   ours      bare    ratio  target   CPU ratio")
    for name, target in (("PING", ""), ("click", "<= 1.2")):
        mine, bare = took[name], took[f"bare {name}"]
        walls = [statistics.median(one[0] for one in side) for side in (mine, bare)]
        ratios = [cold.ratio(mine, bare, column) for column in (0, 1)]
        print(f"  {name:<54} {walls[0]:>9.0f} {walls[1]:>9.0f} {ratios[0]:>8.2f} {target:>7} {ratios[1]:>9.2f}")
    print()


def costs() -> None:
    """Count requests and capacity units of each operation, through the handler."""
    client: DynamoDBClient = wiring.table()._client
    meter = Meter(client, boto3.client("dynamodb"), "attendance")
    print("Cost of an operation                               requests  write units  read units")
    for name, act, wanted in operations():
        meter.reset()
        answer = act()
        if wanted not in json.dumps(answer):
            raise RuntimeError(f"the benchmark measured a refusal of {name}: {answer}")
        print(f"  {name:<47} {meter.requests:>8} {meter.writes:>12g} {meter.reads:>11g}")


def operations() -> Iterator[tuple[str, Callable[[], object], str]]:
    """Yield what is measured, with words that its answer must have, in an order in which each can work."""
    discord = Discord(now=datetime.now(UTC))
    officer, nia = discord.officer(), discord.member("Nia")
    officer.command("settings setup", zone="Europe/Berlin", channel=CHANNEL, officer_role="1271415177216131080")
    preset = {"name": "Raid", "game": "WoW", "roles": "tank 2, dps 9"}
    yield "/create-preset", partial(officer.command, "create-preset", **preset), "is saved"
    plan = {"title": "Raid", "time": "in 10m", "preset": "Raid", "reminders": "9m, 5m"}
    yield "/create-event (two reminders)", partial(officer.command, "create-event", **plan), "Its card goes to"
    for members in SIZES:
        event_id = scene.put_event(wiring.table(), f"e{members:0>15}", members).event_id
        yes, check_in = CustomId("yes", event_id, "dps").encode(), CustomId("check_in", event_id).encode()
        yield f"sign-up click, {members} members", partial(nia.click, yes), '"type": 7'
        yield "  the same again (changes nothing)", partial(nia.click, yes), '"type": 7'
        yield f"check-in, {members} members", partial(nia.click, check_in), "You are checked in"
        yield "  the same again (changes nothing)", partial(nia.click, check_in), "nothing changed"
        yield f"/event close, {members} members", partial(officer.command, "event close", event=event_id), "is closed"
    yield "autocomplete of a time", partial(officer.complete, "create-event", "time", time="fri 8pm"), "20:00"
    yield "autocomplete of an event", partial(nia.complete, "event show", "event", event="raid"), "Raid"
    yield "/event list", partial(nia.command, "event list"), "Raid"
    yield "/report export", partial(officer.command, "report export"), '"type": 5'


if __name__ == "__main__":
    main()
