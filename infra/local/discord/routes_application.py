"""The application itself and its commands."""

from typing import Any, Final

from infra.local.discord import delivery, identity
from infra.local.discord.errors import refusal
from infra.local.discord.gate import Answer, Call, Endpoint
from infra.local.discord.model import Application, Json, World

_SETTABLE: Final = (
    "interactions_endpoint_url",
    "event_webhooks_url",
    "event_webhooks_status",
    "event_webhooks_types",
    "description",
    "flags",
    "install_params",
    "tags",
)
_COMMAND_DEFAULTS: Final[Json] = {
    "description": "",
    "default_member_permissions": None,
    "dm_permission": True,
    "contexts": None,
    "integration_types": [0],
    "nsfw": False,
    "name_localizations": None,
    "description_localizations": None,
}
_LOCALIZED: Final = ("name_localizations", "description_localizations")


def get_application(call: Call) -> Answer:
    """The application with its settings."""
    return Answer(body=_shape(call))


async def edit_application(call: Call) -> Answer:
    """Change settings. A new endpoint URL is verified first, and refused when it fails."""
    settings: Application = call.stand_in.world.application
    given = {name: call.body[name] for name in _SETTABLE if name in call.body}
    if given.get("interactions_endpoint_url"):
        await delivery.verify_interactions_endpoint(call.stand_in, given["interactions_endpoint_url"])
    if given.get("event_webhooks_url"):
        await delivery.verify_event_webhooks(call.stand_in, given["event_webhooks_url"])
    for name, value in given.items():
        setattr(settings, name, value or None if name.endswith("_url") else value)
    return Answer(body=_shape(call))


def _shape(call: Call) -> Json:
    here: World = call.stand_in.world
    return {
        "id": identity.APPLICATION_ID,
        "name": identity.APPLICATION_NAME,
        "icon": None,
        "type": None,
        "summary": "",
        "bot_public": True,
        "bot_require_code_grant": False,
        "verify_key": call.stand_in.signer.public_key,
        "approximate_guild_count": len(here.guilds),
        **{name: getattr(here.application, name) for name in _SETTABLE},
    }


def list_commands(call: Call) -> Answer:
    """The global commands; their localizations only where ``with_localizations`` asks."""
    _refuse_foreign(call)
    wanted = call.query.get("with_localizations", "").lower() in ("true", "1")
    commands = list(call.stand_in.world.commands.values())
    return Answer(body=commands if wanted else [_without_localizations(one) for one in commands])


def overwrite_commands(call: Call) -> Answer:
    """Replace all commands. One whose type and name were there before keeps its id."""
    _refuse_foreign(call)
    here, clock = call.stand_in.world, call.stand_in.clock
    ids = {(one["type"], one["name"]): one["id"] for one in here.commands.values()}
    fresh: dict[str, Json] = {}
    for given in call.body:
        kind = given.get("type", 1)
        command_id = ids.get((kind, given["name"])) or clock.snowflake()
        fixed = {"id": command_id, "application_id": identity.APPLICATION_ID, "type": kind}
        fresh[command_id] = _COMMAND_DEFAULTS | given | fixed | {"version": clock.snowflake()}
    here.commands = fresh
    return Answer(body=list(fresh.values()))


def _refuse_foreign(call: Call) -> None:
    if call.path["application_id"] != identity.APPLICATION_ID:
        raise refusal(20012)


def _without_localizations(node: Any) -> Any:
    if isinstance(node, dict):
        return {key: _without_localizations(value) for key, value in node.items() if key not in _LOCALIZED}
    return [_without_localizations(one) for one in node] if isinstance(node, list) else node


_COMMANDS: Final = "/applications/{application_id}/commands"

ENDPOINTS: Final = (
    Endpoint("GET", "/applications/@me", get_application),
    Endpoint("PATCH", "/applications/@me", edit_application, schema="PATCH /applications/@me"),
    Endpoint("GET", _COMMANDS, list_commands),
    Endpoint("PUT", _COMMANDS, overwrite_commands, schema="BulkCommands"),
)
