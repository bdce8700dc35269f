"""`make doctor STAGE=...`: looks at a stage from all sides and says what is wrong and how to mend it.

    make doctor STAGE=prod      a stage on AWS
    make doctor STAGE=local     the stack that `make run` started

It changes nothing (the address that Discord has is put once more, so that Discord verifies it) and shows no secret. Each check stands by itself: one that cannot look says so, and the others go on. It ends with
exit code 1 where something is broken; what only deserves attention does not count.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

import requests
from botocore.exceptions import BotoCoreError, ClientError

from attendance.discord.commands import COMMANDS
from attendance.discord.install import PERMISSIONS
from attendance.errors import AttendanceError
from attendance.storage import dues, keys, shape
from infra.places import find_place
from infra.put_secrets import lacking, read_secret
from infra.register_commands import Application, DiscordRefused
from infra.stages import NotReady

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from infra.places import Place

TIMEOUT: Final = 15.0
OVERDUE: Final = timedelta(minutes=5)
"""The sweep runs every minute and a lease lives two: what is due for longer than this was not taken up."""
BACKUP_AGE: Final = timedelta(hours=30)
"""The daily plan may take six hours from its start."""
YOUNG: Final = timedelta(minutes=10)
"""A stack that was made this lately may not have been reached by its schedule."""
QUEUED: Final = 1000
_SEES_MEMBERS: Final = 1 << 14 | 1 << 15  # the Server Members Intent, of a large bot or of one in under 100 guilds
_PERMISSION_NAMES: Final = {
    10: "View Channel", 11: "Send Messages", 14: "Embed Links", 16: "Read Message History", 20: "Connect", 33: "Manage Events",
    34: "Manage Threads", 35: "Create Public Threads", 38: "Send Messages in Threads", 44: "Create Events",
}  # fmt: skip


class Finding(NamedTuple):
    """What one look showed: "ok", "look" (deserves attention) or "broken", in a sentence; and what to do about it."""

    state: Literal["ok", "look", "broken"]
    said: str
    mend: str = ""


type Check = Callable[[Place], Iterator[Finding]]


def endpoint(place: Place) -> Iterator[Finding]:
    """The API answers, and nothing unsigned gets in."""
    health = requests.get(f"{place.api_url}/health", timeout=TIMEOUT)
    if health.ok:
        yield Finding("ok", f"{place.api_url}/health answers")
    else:
        mend = "look into the dashboard function's log group"
        yield Finding("broken", f"{place.api_url}/health answers {health.status_code}: {health.text[:200]}", mend)
    unsigned = requests.post(f"{place.api_url}/discord/interactions", json={"type": 1}, timeout=TIMEOUT)
    if unsigned.status_code == 401:
        yield Finding("ok", "an unsigned interaction is refused with 401")
    else:
        mend = "Discord will not accept such an endpoint: look into the interactions function's log group"
        yield Finding("broken", f"an unsigned interaction is answered with {unsigned.status_code}, not 401", mend)


def secret(place: Place) -> Iterator[Finding]:
    """The secret has everything that the functions read."""
    found = read_secret(place.client("secretsmanager"), place.outputs["SecretId"])
    if missing := lacking(found):
        yield Finding("broken", f"the secret has no {', no '.join(missing)}", f"`make secrets STAGE={place.stage}`")
    else:
        yield Finding("ok", "the secret is complete")


def discord(place: Place) -> Iterator[Finding]:
    """Discord takes the token, has our commands and sends to our address; the bot may do its work in each guild."""
    bot_token = read_secret(place.client("secretsmanager"), place.outputs["SecretId"]).get("bot_token", "")
    application = Application(place.discord_api_url, place.application_id, bot_token)
    again = "`make run` again" if place.stage == "local" else f"`make deploy STAGE={place.stage}`"
    known = application.read()
    yield Finding("ok", "Discord takes the bot token")
    yield from _endpoint_at_discord(place, application, known, again)
    if application.has(COMMANDS):
        yield Finding("ok", f"all {len(COMMANDS)} commands are registered as they are")
    else:
        yield Finding("broken", "the commands at Discord are not those of this version", again)
    if not (known.get("flags") or 0) & _SEES_MEMBERS:
        mend = "switch it on under Bot in Discord's developer portal"
        yield Finding("look", "without Server Members Intent the bot knows only members that it has met", mend)
    yield from _permissions(application)


def _endpoint_at_discord(
    place: Place, application: Application, known: dict[str, Any], again: str
) -> Iterator[Finding]:
    """Discord sends to us, signs with the key that we verify with, and a PING that it signs is answered."""
    ours = _parameters(place).get("DiscordPublicKey", "")
    if ours and ours.lower() != str(known.get("verify_key", ours)).lower():
        mend = "put the Public Key of the application's General Information into samconfig.toml, then deploy"
        yield Finding("broken", "Discord signs with another key than the stack verifies with", mend)
    wanted = f"{place.api_url}/discord/interactions"
    if (found := known.get("interactions_endpoint_url")) != wanted:
        yield Finding("look", f"Discord sends interactions to {found}, the stack is at {wanted}", again)
        return
    try:
        application.verify(wanted)
    except DiscordRefused as refused:
        mend = "look into the interactions function's log group, and compare the public key and the clock"
        yield Finding("broken", f"a PING that Discord signs is not answered as it asks ({refused})", mend)
    else:
        yield Finding("ok", f"Discord sends interactions to {wanted}, and its signed PING is answered")
    if (found := known.get("event_webhooks_url")) != f"{place.api_url}/discord/events":
        yield Finding("look", f"Discord sends webhook events to {found}, not to {place.api_url}/discord/events", again)


def _parameters(place: Place) -> dict[str, str]:
    """What the stack was deployed with."""
    return {one["ParameterKey"]: one.get("ParameterValue", "") for one in _stack(place).get("Parameters", [])}


def _stack(place: Place) -> dict[str, Any]:
    found: dict[str, Any] = place.client("cloudformation").describe_stacks(StackName=place.stack)["Stacks"][0]
    return found


def _is_young(place: Place) -> bool:
    made: datetime = _stack(place)["CreationTime"]
    return datetime.now(UTC) - made < YOUNG


def _permissions(application: Application) -> Iterator[Finding]:
    guilds = lacking = 0
    for guild in application.guilds():
        guilds += 1
        missing = PERMISSIONS & ~int(guild["permissions"])
        if missing and not int(guild["permissions"]) & 1 << 3:  # an administrator has them all
            lacking += 1
            names = ", ".join(name for bit, name in _PERMISSION_NAMES.items() if missing & 1 << bit)
            mend = "an administrator there gives them to the bot's role, or leaves out what the guild does not use"
            yield Finding("look", f"in {guild['name']} ({guild['id']}) the bot lacks {names}", mend)
    yield Finding("ok", f"the bot has all its permissions in {guilds - lacking} of {guilds} guilds")


def queues(place: Place) -> Iterator[Finding]:
    """Nothing waits for long, and nothing was given up."""
    sqs = place.client("sqs")
    names = _resources(place, "AWS::SQS::Queue")
    for name in sorted(names):
        asked = ["ApproximateNumberOfMessages"]
        waiting = int(sqs.get_queue_attributes(QueueUrl=names[name], AttributeNames=asked)["Attributes"][asked[0]])
        if name.endswith("DeadLetterQueue"):
            if waiting:
                mend = "read why in the log group of the function before it, mend that, then redrive the queue"
                yield Finding("broken", f"{waiting} messages were given up in {name}", mend)
        elif waiting > QUEUED:
            yield Finding(
                "look", f"{waiting} messages wait in {name}", "if it stays so, look for throttles of its function"
            )
        else:
            yield Finding("ok", f"{waiting} messages wait in {name}")


def _resources(place: Place, kind: str) -> dict[str, str]:
    """The stack's resources of a kind: its name for each, and AWS's."""
    pages = place.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=place.stack)
    found = [one for page in pages for one in page["StackResourceSummaries"] if one["ResourceType"] == kind]
    return {one["LogicalResourceId"]: one["PhysicalResourceId"] for one in found}


def schedule(place: Place) -> Iterator[Finding]:
    """The minute schedule is on, and its function runs."""
    for name, known_as in _resources(place, "AWS::Scheduler::Schedule").items():
        state = place.client("scheduler").get_schedule(Name=known_as.rpartition("/")[2])["State"]
        if state != "ENABLED":
            mend = "enable it in EventBridge Scheduler; until then no reminder goes out and no event closes"
            yield Finding("broken", f"{name} is {state}", mend)
    group = _resources(place, "AWS::Logs::LogGroup").get("RemindersLogGroup", "")
    since = int((datetime.now(UTC) - OVERDUE).timestamp() * 1000)
    pages = place.client("logs").get_paginator("filter_log_events").paginate(logGroupName=group, startTime=since)
    minutes = int(OVERDUE.total_seconds() // 60)
    if any(page["events"] for page in pages):
        yield Finding("ok", f"the sweep ran within the last {minutes} minutes")
    elif _is_young(place):
        yield Finding("look", "the sweep has not run yet", "a new stack needs some minutes: ask again")
    else:
        mend = "look at the schedule's role, at the reminders function's log group and at its dead-letter queue"
        yield Finding("broken", f"the sweep has not run for {minutes} minutes", mend)


def sweep(place: Place) -> Iterator[Finding]:
    """What is due is taken up within minutes."""
    now, table = datetime.now(UTC), place.table()
    first = (next(dues.due_until(table, shard, now - OVERDUE), None) for shard in range(keys.DUE_SHARDS))
    overdue = min((due.at for due in first if due), default=None)
    if overdue is None:
        yield Finding("ok", "nothing is overdue")
    else:
        mend = "look whether the schedule of the reminders function is enabled, and into its log group"
        yield Finding("broken", f"something has been due since {keys.stamp(overdue)}", mend)


def backups(place: Place) -> Iterator[Finding]:
    """The table can be brought back."""
    described = place.dynamodb().describe_continuous_backups(TableName=place.table_name)["ContinuousBackupsDescription"]
    recovery = described.get("PointInTimeRecoveryDescription", {}).get("PointInTimeRecoveryStatus")
    if recovery == "ENABLED":
        yield Finding("ok", "point-in-time recovery is on")
    else:
        yield Finding("broken", "point-in-time recovery is off", f"`make deploy STAGE={place.stage}`")
    if place.stage == "local":
        return
    arn = place.dynamodb().describe_table(TableName=place.table_name)["Table"]["TableArn"]
    since = datetime.now(UTC) - BACKUP_AGE
    pages = place.client("backup").get_paginator("list_recovery_points_by_resource").paginate(ResourceArn=arn)
    points = [point for page in pages for point in page["RecoveryPoints"]]
    if any(point["CreationDate"] > since and point["Status"] == "COMPLETED" for point in points):
        yield Finding("ok", "the daily backup is there")
    else:
        hours = int(BACKUP_AGE.total_seconds() // 3600)
        mend = "a new stack has none before 03:30 UTC; else look at the jobs in AWS Backup"
        yield Finding("look", f"there is no backup of the last {hours} hours", mend)


def table_shape(place: Place) -> Iterator[Finding]:
    """The table's items have the shape that this version writes."""
    found = shape.read(place.table())
    if found == shape.CURRENT:
        yield Finding("ok", f"the table has shape {found}, the newest")
    elif found > shape.CURRENT:
        yield Finding("broken", f"the table has shape {found}, newer than this software", "update this checkout first")
    else:
        mend = f"at leisure: `make migrate STAGE={place.stage}`"
        yield Finding("look", f"the table has shape {found}, the newest is {shape.CURRENT}; both are read", mend)


