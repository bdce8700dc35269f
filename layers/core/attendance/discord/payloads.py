"""What Discord sends, as typed values: tolerant of keys it does not know, strict on those it reads.

Discord adds undocumented keys at will, so nothing here forbids any. What is read is checked: a body that is validly
signed and still makes no sense raises `Invalid`. Guild and rights come from the signed body and from nowhere else.
Limits that Discord's client holds are not trusted here: options are read by the type that the command needs, and the
rules check their values again.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

from attendance.domain.ids import is_snowflake
from attendance.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Mapping

_BOM = b"\xef\xbb\xbf"
_SUB_COMMANDS = (1, 2)  # a subcommand and a group of them
_MAX_DEPTH = 3


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key comes twice")
    return found


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is not JSON")


_DECODER = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_no_number)


def decode_body(body: bytes) -> dict[str, Any]:
    """Return the JSON object in `body`.

    Raises `Invalid` for what is no JSON object in UTF-8, and for what readers disagree on: a key that comes twice, NaN
    and Infinity, numbers of thousands of digits, nesting without end, halves of a surrogate pair.
    """
    try:
        text = body.removeprefix(_BOM).decode()
        decoded = _DECODER.decode(text)
        if "\\u" in text:
            json.dumps(decoded, ensure_ascii=False).encode()  # only an escape can smuggle half a pair past UTF-8
    except (ValueError, RecursionError) as error:  # JSONDecodeError and UnicodeError are ValueErrors
        raise Invalid("The body is not the JSON that Discord sends.", field="body") from error
    if not isinstance(decoded, dict):
        raise Invalid("The body is not a JSON object.", field="body")
    return decoded


class Member(NamedTuple):
    """Who acts: `permissions` are Discord's bits for the channel, `role_ids` come without @everyone; none in a DM.

    `joined_at` is when they joined the guild, where Discord says it.
    """

    user_id: str
    name: str
    permissions: int = 0
    role_ids: frozenset[str] = frozenset()
    joined_at: datetime | None = None


class Interaction(NamedTuple):
    """One interaction. `guild_id` is empty outside a guild; `token` is a secret for 15 minutes.

    `command` is the command's name with its group and subcommand, `options` what was chosen, `focused` the option being
    typed in; `custom_id` is a component's or modal's, `fields` a modal's answers by their custom ids, `chosen` all that was
    chosen in a select, by its custom id. `target_id` is whom a command of the context menu is about, `buttons` the custom
    ids on the message that it is about; `roles_of` has the
    roles of the guild's members who were picked, by user id. `locale` is the language of the member's client.
    """

    interaction_id: str
    kind: int
    token: str
    guild_id: str
    member: Member
    command: tuple[str, ...] = ()
    options: Mapping[str, object] = {}
    focused: str = ""
    custom_id: str = ""
    fields: Mapping[str, str] = {}
    chosen: Mapping[str, tuple[str, ...]] = {}
    target_id: str = ""
    roles_of: Mapping[str, frozenset[str]] = {}
    buttons: tuple[str, ...] = ()
    locale: str = ""
    guild_locale: str = ""

    def text(self, name: str) -> str | None:
        """The text of an option, None when it was left out; raises `Invalid` for anything else."""
        value = self.options.get(name)
        if value is not None and not isinstance(value, str):
            raise Invalid(f"The option {name} takes a text.", field=name, code="option_text")
        return value

    def required(self, name: str) -> str:
        """The text of an option that must be there; raises `Invalid` without it."""
        value = self.text(name)
        if value is None:
            raise Invalid(f"The option {name} is missing: please fill it in.", field=name, code="option_missing")
        return value

    def whole_number(self, name: str) -> int | None:
        """The whole number of an option, None when it was left out; raises `Invalid` for anything else."""
        value = self.options.get(name)
        if value is not None and (not isinstance(value, int) or isinstance(value, bool)):
            raise Invalid(f"The option {name} takes a whole number.", field=name, code="option_number")
        return value

    def flag(self, name: str) -> bool | None:
        """Whether an option was switched on, None when it was left out; raises `Invalid` for anything but on and off."""
        value = self.options.get(name)
        if value is not None and not isinstance(value, bool):
            raise Invalid(f"The option {name} takes true or false.", field=name, code="option_flag")
        return value

    def snowflake(self, name: str) -> str | None:
        """The id of the channel, role or user chosen, None when it was left out; raises `Invalid` for anything else."""
        value = self.text(name)
        if value is not None and not is_snowflake(value):
            raise Invalid(
                f"The option {name} takes something picked from Discord's list.", field=name, code="option_picked"
            )
        return value


def read_interaction(payload: Mapping[str, Any]) -> Interaction:
    """Return the interaction that a verified body holds; raises `Invalid` for one that lacks what all of them have."""
    kind, token = payload.get("type"), payload.get("token")
    if not isinstance(kind, int) or isinstance(kind, bool) or not isinstance(token, str):
        raise _misshapen("type or token")
    guild_id, data = payload.get("guild_id"), _mapping(payload.get("data", {}), "data")
    return Interaction(
        _snowflake(payload, "id"),
        kind,
        token,
        "" if guild_id is None else _snowflake(payload, "guild_id"),
        _member(payload, in_guild=guild_id is not None),
        *_data(data),
        target_id=_snowflake(data, "target_id") if "target_id" in data else "",
        roles_of=_roles_of(data),
        buttons=_buttons_of(data) if "target_id" in data else (),
        locale=_text(payload.get("locale")),
        guild_locale=_text(payload.get("guild_locale")),
    )


def _misshapen(what: str) -> Invalid:
    return Invalid(f"The interaction's {what} does not have the shape that Discord documents.", field=what)


def _mapping(value: object, what: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise _misshapen(what)
    return value


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _list(value: object, what: str) -> list[Any]:
    if not isinstance(value, list):
        raise _misshapen(what)
    return value


def _snowflake(holder: Mapping[str, Any], name: str) -> str:
    value = holder.get(name)
    if not (isinstance(value, str) and is_snowflake(value)):
        raise _misshapen(name)
    return value


def _member(payload: Mapping[str, Any], *, in_guild: bool) -> Member:
    """Return who acts: a guild sends `member` (with `member.user`), a DM sends `user`."""
    if not in_guild:
        user = _mapping(payload.get("user"), "user")
        return Member(_snowflake(user, "id"), _name(user.get("global_name"), user.get("username"), user.get("id")))
    member = _mapping(payload.get("member"), "member")
    user = _mapping(member.get("user"), "member.user")
    bits = member.get("permissions")
    if not (isinstance(bits, str) and bits.isascii() and bits.isdigit() and len(bits) <= 40):
        raise _misshapen("member.permissions")
    roles = _list(member.get("roles"), "member.roles")
    if not all(isinstance(role, str) for role in roles):
        raise _misshapen("member.roles")
    name = _name(member.get("nick"), user.get("global_name"), user.get("username"), user.get("id"))
    return Member(_snowflake(user, "id"), name, int(bits), frozenset(roles), joined(member.get("joined_at")))


def joined(text: object) -> datetime | None:
    """Return when a member joined; None where Discord does not say it in a way that we read."""
    try:
        moment = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return moment if moment and moment.tzinfo and moment.year > 1 else None


def _buttons_of(data: Mapping[str, Any]) -> tuple[str, ...]:
    messages = _mapping(data.get("resolved", {}), "data.resolved").get("messages", {})
    message = _mapping(_mapping(messages, "data.resolved.messages").get(data["target_id"], {}), "message")
    rows = [_mapping(row, "components") for row in _list(message.get("components", []), "components")]
    inner = [_mapping(one, "components") for row in rows for one in _list(row.get("components", []), "components")]
    return _texts([one["custom_id"] for one in inner if "custom_id" in one])


def _roles_of(data: Mapping[str, Any]) -> dict[str, frozenset[str]]:
    """Return the roles of the members that Discord resolved: users who are not in the guild are not among them."""
    members = _mapping(_mapping(data.get("resolved", {}), "data.resolved").get("members", {}), "data.resolved.members")
    found = {user_id: _mapping(member, "data.resolved.members").get("roles", []) for user_id, member in members.items()}
    return {user_id: frozenset(_texts(roles)) for user_id, roles in found.items()}


def _name(*candidates: object) -> str:
    """Return the first name that shows something, on one line: a nickname, else the display name, else the user name."""
    for candidate in candidates:
        if isinstance(candidate, str) and (name := " ".join(candidate.split())):
            return name[:100]
    return ""


type _Chosen = dict[str, tuple[str, ...]]


def _data(data: Mapping[str, Any]) -> tuple[tuple[str, ...], dict[str, object], str, str, dict[str, str], _Chosen]:
    custom_id = data.get("custom_id", "")
    if not isinstance(custom_id, str):
        raise _misshapen("data.custom_id")
    if custom_id:
        fields, chosen = _fields(_list(data.get("components", []), "data.components"))
        if "values" in data:
            chosen[custom_id] = _texts(data["values"])
        return (), {}, "", custom_id, fields, chosen
    return *_command(data), "", {}, {}


def _command(data: Mapping[str, Any]) -> tuple[tuple[str, ...], dict[str, object], str]:
    path: list[str] = []
    options: list[Any] = [data] if "name" in data else []
    for _ in range(_MAX_DEPTH):
        if not options or not (path == [] or _mapping(options[0], "data.options").get("type") in _SUB_COMMANDS):
            break
        name = options[0].get("name")
        if not isinstance(name, str):
            raise _misshapen("data.name")
        path.append(name)
        options = _list(options[0].get("options", []), "data.options")
    chosen: dict[str, object] = {}
    focused = ""
    for option in options:
        name = _mapping(option, "data.options").get("name")
        if not isinstance(name, str):
            raise _misshapen("data.options")
        chosen[name] = option.get("value")
        if option.get("focused") is True:
            focused = name
    return tuple(path), chosen, focused


def _texts(values: object) -> tuple[str, ...]:
    return tuple(value for value in _list(values, "values") if isinstance(value, str))


def _fields(components: list[Any]) -> tuple[dict[str, str], _Chosen]:
    """Return a modal's answers, the text typed or the first value selected, and all that was selected.

    Labels wrap one component, rows several.
    """
    found: dict[str, str] = {}
    chosen: _Chosen = {}
    for holder in components:
        outer = _mapping(holder, "data.components")
        for inner in [outer["component"]] if "component" in outer else _list(outer.get("components", []), "components"):
            component = _mapping(inner, "data.components")
            values = component.get("values")
            value = values[0] if isinstance(values, list) and values else component.get("value")
            name = component.get("custom_id")
            if isinstance(name, str) and isinstance(value, str):
                found[name] = value
            if isinstance(name, str) and isinstance(values, list):
                chosen[name] = _texts(values)
    return found, chosen
