"""Who calls Discord: it wants a URL and a version, else its edge may block us.

https://discord.com/developers/docs/reference#user-agent
"""

VERSION = "0.1.0"


def user_agent(application_id: str) -> str:
    """Return the User-Agent of every call of ours to Discord; the URL is the application's page in its directory."""
    return f"DiscordBot (https://discord.com/application-directory/{application_id}, {VERSION})"
