"""Messages, commands and modals as HTML. Everything that came from outside is escaped here."""

from html import escape
from typing import TYPE_CHECKING, Final

from infra.local.discord import components, markup
from infra.local.discord.model import Channel, ChannelType, Guild, Json, Message, MessageFlag, World
from infra.local.discord.options import GROUPS, OptionType

if TYPE_CHECKING:
    from collections.abc import Callable

_BUTTON_STYLES: Final = {1: "primary", 2: "secondary", 3: "success", 4: "danger", 5: "link"}
_WEB: Final = ("https://", "http://")


def document(title: str, body: str) -> str:
    """A whole page around a body that is HTML already."""
    return (
        f"<!doctype html><html lang='en'><head><meta charset='utf-8'><title>{escape(title)}</title>"
        "<meta name='viewport' content='width=device-width, initial-scale=1'>"
        "<link rel='stylesheet' href='/_stand-in/page.css'><script src='/_stand-in/page.js' defer></script>"
        f"</head><body>{body}</body></html>"
    )


def text(value: str, world: World, now: float) -> str:
    """Discord's text as HTML."""
    names: dict[str, Callable[[str], str]] = {
        "user": lambda one: f"@{name_of(one, world)}",
        "role": lambda one: f"@{role_name(one, world)}",
        "channel": lambda one: f"#{world.channels[one].name if one in world.channels else 'unknown'}",
        "command": lambda one: f"/{one}",
    }
    shown = []
    for piece in markup.pieces(value):
        if piece.kind in names:
            shown.append(f"<span class='mention'>{escape(names[piece.kind](piece.text))}</span>")
        elif piece.kind == "time":
            words = escape(markup.shown_time(int(piece.text), piece.extra, now))
            shown.append(f"<time data-unix='{int(piece.text)}' data-style='{piece.extra}'>{words}</time>")
        elif piece.kind == "link":
            shown.append(f"<a href='{escape(piece.extra)}' rel='noreferrer'>{escape(piece.text)}</a>")
        elif piece.kind in ("bold", "strike"):
            tag = "b" if piece.kind == "bold" else "s"
            shown.append(f"<{tag}>{text(piece.text, world, now)}</{tag}>")
        elif piece.kind == "code":
            shown.append(f"<code>{escape(piece.text)}</code>")
        else:
            shown.append(escape(piece.text).replace("\n", "<br>"))
    return "".join(shown)


def name_of(user_id: str, world: World) -> str:
    """What people are called: the display name, else the user name."""
    user = world.users.get(user_id)
    return (user.global_name or user.username) if user else "unknown"


def role_name(role_id: str, world: World) -> str:
    """A role's name, wherever it is."""
    return next((one.roles[role_id].name for one in world.guilds.values() if role_id in one.roles), "unknown")


def message(what: Message, world: World, now: float, hidden: str) -> str:
    """One message with its card and components; ``hidden`` are the form fields that say who clicks where."""
    only_you = "<em>Only you can see this</em>" if what.visible_to else ""
    thinking = "<em>is thinking...</em>" if what.flags & MessageFlag.LOADING else ""
    edited = "<small>(edited)</small>" if what.edited_timestamp else ""
    fields = hidden + _hidden("message_id", what.id)
    return (
        f"<article id='m{escape(what.id)}'{' class=ephemeral' if what.visible_to else ''}><header><b>{escape(name_of(what.author_id, world))}"
        f"</b> <time>{escape(what.timestamp[11:16])}</time> {edited}</header>"
        f"<div>{text(what.content, world, now)}{thinking}</div>"
        + "".join(_embed(embed, world, now) for embed in what.embeds)
        + "".join(map(_attachment, what.attachments))
        + "".join(_row(row, world, fields) for row in what.components)
        + f"{only_you}</article>"
    )


def _attachment(file: Json) -> str:
    name = escape(file["filename"])
    if file["content_type"].startswith("image/"):
        return f"<img class='attachment' src='{escape(file['url'])}' alt='{name}'>"
    return f"<p><a href='{escape(file['url'])}' download='{name}'>{name}</a></p>"


def _embed(embed: Json, world: World, now: float) -> str:
    fields = "".join(
        f"<div class='{'inline' if field.get('inline') else 'block'}'><b>{text(field['name'], world, now)}</b>"
        f"<div>{text(field['value'], world, now)}</div></div>"
        for field in embed.get("fields", [])
    )
    title = text(embed.get("title", ""), world, now)
    if str(embed.get("url", "")).startswith(_WEB):
        title = f"<a href='{escape(embed['url'])}' rel='noreferrer'>{title}</a>"
    description = text(embed.get("description", ""), world, now)
    footer = escape((embed.get("footer") or {}).get("text", ""))
    return (
        f"<section class='embed'><h3>{title}</h3><p>{description}</p>"
        f"<div class='fields'>{fields}</div><footer>{footer}</footer></section>"
    )


