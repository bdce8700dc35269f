"""OAuth2 as Discord speaks it: authorization codes with S256 PKCE, and the bot's install link.

``GET /oauth2/authorize`` asks which member signs in (``?as=<user id>`` answers for them) and sends
the browser back with a single-use code. The token endpoint takes form-urlencoded bodies only.
Redirect addresses are this machine's own: the portal's list of them has no API to be read from.
"""

import base64
import hashlib
import secrets
from html import escape
from http import HTTPStatus
from typing import Final
from urllib.parse import urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from infra.local.discord import delivery, identity, seed, shapes
from infra.local.discord.errors import Refusal, oauth_refusal
from infra.local.discord.gate import Answer, Auth, Call, Endpoint
from infra.local.discord.model import Grant, Guild, Json
from infra.local.discord.options import NotSendable
from infra.local.discord.page_html import document
from infra.local.discord.permissions import OF_BOT
from infra.local.discord.stand_in import StandIn

CODE_SECONDS: Final = 60
TOKEN_SECONDS: Final = 604_800
_LOCAL_HOSTS: Final = ("localhost", "127.0.0.1", "::1")
_KNOWN_SCOPES: Final = {"identify", "guilds", "guilds.members.read", "bot", "applications.commands", "email"}


async def authorize(stand_in: StandIn, request: Request) -> Response:
    """The consent page, or what it leads to once ``as`` (and for installs ``guild_id``) is known."""
    query = request.query_params
    scopes = query.get("scope", "").split()
    problem = _problem(query.get("client_id"), scopes)
    if problem is None and "bot" in scopes:
        return await _install(stand_in, query.get("guild_id"), query.get("as"), str(request.url.query))
    problem = problem or _login_problem(dict(query))
    if problem:
        return HTMLResponse(document("Discord", f"<h1>Error</h1><p>{escape(problem)}</p>"), HTTPStatus.BAD_REQUEST)
    chosen = query.get("as")
    if chosen not in stand_in.world.users:
        people = [(one.id, str(one.global_name)) for one in stand_in.world.users.values() if not one.bot]
        return _choice("Who signs in?", f"Scopes: {' '.join(scopes)}", "as", people, str(request.url.query))
    code = secrets.token_urlsafe(24)
    expires = stand_in.clock.seconds() + CODE_SECONDS
    grant = Grant(chosen, scopes, expires, query["redirect_uri"], query.get("code_challenge"))
    stand_in.world.codes[code] = grant
    back = {"code": code} | ({"state": query["state"]} if "state" in query else {})
    joiner = "&" if urlsplit(query["redirect_uri"]).query else "?"
    return RedirectResponse(query["redirect_uri"] + joiner + urlencode(back), HTTPStatus.FOUND)


def _problem(client_id: str | None, scopes: list[str]) -> str | None:
    if client_id != identity.APPLICATION_ID:
        return "Unknown application: client_id is not the stand-in's application."
    unknown = sorted(set(scopes) - _KNOWN_SCOPES)
    return f"Invalid scope: {unknown}" if unknown or not scopes else None


def _login_problem(query: dict[str, str]) -> str | None:
    redirect = urlsplit(query.get("redirect_uri", ""))
    if redirect.scheme not in ("http", "https") or redirect.hostname not in _LOCAL_HOSTS:
        return "Invalid OAuth2 redirect_uri: the stand-in sends browsers to this machine only."
    if query.get("response_type") != "code":
        return "Invalid response_type: only 'code' is known."
    if "code_challenge" in query and query.get("code_challenge_method") != "S256":
        return "Invalid code_challenge_method: only 'S256' is known."
    return None


async def _install(stand_in: StandIn, guild_id: str | None, user_id: str | None, query: str) -> Response:
    guild = stand_in.world.guilds.get(guild_id or "")
    if guild is None:
        guilds = [(one.id, one.name) for one in stand_in.world.guilds.values()]
        return _choice("Add the bot to which guild?", identity.APPLICATION_NAME, "guild_id", guilds, query)
    bot_id = stand_in.world.bot_id
    if bot_id not in guild.members:
        role = seed.add_role(guild, stand_in.clock, identity.APPLICATION_NAME, OF_BOT)
        seed.add_member(guild, stand_in.clock, bot_id, [role.id])
        stand_in.snapshot.changed()
    told = await _tell_of_install(stand_in, guild, user_id or guild.owner_id)
    body = f"<h1>Added</h1><p>The bot is in {escape(guild.name)}. {escape(told)}</p><p><a href='/'>Open it</a></p>"
    return HTMLResponse(document("Discord", body))


