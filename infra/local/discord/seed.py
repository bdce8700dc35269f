"""The demo guild: Night Watch, its people, channels and roles."""

from typing import Final

from infra.local.discord import identity
from infra.local.discord.clock import Clock
from infra.local.discord.model import Channel, ChannelType, Guild, Member, Role, User, World
from infra.local.discord.permissions import OF_BOT, OF_EVERYONE

GUILD_NAME: Final = "Night Watch"
OWNER: Final = "Vera"
OFFICER: Final = "Marek"
MEMBERS: Final = (
    "Nia", "Tomas", "Ines", "Jonah", "Aiko", "Priya", "Lars", "Zoe", "Mateo", "Freya", "Idris", "Chloe", "Bram", "Sana",
)  # fmt: skip
TEXT_CHANNELS: Final = ("raids", "general")
VOICE_CHANNELS: Final = ("Raid",)
RAIDER: Final = "Raider"
OFFICER_ROLE: Final = "Officer"


def new_world() -> World:
    """A world with the bot's user and nobody else."""
    world = World()
    bot = User(identity.APPLICATION_ID, identity.APPLICATION_NAME, None, bot=True)
    world.users[bot.id] = bot
    return world


def add_person(world: World, clock: Clock, name: str) -> User:
    """A user whose name is free; the user name is the name in lower case."""
    person = User(clock.snowflake(), name.lower().replace(" ", "."), name)
    world.users[person.id] = person
    return person


def add_guild(world: World, clock: Clock, name: str, owner: User) -> Guild:
    """A guild with its owner and the bot in it."""
    guild = Guild(clock.snowflake(), name, owner.id)
    guild.roles[guild.id] = Role(guild.id, "@everyone", OF_EVERYONE, position=0)
    world.guilds[guild.id] = guild
    bot_role = add_role(guild, clock, identity.APPLICATION_NAME, OF_BOT)
    add_member(guild, clock, owner.id)
    add_member(guild, clock, world.bot_id, [bot_role.id])
    return guild


def add_role(guild: Guild, clock: Clock, name: str, bits: int = 0, color: int = 0) -> Role:
    """A role above the ones that are there."""
    role = Role(clock.snowflake(), name, bits, position=len(guild.roles), color=color)
    guild.roles[role.id] = role
    return role


def add_member(guild: Guild, clock: Clock, user_id: str, role_ids: list[str] | None = None) -> Member:
    """A user joins."""
    member = Member(user_id, clock.timestamp(), role_ids or [])
    guild.members[user_id] = member
    return member


def add_channel(world: World, clock: Clock, guild: Guild, name: str, kind: int = ChannelType.TEXT) -> Channel:
    """A channel below the ones that are there."""
    position = sum(1 for channel in world.channels.values() if channel.guild_id == guild.id)
    channel = Channel(clock.snowflake(), kind, name, guild.id, position=position)
    world.channels[channel.id] = channel
    return channel


def add_demo_guild(world: World, clock: Clock) -> Guild:
    """Night Watch: an owner, an officer and fourteen raiders."""
    guild = add_guild(world, clock, GUILD_NAME, add_person(world, clock, OWNER))
    raider = add_role(guild, clock, RAIDER, color=0x3BA55D)
    officer = add_role(guild, clock, OFFICER_ROLE, color=0xE67E22)
    for name in TEXT_CHANNELS:
        add_channel(world, clock, guild, name)
    for name in VOICE_CHANNELS:
        add_channel(world, clock, guild, name, ChannelType.VOICE)
    add_member(guild, clock, add_person(world, clock, OFFICER).id, [raider.id, officer.id])
    for name in MEMBERS:
        add_member(guild, clock, add_person(world, clock, name).id, [raider.id])
    return guild