def alarms(place: Place) -> Iterator[Finding]:
    """No alarm is on, and somebody is told when one is."""
    if place.stage == "local":
        return  # the emulator measures nothing
    pages = place.client("cloudwatch").get_paginator("describe_alarms").paginate(AlarmNamePrefix=f"{place.stack}-")
    every = [alarm for page in pages for alarm in page["MetricAlarms"]]
    on = [alarm for alarm in every if alarm["StateValue"] == "ALARM"]
    state: Literal["look", "broken"] = "look" if on and _is_young(place) else "broken"
    for alarm in on:
        yield Finding(state, f"the alarm {alarm['AlarmName']} is on", alarm["AlarmDescription"].rstrip("."))
    if not on:
        yield Finding("ok", f"none of {len(every)} alarms is on")
    if not _parameters(place).get("AlarmEmail"):
        yield Finding("look", "nobody is told of alarms", "set AlarmEmail in samconfig.toml")


CHECKS: Final[tuple[Check, ...]] = (
    endpoint, secret, discord, queues, schedule, sweep, alarms, backups, table_shape,
)  # fmt: skip
_FAILURES = (AttendanceError, BotoCoreError, ClientError, DiscordRefused, NotReady, requests.RequestException)


def examine(place: Place) -> Iterator[Finding]:
    """Yield what every check found, one after the other."""
    for check in CHECKS:
        try:
            yield from check(place)
        except _FAILURES as failure:
            what = (check.__doc__ or "").partition(".")[0]
            yield Finding(
                "broken", f"not known whether this holds: {what} ({failure})", "what stands in brackets comes first"
            )


def report(place: Place) -> bool:
    """Print what every check found, as it is found; True where nothing is broken."""
    broken = 0
    for state, said, mend in examine(place):
        broken += state == "broken"
        print(f"{state:<7} {said}{f': {mend}' if mend else ''}.", flush=True)
    print(f"\n{place.stage}: {f'{broken} broken.' if broken else 'nothing is broken.'}")
    return not broken


def main(arguments: list[str]) -> int:
    """Run from the command line: one argument, the stage."""
    try:
        place = find_place(arguments[0] if arguments else "")
    except NotReady as reason:
        print(reason, file=sys.stderr)
        return 1
    return 0 if report(place) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
