"""Reading and writing party roles."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attendance.domain.seats import Role, format_roles, parse_roles
from attendance.errors import Invalid


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        ("tank 2", (Role("tank", "tank", 0, 2),)),
        (
            "Tank 2, healer 2-3,dps 6",
            (Role("tank", "Tank", 0, 2), Role("healer", "healer", 2, 3), Role("dps", "dps", 0, 6)),
        ),
        ("off-tank: 1", (Role("off-tank", "off-tank", 0, 1),)),
        ("DPS 3\nHeal 1", (Role("dps", "DPS", 0, 3), Role("heal", "Heal", 0, 1))),
        ("Хил 2", (Role("хил", "Хил", 0, 2),)),
        ("healer 2 – 3", (Role("healer", "healer", 2, 3),)),
    ],
)
def test_roles_are_read_as_people_write_them(text, roles):
    assert parse_roles(text) == roles


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "at least one role"),
        ("tank", "“tank” is not a role with seats"),
        ("tank 0", "0 to 0 seats"),
        ("tank 3-2", "3 to 2 seats"),
        ("tank 2, Tank 3", "Two roles would both be called “tank”"),
        ("tank 1001", "maximum must be 1 to 1000"),
        ("!!! 2", "cannot name a role"),
        ("tank 99999", "is not a role with seats"),
        (", ".join(f"role{n} 1" for n in range(16)), "16 roles are too many"),
    ],
)
def test_what_is_not_a_list_of_roles_is_refused_by_name(text, says):
    with pytest.raises(Invalid, match=says) as refused:
        parse_roles(text)
    assert refused.value.field == "roles"


_names = st.from_regex(r"[A-Za-z][A-Za-z]{0,10}", fullmatch=True)


@given(st.lists(st.tuples(_names, st.integers(0, 5), st.integers(1, 20)), min_size=1, max_size=8))
def test_what_is_written_reads_back_the_same(rows):
    text = ", ".join(f"{name}{n} {low}-{low + more}" for n, (name, low, more) in enumerate(rows))
    roles = parse_roles(text)
    assert parse_roles(format_roles(roles)) == roles


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused_with_a_sentence(text):
    try:
        assert parse_roles(text)
    except Invalid as refused:
        assert refused.message.endswith((".", "`."))
