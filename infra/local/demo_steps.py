"""A raid night, step by step: from setting the guild up to the report's first lines.

Who does what: the owner sets the guild up, the officer plans and closes, twelve members sign up. Two of them change
their mind, Ines comes too late for a tank's seat and waits, Tomas leaves and she moves up. Idris says yes and never
checks in.
"""

import csv
import io
from collections.abc import Iterator
from typing import Final

import requests

from infra.local.demo_night import (
    CHANNEL,
    OFFICER_ROLE,
    OWNER,
    ROLES,
    SOON_SECONDS,
    Night,
    NotAsExpected,
    Step,
    expect,
    expect_words,
)
from infra.local.discord import markup
from infra.local.player import Message, PlayFailed

SIGN_UPS: Final = (
    ("Nia", "Tank"),
    ("Tomas", "Tank"),
    ("Ines", "Tank"),
    ("Jonah", "Healer"),
    ("Aiko", "Healer"),
    ("Priya", "DPS"),
    ("Lars", "DPS"),
    ("Zoe", "DPS"),
    ("Mateo", "DPS"),
    ("Freya", "DPS"),
    ("Idris", "DPS"),
    ("Chloe", "Healer"),
)
CHANGES: Final = (("Chloe", "No"), ("Priya", "Healer"))
LEAVES: Final = "Tomas"
MOVES_UP: Final = "Ines"
NEVER_CHECKS_IN: Final = "Idris"
BY_COMMAND: Final = ("Lars", "Zoe")
SEATED_AT_LAST: Final = {
    "Tank": ["Nia", "Ines"],
    "Healer": ["Jonah", "Aiko", "Priya"],
    "DPS": ["Lars", "Zoe", "Mateo", "Freya", "Idris"],
}
#: The reminder is due two minutes before the start and the schedule looks once a minute: it is sent in time.
STARTS_IN: Final = "in 3m"
REMINDER: Final = "2m"
REMINDER_WITHIN_SECONDS: Final = 170.0

SHEET_COLUMNS: Final = ("Member", "Answer", "Role", "Attendance", "Credit", "Evidence")
_CSV_LINES_SHOWN: Final = 4
_DOWNLOAD_SECONDS: Final = 20


def set_up_guild(night: Night) -> None:
    """The owner names zone, channel and officer role."""
    role = night.guild.role(OFFICER_ROLE)
    owner = night.member(OWNER)
    answer = owner.command("settings setup", zone="Europe/Berlin", channel=night.channel, officer_role=role)
    expect_words("the answer to /settings setup", answer.text, "Berlin", OFFICER_ROLE)


def refuse_a_member(night: Night) -> None:
    """A member who is no officer is told so, and nothing happens."""
    answer = night.member("Nia").command("create-preset", name=night.preset, game="Emberfall", roles=ROLES)
    expect("who sees the refusal", "Nia only", "Nia only" if answer.message.ephemeral else "everyone")
    expect_words("the refusal of /create-preset", answer.text, "presets.manage")


def create_preset(night: Night) -> None:
    """The officer saves what raids have in common."""
    answer = night.officer.command(
        "create-preset",
        name=night.preset,
        game="Emberfall",
        roles=ROLES,
        party_size=11,
        duration="2h 30m",
        reminders=REMINDER,
    )
    expect_words("the answer to /create-preset", answer.text, night.preset)


def create_event(night: Night) -> None:
    """The officer plans tonight's raid; its card appears with a button for each role."""
    answer = night.officer.command("create-event", title=night.title, time=STARTS_IN, preset=night.preset)
    expect_words("the answer to /create-event", answer.text, night.title)
    card = night.waits_for(night.card, f"the card in #{CHANNEL}")
    for label in ("Tank", "Healer", "DPS", "Late", "Maybe", "No", "Check in"):
        expect(f"a button {label!r} on the card", True, card.has(label))
    night.show(card.picture())