def _row(row: Json, world: World, hidden: str) -> str:
    parts = row.get("components", [row])
    return "<div class='row'>" + "".join(_component(one, world, hidden) for one in parts) + "</div>"


def _component(part: Json, world: World, hidden: str) -> str:
    disabled = " disabled" if part.get("disabled") else ""
    emoji = escape((part.get("emoji") or {}).get("name") or "")
    if part["type"] == components.BUTTON:
        style = _BUTTON_STYLES.get(part.get("style", 2), "secondary")
        label = f"{emoji} {escape(part.get('label') or '')}"
        if style == "link":
            href = part.get("url", "") if str(part.get("url", "")).startswith(_WEB) else ""
            return f"<a class='button' href='{escape(href)}' rel='noreferrer'>{label}</a>"
        return _form("component", hidden + _hidden("custom_id", part["custom_id"]),
                     f"<button class='{style}'{disabled}>{label}</button>")  # fmt: skip
    if part["type"] in components.SELECTS:
        send = f"<button{disabled}>Send</button>"
        return _form("component", hidden + _hidden("custom_id", part["custom_id"]), _select(part, world) + send)
    return f"<p>{escape(str(part.get('content', '')))}</p>"


def _select(part: Json, world: World, name: str = "values") -> str:
    offered = [(one["value"], one["label"]) for one in part.get("options", [])]
    if part["type"] in (components.USER_SELECT, components.MENTIONABLE_SELECT):
        offered = [(one.id, name_of(one.id, world)) for one in world.users.values() if not one.bot]
    elif part["type"] == components.ROLE_SELECT:
        offered = [(one.id, one.name) for guild in world.guilds.values() for one in guild.roles.values()]
    elif part["type"] == components.CHANNEL_SELECT:
        offered = [(one.id, str(one.name)) for one in world.channels.values() if one.guild_id]
    many = " multiple" if part.get("max_values", 1) > 1 else ""
    title = escape(part.get("placeholder") or "Choose")
    chosen = {one["value"] for one in part.get("options", []) if one.get("default")}
    options = "".join(
        f"<option value='{escape(value)}'{' selected' if value in chosen else ''}>{escape(label)}</option>"
        for value, label in offered
    )
    return f"<select name='{escape(name)}' aria-label='{title}' title='{title}'{many}>{options}</select>"


def modal(shown: Json, world: World, hidden: str) -> str:
    """An open modal as a form; its inputs are named ``input.<custom_id>``."""
    fields = []
    for part in shown["components"]:
        inner = part.get("component") or next(iter(part.get("components", [])), None)
        if inner is None:
            fields.append(f"<p>{escape(part.get('content', ''))}</p>")
            continue
        label = escape(part.get("label") or inner.get("label") or inner["custom_id"])
        name = f"input.{inner['custom_id']}"
        if inner["type"] in components.SELECTS:
            field = _select(inner, world, name)
        elif inner["type"] == components.CHECKBOX:
            field = f"<input type='checkbox' name='{escape(name)}' value='true'>"
        else:
            field = f"<textarea name='{escape(name)}'>{escape(inner.get('value') or '')}</textarea>"
        fields.append(f"<label>{label}{field}</label>")
    inside = "".join(fields) + "<button class='primary'>Submit</button>"
    cancel = _form("dismiss", hidden, "<button>Cancel</button>")
    return f"<dialog open><h2>{escape(shown['title'])}</h2>{_form('modal', hidden, inside)}{cancel}</dialog>"


def commands(definitions: list[Json], world: World, guild: Guild | None, hidden: str) -> str:
    """A form for each command and subcommand, folded away."""
    return "".join(_command(name, leaf, world, guild, hidden) for one in definitions for name, leaf in _leaves(one))


def _leaves(definition: Json, prefix: str = "") -> list[tuple[str, Json]]:
    name = f"{prefix}{definition['name']}"
    deeper = [one for one in definition.get("options") or [] if one["type"] in GROUPS]
    if deeper:
        return [leaf for one in deeper for leaf in _leaves(one, f"{name} ")]
    return [(name, definition)] if definition.get("type", 1) in (1, 2) else []


