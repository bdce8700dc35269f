"""/audit: officers look up who changed what, page by page, in their language."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest

from attendance import wiring
from attendance.discord.commands.audit import AUDIT, KINDS
from attendance.discord.custom_id import MAX_LENGTH, CustomId
from attendance.domain.audit import AuditEntry
from attendance.domain.cursor import encode_cursor
from attendance.domain.ids import derive
from attendance.storage import audit, keys
from interactions.commands.audit import Wanted, _turn, read_turn
from tests.discord_driver import GUILD, NOW, playing
from tests.stories import raid, set_up

OTHER_GUILD = "1195917705216139999"
NIA, OLGA = "1300000000000000001", "1300000000000000002"
_numbers = itertools.count()


@pytest.fixture
def discord(moto_table, monkeypatch):
    """Discord in front of an empty table."""
    with playing(moto_table, monkeypatch) as discord:
        yield discord


def noted(minutes_ago=0, guild_id=GUILD, **changes):
    number = next(_numbers)
    facts = {
        "entry_id": derive("audit", str(number)), "at": NOW - timedelta(minutes=minutes_ago), "actor_id": NIA,
        "actor_name": "Nia", "surface": "discord", "entity": "preset", "subject": "0" * 16, "before": {"n": number - 1},
        "after": {"n": number},
    }  # fmt: skip
    audit.write(wiring.table(), AuditEntry(guild_id=guild_id, **facts | changes))
    return number


def page(answer):
    """The numbers on a page, and the buttons under it by their labels."""
    embed = answer["data"]["embeds"][0]
    lines = [line for line in embed["description"].splitlines() if line.startswith("> n:")]
    rows = answer["data"]["components"]
    buttons = {one["label"]: one["custom_id"] for row in rows for one in row["components"]}
    return [int(line.rpartition(" ")[2]) for line in lines], buttons


def test_all_pages_are_turned_by_buttons_and_back_to_the_newest_seen_by_the_officer_alone(discord):
    noted(guild_id=OTHER_GUILD)
    made = [noted(minutes) for minutes in range(23)]
    officer = discord.officer()
    first = officer.command("audit")
    assert first["data"]["flags"] == 64
    shown, buttons = page(first)
    found = [*shown]
    while "Older" in buttons:
        answer = officer.click(buttons["Older"])
        assert answer["type"] == 7
        more, buttons = page(answer)
        found += more
    assert found == made
    assert page(officer.click(buttons["Newest"]))[0] == shown


def test_each_filter_holds_on_every_page(discord):
    for minutes in range(12):
        noted(minutes, actor_id=OLGA)
        noted(minutes, entity="series")
        noted(minutes + 8 * 24 * 60)
    kept = [noted(minutes + 60) for minutes in range(12)]
    officer = discord.officer()
    answer = officer.command("audit", member=NIA, kind="preset", days=7)
    found, buttons = page(answer)
    found += page(officer.click(buttons["Older"]))[0]
    assert found == kept


def test_who_lacks_the_right_is_told_which_and_so_is_whoever_presses_an_old_button(discord):
    noted()
    nia = discord.member("Nia")
    for answer in (nia.command("audit"), nia.click(CustomId("audit", "all", "0.0.").encode())):
        assert "audit.view" in answer["data"]["content"]
        assert "embeds" not in answer["data"]


def test_an_entry_names_the_thing_and_shows_moments_and_members_and_no_markup(discord):
    set_up(wiring.table())
    event = raid(wiring.table())
    noted(
        entity="event", subject=event.event_id, surface="web",
        before={"title": "*Raid*", "starts_at": "2026-12-01T19:00:00.000Z", "choices": {NIA: "tank"}, "places": {NIA: 1}},
        after={"title": "@everyone", "starts_at": "2026-12-01T20:00:00.000Z", "choices": {NIA: "dps"}, "places": {NIA: 2}},
    )  # fmt: skip
    noted(
        1,
        entity="attendance",
        subject=f"{event.event_id}/{OLGA}",
        actor_id="system",
        before={},
        after={"status": "late"},
        made=True,
    )
    answer = discord.officer().command("audit")
    assert answer["data"]["allowed_mentions"] == {"parse": []}
    first, second = answer["data"]["embeds"][0]["description"].split("\n<t:")
    at = f"<t:{int(NOW.timestamp())}:f>"
    assert first.splitlines() == [
        f"{at} \u00b7 <@{NIA}> (web) \u00b7 Event **Raid night** \u00b7 changed",
        f"> choices: <@{NIA}> tank \u2192 <@{NIA}> dps",
        "> starts\\_at: <t:1796151600:f> \u2192 <t:1796155200:f>",
        "> title: \\*Raid\\* \u2192 @everyone",
    ]
    assert second.endswith(f"\u00b7 Nia \u00b7 Attendance **Raid night** <@{OLGA}> \u00b7 made")


def test_nothing_found_is_said_and_where_there_is_more_further_back_too(discord, monkeypatch):
    monkeypatch.setattr("attendance.services.audit_log.PAGES_TO_FILTER", 1)
    monkeypatch.setattr("attendance.services.audit_log.MAX_PAGE", 2)
    officer = discord.officer()
    assert "Nothing was changed" in officer.command("audit")["data"]["embeds"][0]["description"]
    for minutes in range(4):
        noted(minutes)
    kept = noted(9, entity="series")
    answer = officer.command("audit", kind="series")
    assert "further back" in answer["data"]["embeds"][0]["description"]
    for _ in range(2):
        answer = officer.click(page(answer)[1]["Older"])
    assert page(answer)[0] == [kept]


@pytest.mark.parametrize(("locale", "word"), [("de", "geändert"), ("fr", "modification")])
def test_it_is_spoken_of_in_the_officers_language(discord, locale, word):
    noted()
    discord.locale = locale
    assert word in discord.officer().command("audit")["data"]["embeds"][0]["description"]


def test_long_entries_fit_the_message(discord):
    for minutes in range(10):
        long = {f"field_{number}": "_" * 300 for number in range(9)}
        noted(
            minutes,
            before=long,
            after={name: [text] * 9 for name, text in long.items()},
            actor_name="*" * 100,
            actor_id="x",
        )
    assert len(discord.officer().command("audit")["data"]["embeds"][0]["description"]) <= 4096


@pytest.mark.parametrize("days", [0, 366, -1])
def test_days_outside_a_year_are_refused_with_the_range(discord, days):
    assert "1 to 365" in discord.officer().command("audit", days=days)["data"]["content"]


def test_a_kind_that_there_is_not_is_refused_with_those_there_are(discord):
    answer = discord.officer().command("audit", kind="nothing")
    assert "preset" in answer["data"]["content"]


@pytest.mark.parametrize("arg", ["", "x.0.", "1", "1.x.", "999.0.", "0.0.AAAA", "\u00b2.0."])
def test_a_button_of_another_shape_is_out_of_date_or_of_another_list(discord, arg):
    custom_id = ":".join(["v1", "audit", "all", *([arg] if arg else [])])
    answer = discord.officer().click(custom_id)
    assert answer["type"] == 4
    assert answer["data"]["flags"] == 64


def test_every_kind_of_change_can_be_chosen():
    assert tuple(KINDS) == keys.AUDITED_ENTITIES
    [kind] = [one for one in AUDIT["options"] if one["name"] == "kind"]
    assert len(kind["choices"]) <= 25


def test_the_longest_filter_and_cursor_fit_a_button():
    cursor = encode_cursor(f"{keys.stamp(NOW)}#{'0' * 16}")
    longest = max(KINDS, key=len)
    wanted = Wanted(longest, 365, "1" * 20)
    text = _turn(wanted, cursor)
    assert len(text) <= MAX_LENGTH
    assert read_turn(CustomId("audit", longest, text.split(":")[3])) == (wanted, cursor)