def sign_up(night: Night) -> None:
    """Twelve members click; the third tank waits."""
    for name, role in SIGN_UPS:
        outcome = night.member(name).click(night.card(), role)
        expect(f"whether {name}'s click redraws the card", night.card().id, outcome.message.id)
        expect_words(f"the card after {name}'s click", outcome.text, f"@{name}")
    expect("the tanks", ["Nia", "Tomas"], night.card_names("Tank"))
    expect("who waits", [MOVES_UP], night.card_names("Waiting"))


def change_minds(night: Night) -> None:
    """One takes another role, one will not come after all."""
    for name, answer in CHANGES:
        night.member(name).click(night.card(), answer)
    expect("the healers", SEATED_AT_LAST["Healer"], night.card_names("Healer"))
    expect("who does not come", ["Chloe"], night.card_names("Not coming"))


def repeat_a_click(night: Night) -> None:
    """The same answer again changes nothing."""
    before = night.card().json["embeds"]
    night.member("Nia").click(night.card(), "Tank")
    expect("the card after a repeated click", before, night.card().json["embeds"])


def move_up(night: Night) -> None:
    """A tank leaves; the waiting one has the seat at once and is told in private."""
    night.member(LEAVES).click(night.card(), "No")
    seated = night.seated()
    expect("the seats", SEATED_AT_LAST, {role: seated.get(role) for role in SEATED_AT_LAST})
    expect("whether anyone waits", False, any(role.startswith("Waiting") for role in seated))

    def told() -> Message | None:
        messages = night.member(MOVES_UP).direct_messages()
        return next((one for one in messages if night.title in one.text), None)

    message = night.waits_for(told, f"{MOVES_UP}'s direct message about the seat")
    expect_words("the direct message", message.text, "seat", "Tank")
    night.show(night.card().picture())


def wait_for_reminder(night: Night) -> None:
    """The minute schedule finds the reminder due; it mentions who is seated, once."""

    def reminders() -> list[Message]:
        return [one for one in night.channel.messages() if "Reminder" in one.text and night.title in one.text]

    waited = 0.0
    while not reminders():
        if waited >= REMINDER_WITHIN_SECONDS:
            raise NotAsExpected("the reminder", f"within {REMINDER_WITHIN_SECONDS:g} s", "no reminder in the channel")
        night.say("  waiting for the reminder, which the schedule looks for once a minute")
        pause = 10.0
        try:
            night.waits_for(reminders, "the reminder", pause)
        except PlayFailed:
            waited += pause
    sent = reminders()
    expect("the number of reminders", 1, len(sent))
    mentioned = sorted(night.guild.name_of("user", one["id"]) for one in sent[0].json["mentions"])
    expect("whom the reminder mentions", sorted(name for names in SEATED_AT_LAST.values() for name in names), mentioned)
    night.show(sent[0].picture())


def check_in(night: Night) -> None:
    """Nine check in, by the button or with /attend; a second time changes nothing."""
    event = night.event_option("attend")
    for name in _coming():
        if name in BY_COMMAND:
            answer = night.member(name).command("attend", event=event)
        else:
            answer = night.member(name).click(night.card(), "Check in")
        expect_words(f"the answer to {name}'s check-in", answer.text, night.title)
    again = night.member("Nia").click(night.card(), "Check in")
    expect_words("the answer to a second check-in", again.text, "already")


def show_roster(night: Night) -> None:
    """Anyone can look the roster up."""
    answer = night.member("Nia").command("event show", event=night.event_option("event show"))
    expect_words("the roster", answer.text, *(f"@{name}" for names in SEATED_AT_LAST.values() for name in names))
    night.show(answer.message.picture())


def close_event(night: Night) -> None:
    """The officer closes the night; the card says so and takes no more answers."""
    answer = night.officer.command("event close", event=night.event_option("event close"))
    expect_words("the answer to /event close", answer.text, night.title)
    night.show(answer.message.picture())

    def closed() -> Message | None:
        card = night.card()
        return card if card.text.startswith("Closed") else None

    card = night.waits_for(closed, "the card to say closed")
    for label in ("Tank", "Maybe", "Check in"):
        expect(f"whether the closed card has a button {label!r}", False, card.has(label))


