"""Items without an erased member: what becomes of each, and writing that as upkeep while others write, too.

Figures are made of sheets, verdicts, evidence and rosters: those keep a pseudonym in the member's place. What is about the
member and in no figure goes. Packed columns are unpacked for it.
"""

from __future__ import annotations

import json
import random
import secrets
import time
import zlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from attendance.domain.erasure import ids_in, is_pseudonym, mentions, replaced
from attendance.errors import Unavailable
from attendance.storage import keys, sheets, upkeep
from attendance.storage.table import PRESENT, ConditionFailed, Put, Update

if TYPE_CHECKING:
    from attendance.domain.erasure import Erasure
    from attendance.storage.table import Table
    from attendance.storage.values import Item

TRIES = 12
_GONE = frozenset(
    {"access", "character", "code_tries", "direct", "note", "own_export", "subscription", "webhook_delivery"}
)
"""What is of the member alone, or passes anyway: a delivery to a webhook is kept for days."""
_CACHES = frozenset({"member_list"})
_COUNTERS = ("version", "seq", "step")
_ABOUT = frozenset({"absence", "call", "character", "correction"})
_AUDITED_WORDS = ("answer", "name", "note", "reason", "text", "words")


def erase_from(item: Item, erasure: Erasure) -> Item | None:
    """Return an item without the member: changed, the same one where nothing of them is in it, or None where all of it goes."""
    entity, user_id, pseudonym = item.get("entity"), erasure.user_id, erasure.pseudonym
    if entity == "erasure":
        return item
    if entity in _CACHES or (entity in _GONE and mentions(item, user_id)):
        return None
    if entity == "absence" and item["user_id"] == user_id and item["starts_at"] > keys.stamp(erasure.requested_at):
        return None
    changed: Item = replaced(item, user_id, pseudonym)
    return changed | _own(item, changed, user_id, pseudonym)


def _own(item: Item, changed: Item, user_id: str, pseudonym: str) -> Item:
    """Return what else becomes of an item of its kind; None takes an attribute away."""
    match item.get("entity"):
        case "sheet":
            return _sheet(item, changed, user_id, pseudonym)
        case "batch" | "mark":
            return _batch(item, user_id, pseudonym)
        case "away":
            return {name: None for name, value in item.items() if isinstance(value, list) and value[0] == user_id}
        case "member" if item["user_id"] == user_id:
            return _met(item, pseudonym)
        case "call" if item["asked_by"] == user_id:
            return {"text": "", "reply_token": None}
        case "correction" if item["user_id"] == user_id:
            return {name: "" for name in ("words", "answer") if name in item}
        case "event" if item["status"] == "open" and "invited" in item:
            return {"invited": [one for one in changed["invited"] if one != pseudonym]}
        case "report" if item.get("file_key"):
            return {"file_key": ""}
        case "audit":
            return _audit(item, changed, user_id, pseudonym)
    return {}


def _sheet(item: Item, changed: Item, user_id: str, pseudonym: str) -> Item:
    sheet = sheets.from_item(item)
    if all(row.user_id != user_id for row in sheet.rows):
        return {}
    rows = tuple(
        replace(row, user_id=pseudonym, name=pseudonym) if row.user_id == user_id else row for row in sheet.rows
    )
    return sheets.packed(replace(sheets.from_item(changed), rows=rows))


def _batch(item: Item, user_id: str, pseudonym: str) -> Item:
    rows = json.loads(zlib.decompress(item["rows"]))
    if not mentions(rows, user_id):
        return {}
    packed = json.dumps(replaced(rows, user_id, pseudonym), separators=(",", ":")).encode()
    return {"rows": zlib.compress(packed)}


def _met(item: Item, pseudonym: str) -> Item:
    """Return a member of whom it is known since when they are counted, and no more.

    The moment stays as it is: rounded, an event of that day would begin or cease to count, and totals would change.
    """
    first = min(item["met_at"], item.get("joined_at") or item["met_at"])
    return {"met_at": first, "joined_at": None, "seen_at": None, "name": pseudonym}