async def _tell_of_install(stand_in: StandIn, guild: Guild, user_id: str) -> str:
    data: Json = {
        "integration_type": 0,
        "user": shapes.user(stand_in.world.users[user_id]),
        "scopes": ["applications.commands", "bot"],
        "guild": shapes.guild(guild),
    }
    try:
        sent = await delivery.send_event(stand_in, "APPLICATION_AUTHORIZED", data)
    except NotSendable as missing:
        return str(missing)
    return f"Webhook event: {sent['status']}."


def _choice(title: str, note: str, name: str, options: list[tuple[str, str]], query: str) -> Response:
    links = "".join(
        f'<li><a href="?{escape(query)}&amp;{name}={escape(value)}">{escape(label)}</a></li>'
        for value, label in options
    )
    return HTMLResponse(document("Discord", f"<h1>{escape(title)}</h1><p>{escape(note)}</p><ul>{links}</ul>"))


def token(call: Call) -> Answer:
    """Exchange a code or a refresh token for an access token."""
    form = _authenticated(call)
    if form.get("grant_type") == "authorization_code":
        grant = _code_grant(call, form)
    elif form.get("grant_type") == "refresh_token":
        grant = _refresh_grant(call, form)
    else:
        raise oauth_refusal("unsupported_grant_type", "Grant type is not supported.")
    access = secrets.token_urlsafe(24)
    grant.expires_at = call.stand_in.clock.seconds() + TOKEN_SECONDS
    grant.refresh_token = secrets.token_urlsafe(24)
    call.stand_in.world.tokens[access] = grant
    body = {
        "access_token": access,
        "token_type": "Bearer",
        "expires_in": TOKEN_SECONDS,
        "refresh_token": grant.refresh_token,
        "scope": " ".join(grant.scopes),
    }
    return Answer(body=body)


def _code_grant(call: Call, form: dict[str, str]) -> Grant:
    # pop: a code works once, also when what follows fails.
    grant = call.stand_in.world.codes.pop(form.get("code", ""), None)
    if grant is None or grant.expires_at <= call.stand_in.clock.seconds():
        raise oauth_refusal("invalid_grant", 'Invalid "code" in request.')
    if form.get("redirect_uri") != grant.redirect_uri:
        raise oauth_refusal("invalid_grant", 'Invalid "redirect_uri" in request.')
    if grant.challenge is not None and s256(form.get("code_verifier", "")) != grant.challenge:
        raise oauth_refusal("invalid_grant", 'Invalid "code_verifier" in request.')
    return grant


def _refresh_grant(call: Call, form: dict[str, str]) -> Grant:
    tokens = call.stand_in.world.tokens
    for access, grant in tokens.items():
        if grant.refresh_token == form.get("refresh_token"):
            del tokens[access]
            return grant
    raise oauth_refusal("invalid_grant", 'Invalid "refresh_token" in request.')


def revoke(call: Call) -> Answer:
    """Revoke a token, and with it every token of that person, as Discord does."""
    form = _authenticated(call)
    tokens = call.stand_in.world.tokens
    given = form.get("token", "")
    grant = tokens.get(given) or next((one for one in tokens.values() if one.refresh_token == given), None)
    if grant:
        for access in [key for key, one in tokens.items() if one.user_id == grant.user_id]:
            del tokens[access]
    return Answer(body={})


def _authenticated(call: Call) -> dict[str, str]:
    form: dict[str, str] = call.body
    client_id, secret = form.get("client_id", ""), form.get("client_secret", "")
    scheme, _, encoded = call.authorization.partition(" ")
    if scheme == "Basic":
        try:
            client_id, _, secret = base64.b64decode(encoded).decode().partition(":")
        except ValueError as error:
            raise _invalid_client() from error
    if client_id != identity.APPLICATION_ID or not secrets.compare_digest(secret.encode(), _SECRET):
        raise _invalid_client()
    return form


def _invalid_client() -> Refusal:
    return oauth_refusal("invalid_client", "Client authentication failed.", HTTPStatus.UNAUTHORIZED)


def s256(verifier: str) -> str:
    """The challenge of a verifier (RFC 7636)."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


_SECRET: Final = identity.CLIENT_SECRET.encode()

ENDPOINTS: Final = (
    Endpoint("POST", "/oauth2/token", token, Auth.NONE, form=True),
    Endpoint("POST", "/oauth2/token/revoke", revoke, Auth.NONE, form=True),
)