def export_report(night: Night) -> None:
    """The officer asks for the night's report, gets a link, and the file says who was there."""
    event = night.event_option("report export")
    asked = night.officer.command("report export", event=event, format="csv").message

    def ready() -> Message | None:
        now = night.officer.reread(asked)
        return None if now.thinking else now

    message = night.waits_for(ready, "the report", SOON_SECONDS * 2)
    if not message.has("Get the file"):
        raise NotAsExpected("the answer to /report export", "a button 'Get the file'", message.text)
    link = _link(night.officer.click(message, "Get the file").message)
    night.say("The link, valid for five minutes:")
    night.show(link)
    response = requests.get(link, timeout=_DOWNLOAD_SECONDS)
    expect("the status of the download", 200, response.status_code)
    text = response.content.decode("utf-8-sig")
    night.show("\n".join(text.splitlines()[:_CSV_LINES_SHOWN]))
    rows = _sheet_rows(text)
    _check_sheet(rows)
    night.say("The attendance sheet:")
    night.show(_table(rows))


def speak_to_spec(night: Night) -> None:
    """Nothing that was sent to Discord all night broke Discord's own description of its API."""
    if not night.server.checks_spec():
        night.say("  not checked: Discord's spec is not at hand (DISCORD_SPEC_DIR)")
    expect("requests and answers that break Discord's spec", [], night.server.violations()[night.violations_before :])


def _coming() -> list[str]:
    return [name for names in SEATED_AT_LAST.values() for name in names if name != NEVER_CHECKS_IN]


def _link(message: Message) -> str:
    """The first address that a message leads to: a button's, or one in its words."""
    texts = [message.json["content"], *(str(embed.get("description", "")) for embed in message.json["embeds"])]
    found = [part["url"] for row in message.json["components"] for part in row.get("components", []) if "url" in part]
    found += [address for text in texts for address in _addresses(text)]
    if not found:
        raise NotAsExpected("the answer to Get the file", "a link", message.text)
    return str(found[0])


def _addresses(text: str) -> Iterator[str]:
    for piece in markup.pieces(text):
        if piece.kind == "link":
            yield piece.extra
        elif piece.kind == "bold":
            yield from _addresses(piece.text)


def _sheet_rows(text: str) -> dict[str, dict[str, str]]:
    """Member -> the columns of their row. What the file says about itself below the table names no member."""
    rows = csv.DictReader(io.StringIO(text))
    names = [name for name, _ in SIGN_UPS]
    return {row["Member"]: row for row in rows if row["Member"] in names}


def _check_sheet(rows: dict[str, dict[str, str]]) -> None:
    expect("the members in the file", sorted(name for name, _ in SIGN_UPS), sorted(rows))
    present = sorted(name for name, row in rows.items() if row["Attendance"] == "present")
    expect("who is present in the file", sorted(_coming()), present)
    expect("who is absent in the file", "absent", rows[NEVER_CHECKS_IN]["Attendance"])
    expect("the one who left", ("no", "unmarked"), (rows[LEAVES]["Answer"], rows[LEAVES]["Attendance"]))


def _table(rows: dict[str, dict[str, str]]) -> str:
    lines = [SHEET_COLUMNS, *([row[column] for column in SHEET_COLUMNS] for row in rows.values())]
    widths = [max(len(line[index]) for line in lines) for index in range(len(SHEET_COLUMNS))]
    return "\n".join("  ".join(cell.ljust(size) for cell, size in zip(line, widths, strict=True)) for line in lines)


STEPS: Final = (
    Step(f"{OWNER}, who owns the guild, sets it up", set_up_guild),
    Step("Nia, a member, may not make a preset", refuse_a_member),
    Step("The officer makes a preset", create_preset),
    Step("The officer plans the event", create_event),
    Step("Twelve members sign up", sign_up),
    Step("Two change their mind", change_minds),
    Step("A click twice has one effect", repeat_a_click),
    Step(f"{LEAVES} leaves, {MOVES_UP} moves up", move_up),
    Step("The reminder goes out", wait_for_reminder),
    Step("Members check in", check_in),
    Step("The roster is looked up", show_roster),
    Step("The officer closes the event", close_event),
    Step("The officer asks for the report", export_report),
    Step("Everything kept to Discord's spec", speak_to_spec),
)
