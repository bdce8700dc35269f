"""An event's card: always within Discord's limits, never saying what is not so."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attendance.discord.cards import event_card
from attendance.domain.event import Event
from attendance.domain.seats import GOING, MAX_ROLES, Role, parse_roles, role_key

NOW = datetime(2026, 12, 1, 18, 0, tzinfo=UTC)
PARTY = parse_roles("tank 1, healer 1-2, dps 3")


def event(**changes) -> Event:
    fields = {
        "guild_id": "1", "event_id": "0123456789abcdef", "title": "Molten Core", "game": "WoW", "channel_id": "2",
        "starts_at": NOW + timedelta(hours=2), "ends_at": NOW + timedelta(hours=5), "zone": "UTC", "created_by": "3", "roles": PARTY,
    }  # fmt: skip
    return Event(**(fields | changes))


def answered(*choices: str, **changes) -> Event:
    users = {str(100 + number): choice for number, choice in enumerate(choices)}
    return event(choices=users, places={user: number for number, user in enumerate(users)}, **changes)


def fields_of(card: dict) -> dict[str, str]:
    return {field["name"]: field["value"] for field in card["embeds"][0]["fields"]}


def labels(card: dict) -> list[list[str]]:
    return [[button["label"] for button in row["components"]] for row in card["components"]]


def test_the_roster_is_shown_by_role_with_the_queue_in_order():
    card = event_card(answered("tank|", "healer|", "tank|", "tank|15", "?", "-", "dps|30"), NOW)
    assert fields_of(card) == {
        "tank 1/1": "<@100>",
        "healer 1/2": "<@101>",
        "dps 1/3": "<@106> (30 min late)",
        "Waiting 2": "tank 1. <@102>\ntank 2. <@103> (15 min late)",
        "Maybe 1": "<@104>",
        "Not coming 1": "<@105>",
    }
    assert (
        "**3** going \u00b7 **2** waiting \u00b7 **1** maybe \u00b7 **1** not coming"
        in card["embeds"][0]["description"]
    )
    assert labels(card) == [["tank (queue)", "healer", "dps"], ["Late", "Maybe", "No", "More"]]


def test_a_role_below_its_minimum_says_how_many_are_missing():
    assert "healer 0/2 (needs 1 more)" in fields_of(event_card(event(), NOW))


def test_a_full_party_queues_every_role():
    card = event_card(answered("tank|", "dps|", capacity=2), NOW)
    assert labels(card)[0] == ["tank (queue)", "healer (queue)", "dps (queue)"]
    assert "**2/2** going" in card["embeds"][0]["description"]


def test_an_event_without_party_roles_fits_one_row():
    card = event_card(answered("going|", roles=(GOING,), starts_at=NOW + timedelta(minutes=15)), NOW)
    assert labels(card) == [["Going", "Late", "Maybe", "No", "More"], ["Check in"]]
    assert fields_of(card) == {"Going 1": "<@100>"}


def test_more_than_ten_roles_are_chosen_from_a_select_and_all_fits_five_rows():
    roles = tuple(Role(f"r{n}", f"Role {n}", 0, 1) for n in range(MAX_ROLES))
    rows = event_card(answered("r0|", roles=roles, starts_at=NOW + timedelta(minutes=5)), NOW)["components"]
    (select,) = rows[0]["components"]
    assert (select["type"], select["custom_id"], len(select["options"])) == (3, "v1:yes:0123456789abcdef", 15)
    assert [option["description"] for option in select["options"][:2]] == ["1/1 (queue)", "0/1"]
    assert [button["label"] for button in rows[1]["components"]] == ["Late", "Maybe", "No", "More", "Check in"]
    ten = event_card(event(roles=roles[:10]), NOW)["components"]
    assert [len(row["components"]) for row in ten] == [5, 5, 4]


def test_alternatives_and_notes_are_marked_and_who_was_invited_is_shown_until_they_answer():
    card = event_card(answered("tank|*", "tank+healer|15*", "tank+dps|", "tank|", invited=("100", "900")), NOW)
    assert fields_of(card) | {"dps 1/3": ""} == {
        "tank 1/1": "<@100> \u270e",
        "healer 1/2": "<@101> (15 min late, or tank) \u270e",
        "dps 1/3": "",
        "Waiting 1": "tank 1. <@103>",
        "Not answered yet 1": "<@900>",
    }


def test_a_card_says_when_sign_up_opens_and_for_whom_and_offers_nothing_before():
    opens = NOW + timedelta(hours=1)
    card = event_card(event(sign_up_opens_at=opens, sign_up_role_id="77"), NOW)
    assert f"Sign-up opens <t:{int(opens.timestamp())}:f>" in card["embeds"][0]["description"]
    assert "Sign-up for <@&77> only" in card["embeds"][0]["description"]
    assert card["components"] == []
    assert "opens" not in event_card(event(sign_up_opens_at=opens), opens)["embeds"][0]["description"]
    assert labels(event_card(event(sign_up_opens_at=opens), opens))[1] == ["Late", "Maybe", "No", "More"]


@pytest.mark.parametrize(("minutes", "offered"), [(-16, False), (-15, True), (0, True), (20, True), (21, False)])
def test_check_in_is_offered_exactly_while_it_is_open(minutes, offered):
    shown = labels(event_card(event(), NOW + timedelta(hours=2, minutes=minutes)))
    assert (["Check in"] in shown or ["Late", "Maybe", "No", "More", "Check in"] in shown) is offered


def test_answers_are_offered_until_sign_up_ends():
    deadline = NOW + timedelta(hours=1)
    open_until = event(sign_up_closes_at=deadline)
    assert (
        f"Sign-up closes <t:{int(deadline.timestamp())}:f>" in event_card(open_until, NOW)["embeds"][0]["description"]
    )
    assert labels(event_card(open_until, deadline - timedelta(seconds=1))) != []
    assert labels(event_card(open_until, deadline)) == []


@pytest.mark.parametrize(
    ("status", "title"), [("closed", "Closed: Molten Core"), ("cancelled", "Cancelled: Molten Core")]
)
def test_a_card_that_is_over_says_so_and_has_no_buttons(status, title):
    card = event_card(event(status=status), NOW + timedelta(hours=2))
    assert card["embeds"][0]["title"] == title
    assert card["components"] == []


def test_a_closed_card_shows_the_totals_it_is_given():
    card = event_card(event(status="closed"), NOW, totals={"present": 3, "left_early": 1})
    assert fields_of(card)["Attendance"] == "3 present \u00b7 1 left early"


def test_user_text_is_shown_as_typed():
    hostile = "**@everyone** [free](https://evil.example) <@1> `x`"
    card = event_card(event(title=hostile, game=hostile, description=hostile), NOW)
    embed = card["embeds"][0]
    assert embed["title"] == r"\*\*@everyone\*\* \[free\](https://evil.example) \<@1\> \`x\`"
    assert "](" not in embed["description"].replace(r"\](", "")
    assert r"\<@1>" in embed["description"]


HOSTILE = st.text(alphabet=st.sampled_from("*_`[]()<>@#\\|~\u202e\u0301\U0001f44b e"), min_size=1, max_size=32)


@st.composite
def events(draw, languages=("en",)):
    names = draw(st.lists(HOSTILE, max_size=MAX_ROLES))
    roles = tuple(
        Role(role_key(f"r{index}{name}")[:16], name, draw(st.integers(0, 3)), draw(st.sampled_from([1, 5, 1000])))
        for index, name in enumerate(names)
    ) or (GOING,)
    count = draw(st.sampled_from([0, 1, 7, 30, 100, 1000]))
    kinds = draw(st.lists(st.sampled_from(["yes", "late", "maybe", "no"]), min_size=1, max_size=4))
    encoded = {"maybe": "?", "no": "-"}
    choices = {
        str(10**18 + 7 * number): encoded.get(kind)
        or f"{roles[number % len(roles)].key}|{240 if kind == 'late' else ''}"
        for number in range(count)
        for kind in [kinds[number % len(kinds)]]
    }
    return event(
        title=(draw(HOSTILE) * 100)[:100],
        game=(draw(HOSTILE) * 64)[:64],
        description=(draw(HOSTILE) * 1000)[: draw(st.sampled_from([0, 10, 1000]))],
        roles=roles,
        capacity=draw(st.sampled_from([None, 1, 10, 1000])),
        choices=choices,
        places={user: number for number, user in enumerate(choices)},
        status=draw(st.sampled_from(["open", "open", "closed", "cancelled"])),
        sign_up_closes_at=draw(st.sampled_from([None, NOW + timedelta(hours=1)])),
        voice_channel_id="1" * 20,
        tracked_role_id="1" * 20,
        code=draw(st.sampled_from([None, "owl"])),
        sign_up_role_id=draw(st.sampled_from([None, "1" * 20])),
        sign_up_opens_at=draw(st.sampled_from([None, NOW + timedelta(minutes=30)])),
        invited=draw(st.sampled_from([(), tuple(str(10**19 + number) for number in range(25))])),
        language=draw(st.sampled_from(languages)),
    )


@given(events(("en", "de", "fr")), st.sampled_from([0, 106, 119, 121, 500]))
@settings(max_examples=150, deadline=None)
def test_every_card_is_within_discords_limits(shown, minutes):
    totals = {"present": 999, "late": 999, "left_early": 999} if shown.status == "closed" else None
    card = event_card(shown, NOW + timedelta(minutes=minutes), totals=totals)
    [embed] = card["embeds"]
    texts = [
        embed["title"],
        embed["description"],
        *(text for field in embed["fields"] for text in (field["name"], field["value"])),
    ]
    assert sum(map(len, texts)) <= 6000
    assert len(embed["title"]) <= 256
    assert len(embed["description"]) <= 4096
    assert len(embed["fields"]) <= 25
    assert all(0 < len(field["name"]) <= 256 and 0 < len(field["value"]) <= 1024 for field in embed["fields"])
    assert len(card["components"]) <= 5
    assert all(1 <= len(row["components"]) <= 5 for row in card["components"])
    pressed = [button for row in card["components"] for button in row["components"]]
    options = [option for one in pressed for option in one.get("options", ())]
    assert all(1 <= len(one.get("label", "a select")) <= 80 and len(one["custom_id"]) <= 100 for one in pressed)
    assert len(options) <= 25
    assert all(1 <= len(option["label"]) <= 100 and len(option["description"]) <= 100 for option in options)
    assert len({button["custom_id"] for button in pressed}) == len(pressed)
    assert card["allowed_mentions"] == {"parse": []}
    json.dumps(card).encode()


@pytest.mark.parametrize("language", ["en", "de", "fr"])
def test_the_fullest_card_is_within_six_thousand_characters_and_uses_most_of_them(language):
    roles = tuple(Role(f"r{number}", "**" * 16, 3, 60) for number in range(MAX_ROLES))
    full = answered(
        *([f"r{number % MAX_ROLES}|240" for number in range(996)] + ["?", "-"] * 2),
        roles=roles, title="*" * 100, game="*" * 64, description="[" * 1000, voice_channel_id="1" * 20, capacity=900,
        language=language,
    )  # fmt: skip
    [embed] = event_card(full, NOW)["embeds"]
    fields = sum(len(field["name"]) + len(field["value"]) for field in embed["fields"])
    assert 5500 < len(embed["title"]) + len(embed["description"]) + fields <= 6000


@given(events())
@settings(max_examples=60, deadline=None)
def test_a_field_shows_or_counts_every_member_in_it(shown):
    for name, value in ((field["name"], field["value"]) for field in event_card(shown, NOW)["embeds"][0]["fields"]):
        count = re.search(r"(?:^| )(\d+)(?:/\d+)?(?: \(needs \d+ more\))?$", name)
        assert count is not None
        more = re.search(r"and (\d+) more$", value)
        assert len(re.findall(r"<@\d+>", value)) + int(more[1] if more else 0) == int(count[1])


@given(events())
@settings(max_examples=60, deadline=None)
def test_a_field_begins_with_the_first_of_its_members_in_the_order_of_the_roster(shown):
    roster = shown.roster()
    expected = [[seat.user_id for seat in roster.in_role(role.key)] for role in shown.roles]
    unanswered = [user for user in shown.invited if user not in shown.choices] if shown.status == "open" else []
    rest = ([seat.user_id for seat in roster.waiting], list(roster.maybe), list(roster.no), unanswered)
    expected += [users for users in rest if users]
    fields = event_card(shown, NOW)["embeds"][0]["fields"]
    assert len(fields) == len(expected)
    for field, users in zip(fields, expected, strict=True):
        named = re.findall(r"<@(\d+)>", field["value"])
        assert named == users[: len(named)]