def _command(name: str, leaf: Json, world: World, guild: Guild | None, hidden: str) -> str:
    options = leaf.get("options") or []
    fields = "".join(_option(name, one, world, guild) for one in options)
    about = f"<p>{escape(leaf.get('description', ''))}</p>"
    inside = f"{about}{fields}<button class='primary'>Send</button>"
    form = _form("command", hidden + _hidden("name", name), inside)
    return f"<details><summary>/{escape(name)}</summary>{form}</details>"


def _option(command: str, option: Json, world: World, guild: Guild | None) -> str:
    name = escape(f"option.{option['name']}")
    required = " required" if option.get("required") else ""
    offered = [(str(one["value"]), one["name"]) for one in option.get("choices") or []]
    people = [(one, name_of(one, world)) for one in guild.members] if guild else []
    roles = [(one.id, one.name) for one in guild.roles.values()] if guild else []
    channels = [(one.id, str(one.name)) for one in channels_of(world, guild)]
    offered = {
        OptionType.USER: people,
        OptionType.ROLE: roles,
        OptionType.CHANNEL: channels,
        OptionType.MENTIONABLE: people + roles,
        OptionType.BOOLEAN: [("true", "True"), ("false", "False")],
    }.get(option["type"], offered)
    if offered:
        none = "" if required else "<option value=''></option>"
        choices = none + "".join(f"<option value='{escape(v)}'>{escape(label)}</option>" for v, label in offered)
        field = f"<select name='{name}'{required}>{choices}</select>"
    else:
        listed = f" data-autocomplete='{escape(command)}'" if option.get("autocomplete") else ""
        field = f"<input name='{name}' autocomplete='off'{listed}{required}>"
    about = f"<small>{escape(option.get('description', ''))}</small>"
    return f"<label>{escape(option['name'])}{' *' if required else ''} {about}{field}</label>"


_NATIVE_STATUS: Final = {1: "scheduled", 2: "on now"}


def channels_of(world: World, guild: Guild | None) -> list[Channel]:
    """A guild's channels and threads, in their order."""
    found = [one for one in world.channels.values() if guild and one.guild_id == guild.id]
    return sorted(found, key=lambda one: (one.type, one.position))


def sidebar(world: World, guild: Guild | None, here: Channel, link: str) -> str:
    """The channels, the one that is open marked; ``link`` is the address up to the channel's id."""
    direct = [one for one in world.channels.values() if one.type == ChannelType.DIRECT]
    items = []
    for one in [*channels_of(world, guild), *direct]:
        mark = {ChannelType.VOICE: "🔊 ", ChannelType.DIRECT: "✉ "}.get(ChannelType(one.type), "# ")
        if one.type in (ChannelType.THREAD, ChannelType.PRIVATE_THREAD):
            mark = "🔒 # " if one.locked else "↳ # "
        label = one.name or f"{name_of(str(one.recipient_id), world)} and the bot"
        open_now = " aria-current='page'" if one.id == here.id else ""
        items.append(f"<li><a href='{escape(link)}{escape(one.id)}'{open_now}>{mark}{escape(label)}</a></li>")
    return f"<ul>{''.join(items)}</ul>"


def scheduled_events(guild: Guild) -> str:
    """The guild's native events that are to come or on, as Discord lists them above its channels."""
    shown = [one for one in guild.scheduled_events.values() if one["status"] in _NATIVE_STATUS]
    shown.sort(key=lambda one: str(one["scheduled_start_time"]))
    items = [
        f"<li>{escape(one['name'])} <small>{escape(str(one['scheduled_start_time'])[:16].replace('T', ' '))} UTC, "
        f"{_NATIVE_STATUS[one['status']]}</small></li>"
        for one in shown
    ]
    return f"<h1>Events</h1><ul>{''.join(items)}</ul>" if items else ""


def voice_room(world: World, guild: Guild, channel: Channel, viewer: str, hidden: str) -> str:
    """Who sits in a voice channel, and the button to come or go; nothing for any other channel."""
    if channel.type != ChannelType.VOICE:
        return ""
    here = [user for user, channel_id in guild.voice.items() if channel_id == channel.id]
    names = ", ".join(escape(name_of(user, world)) for user in here) or "nobody"
    button = f"<button>{'Leave' if viewer in here else 'Join'} voice</button>"
    return f"<p>In voice: {names}</p>" + _form("voice", hidden, button)


def _form(kind: str, hidden: str, inside: str) -> str:
    return f"<form method='post' action='/_stand-in/page'>{_hidden('kind', kind)}{hidden}{inside}</form>"


def _hidden(name: str, value: str) -> str:
    return f"<input type='hidden' name='{escape(name)}' value='{escape(value)}'>"


def hidden_fields(**fields: str) -> str:
    """Form fields that a person does not see."""
    return "".join(_hidden(name, value) for name, value in fields.items())
