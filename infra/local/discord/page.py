"""The guild in a browser: read the channels, click the buttons, run the commands, as anyone.

Plain forms that post here; a small script adds local times, fresh messages and autocomplete. The page
is for one's own machine, and posts that another site started are refused.
"""

import re
from html import escape
from http import HTTPStatus
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl, urlencode

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, RedirectResponse, Response

from infra.local.discord import components, delivery, page_html, world
from infra.local.discord.errors import Refusal
from infra.local.discord.model import Channel, ChannelType, Guild, Json, World
from infra.local.discord.options import NotSendable
from infra.local.discord.payloads import Act
from infra.local.discord.stand_in import StandIn

_HERE: Final = Path(__file__).parent
_POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src data:; script-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
_MESSAGES_SHOWN: Final = 50
_PLACE: Final = re.compile(
    r"href='https://discord\.com/channels/(?:\d+|@me)/(?P<channel>\d+)(?:/(?P<message>\d+))?(?:#[^']*)?'"
)


def asset(name: str) -> Response:
    """The style sheet or the script."""
    return FileResponse(_HERE / name)


def show(stand_in: StandIn, request: Request) -> Response:
    """One channel as one person sees it."""
    here, now = stand_in.world, stand_in.clock.seconds()
    guild = next(iter(here.guilds.values()), None)
    if guild is None:
        return HTMLResponse(page_html.document("Discord", "<h1>No guild here</h1>"))
    viewer = request.query_params.get("as", guild.owner_id)
    viewer = viewer if viewer in here.users else guild.owner_id
    channel = _channel(here, guild, request.query_params.get("channel"))
    hidden = page_html.hidden_fields(**{"as": viewer, "channel": channel.id})
    shown = world.visible_messages(here, channel.id, viewer)[-_MESSAGES_SHOWN:]
    opened = here.modals.get(viewer)
    notice = request.query_params.get("notice")
    body = (
        "<div class='guild'><nav><h1>"
        + escape(guild.name)
        + "</h1>"
        + _who(here, guild, viewer, channel)
        + page_html.sidebar(here, guild, channel, "/?" + urlencode({"as": viewer, "channel": ""}))
        + page_html.scheduled_events(guild)
        + "</nav><main>"
        + (f"<p class='notice'>{escape(notice)}</p>" if notice else "")
        + (page_html.modal(opened["modal"], here, hidden) if opened else "")
        + page_html.voice_room(here, guild, channel, viewer, hidden)
        + "<div id='messages'>"
        + "".join(_local_links(page_html.message(one, here, now, hidden), viewer) for one in shown)
        + "</div></main><aside><h1>Commands</h1>"
        + page_html.commands(list(here.commands.values()), here, guild, hidden)
        + "</aside></div>"
    )
    headers = {"Content-Security-Policy": _POLICY, "Cache-Control": "no-store"}
    return HTMLResponse(page_html.document(guild.name, body), headers=headers)


def _local_links(html: str, viewer: str) -> str:
    """Links to places in Discord lead to the same places here."""
    return _PLACE.sub(
        lambda place: f"href='/?as={viewer}&amp;channel={place['channel']}#m{place['message'] or ''}'", html
    )


def _channel(here: World, guild: Guild, wanted: str | None) -> Channel:
    if wanted in here.channels:
        return here.channels[wanted]
    return next(one for one in page_html.channels_of(here, guild) if one.type == ChannelType.TEXT)


def _who(here: World, guild: Guild, viewer: str, channel: Channel) -> str:
    options = "".join(
        f"<option value='{one}'{' selected' if one == viewer else ''}>"
        f"{escape(page_html.name_of(one, here))}{_rank(guild, one)}</option>"
        for one in guild.members
        if one != here.bot_id
    )
    keep = page_html.hidden_fields(channel=channel.id)
    return (
        f"<form>{keep}<label>You are<select id='who' name='as'>{options}</select></label><button>Switch</button></form>"
    )


def _rank(guild: Guild, user_id: str) -> str:
    if guild.owner_id == user_id:
        return " (owner)"
    names = [guild.roles[one].name for one in guild.members[user_id].role_ids]
    return f" ({escape(', '.join(names))})" if names else ""


async def act(stand_in: StandIn, request: Request) -> Response:
    """Do what a form says and go back to the channel."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return PlainTextResponse("This form is for the page itself only.", HTTPStatus.FORBIDDEN)
    fields = parse_qsl((await request.body()).decode(errors="replace"))
    form = dict(fields)
    data: Json = {
        "name": form.get("name"),
        "options": {key.removeprefix("option."): value for key, value in fields if key.startswith("option.")},
        "message_id": form.get("message_id"),
        "custom_id": form.get("custom_id"),
        "values": [value for key, value in fields if key == "values"],
    }
    back = {"as": form.get("as", ""), "channel": form.get("channel", "")}
    kind = form.get("kind", "")
    if kind == "dismiss":
        # As at Discord, the application never hears of it.
        stand_in.world.modals.pop(back["as"], None)
        return RedirectResponse("/?" + urlencode(back), HTTPStatus.SEE_OTHER)
    if kind == "voice":
        _come_or_go(stand_in, back["as"], back["channel"])
        return RedirectResponse("/?" + urlencode(back), HTTPStatus.SEE_OTHER)
    if kind == "modal":
        data["values"] = _modal_values(stand_in, back["as"], fields)
    try:
        outcome = await delivery.interact(stand_in, Act(kind, back["as"], back["channel"], data))
    except NotSendable as refused:
        back["notice"] = str(refused)
    except Refusal as refused:
        back["notice"] = str(refused.body["message"])
    else:
        if outcome["status"] == "failed":
            back["notice"] = f"The application did not respond: {outcome['error']}"
    return RedirectResponse("/?" + urlencode(back), HTTPStatus.SEE_OTHER)


def _come_or_go(stand_in: StandIn, user_id: str, channel_id: str) -> None:
    """Let a member join a voice channel, or leave the one they are in."""
    channel = stand_in.world.channels.get(channel_id)
    if channel is None or channel.type != ChannelType.VOICE or channel.guild_id is None:
        return
    guild = stand_in.world.guilds[channel.guild_id]
    if guild.voice.pop(user_id, None) != channel_id and user_id in guild.members:
        guild.voice[user_id] = channel_id
    stand_in.snapshot.changed()


def _modal_values(stand_in: StandIn, user_id: str, fields: list[tuple[str, str]]) -> Json:
    shown = stand_in.world.modals.get(user_id, {"modal": {"components": []}})["modal"]
    inputs: list[Json] = [
        part.get("component") or next(iter(part.get("components", [])), {}) for part in shown["components"]
    ]
    kinds = {one.get("custom_id"): one["type"] for one in inputs if one}
    values: Json = {}
    for key, value in fields:
        name = key.removeprefix("input.")
        if key == name:
            continue
        if kinds.get(name) in components.SELECTS:
            values.setdefault(name, []).append(value)
        else:
            values[name] = True if kinds.get(name) == components.CHECKBOX else value
    return values
