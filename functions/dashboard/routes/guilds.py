"""Guilds, what the caller may do there, and their settings."""

from __future__ import annotations

from fastapi import APIRouter, Response

from attendance import config, wiring
from attendance.domain.live import TICKET_LIFETIME
from attendance.domain.rights import require
from attendance.services import live, membership, retaining, settings
from dashboard.deps import CurrentCaller, CurrentSession, ReadVersion, tag
from dashboard.openapi import problems, tagged
from dashboard.schemas.base import Page
from dashboard.schemas.guilds import GuildAccessOut, GuildOut, SettingsChange, SettingsOut
from dashboard.schemas.webhooks import TicketOut

router = APIRouter(prefix="/api/v1/guilds", tags=["Servers"])


@router.get("", responses=problems(401), summary="List your servers")
def list_guilds(session: CurrentSession) -> Page[GuildOut]:
    """The servers you were in when you signed in and in which the bot is known; there is one page."""
    found = membership.guilds_of(wiring.table(), session.user_id)
    return Page(items=[GuildOut(guild_id=one.guild_id, name=one.name, icon=one.icon) for one in found], next=None)


@router.get("/{guild_id}", responses=problems(401), summary="Show a server and your rights there")
def show_guild(caller: CurrentCaller) -> GuildAccessOut:
    """Rights follow your Discord roles, at most a minute late."""
    access = caller.member.access
    return GuildAccessOut(
        guild_id=caller.guild_id,
        name=access.guild_name,
        zone=caller.member.settings.zone,
        you=access.name,
        capabilities=sorted(caller.member.capabilities),
    )


@router.get("/{guild_id}/settings", responses=tagged() | problems(401, 403), summary="Show a server's settings")
def show_settings(caller: CurrentCaller, response: Response) -> SettingsOut:
    """Needs `settings.manage`."""
    require(caller.actor, "settings.manage")
    shown = caller.member.settings
    tag(response, shown.version)
    return SettingsOut.of(shown)


@router.patch(
    "/{guild_id}/settings", responses=tagged() | problems(401, 403, 409, 412), summary="Change a server's settings"
)
def change_settings(caller: CurrentCaller, body: SettingsChange, read: ReadVersion, response: Response) -> SettingsOut:
    """Needs `settings.manage`. Texts are read as in Discord."""
    require(caller.actor, "settings.manage")
    channels = {
        "digest_channel_id": body.digest_channel_id,
        "channel_id": body.channel_id,
        "officer_channel_id": body.officer_channel_id,
    }
    roles = {"officer_role_id": body.officer_role_id, "tracked_role_id": body.tracked_role_id}
    membership.check_places(wiring.discord(), caller.guild_id, channels=channels, roles=roles)
    retaining.check_confirmed(
        wiring.table(), caller.member.settings, body.keep_months, caller.now, confirmed=body.confirm_removal
    )
    changed = settings.change_settings(
        wiring.table(), caller.guild_id, caller.actor, caller.now, body.changes(), read=read
    )
    tag(response, changed.version)
    return SettingsOut.of(changed)


@router.post("/{guild_id}/ticket", status_code=201, responses=problems(401), summary="Get a ticket for the WebSocket")
def give_ticket(caller: CurrentCaller) -> TicketOut:
    """The ticket opens one connection for you and this server within 30 seconds."""
    ticket = live.give_ticket(wiring.table(), caller.guild_id, caller.session, caller.now)
    url = "ws" + config.websocket_endpoint().removeprefix("http")
    return TicketOut(ticket=ticket, url=url, expires_in=int(TICKET_LIFETIME.total_seconds()))