def _audit(item: Item, changed: Item, user_id: str, pseudonym: str) -> Item:
    about = [item["subject"], item["before"], item["after"]]
    if item["actor_id"] == user_id:  # what they did says by whom it was done, often by name alone
        named = {"by_name", "decided_by_name", "undone_by"} & (item["before"].keys() | item["after"].keys())
        changed = changed | {
            side: changed[side] | {name: pseudonym for name in named if changed[side].get(name)}
            for side in ("before", "after")
        }
    if not mentions(about, user_id) and not (item["actor_id"] == user_id and item["of"] in _ABOUT):
        return {side: changed[side] for side in ("before", "after")}
    return {
        side: {name: "" if name in _AUDITED_WORDS else value for name, value in changed[side].items()}
        for side in ("before", "after")
    }


def members_named(item: Item) -> set[str]:
    """Return every id in an item that may be a member's: a restore asks of each whether they were erased since."""
    found = ids_in({name: value for name, value in item.items() if not isinstance(value, bytes)})
    match item.get("entity"):
        case "sheet":
            found |= {row.user_id for row in sheets.from_item(item).rows}
        case "batch" | "mark":
            found |= ids_in(json.loads(zlib.decompress(item["rows"])))
    return {one for one in found if not is_pseudonym(one)}


def write(table: Table, item: Item, erasure: Erasure, *, sleep: Any = time.sleep) -> bool:
    """Take the member out of an item as it stands by then, telling nobody; False where there was nothing to do.

    Raises `Unavailable` when others write the item again and again meanwhile.
    """
    key = keys.Key(item["pk"], item["sk"])
    current: Item | None = item
    for attempt in range(TRIES):
        if current is None:
            return False
        wanted = erase_from(current, erasure)
        if wanted == current:
            return False
        try:
            _write(table, key, current, wanted)
        except ConditionFailed as failed:
            current = failed.item
            sleep(random.uniform(0, 0.02 * 2 ** min(attempt, 6)))  # noqa: S311 - jitter, not a secret
        else:
            return True
    raise Unavailable("Too much is written to this item at the moment. It is tried again.")


def _write(table: Table, key: keys.Key, current: Item, wanted: Item | None) -> None:
    mark = f"erased {secrets.token_hex(6)}"  # another one each time: the same mark twice would be taken for a member's change
    if wanted is None:
        upkeep.remove(table, key, mark)
    elif wanted["pk"] != key.pk or wanted["sk"] != key.sk:
        table.put(Put(upkeep.marked(wanted, mark), None))
        upkeep.remove(table, key, mark)
    else:
        table.update(_change(key, current, _counted(wanted), mark))


def _counted(item: Item) -> Item:
    """Return the item with its counters one higher: who decided from what it was before is refused."""
    return item | {name: item[name] + 1 for name in _COUNTERS if isinstance(item.get(name), int)}


def _change(key: keys.Key, before: Item, after: Item, mark: str) -> Update:
    """Return the write of the attributes that differ; it fails where one of them is another by then."""
    names = [name for name in sorted(before.keys() | after.keys()) if before.get(name) != after.get(name)]
    alias = {f"#n{place}": name for place, name in enumerate(names)}
    values: dict[str, object] = {":mark": mark}
    sets, removes, same = [f"#{upkeep.MARK} = :mark"], [], [PRESENT]
    for place, name in enumerate(names):
        if before.get(name) is None:
            same.append(f"attribute_not_exists(#n{place})")
        else:
            same.append(f"#n{place} = :b{place}")
            values[f":b{place}"] = before[name]
        if after.get(name) is None:
            removes.append(f"#n{place}")
        else:
            sets.append(f"#n{place} = :a{place}")
            values[f":a{place}"] = after[name]
    gone = f" REMOVE {', '.join(removes)}" if removes else ""
    return Update(key, f"SET {', '.join(sets)}{gone}", " AND ".join(same), values, alias)
