"""A stand-in for Discord on one machine.

It plays both of Discord's halves that an HTTP-only application meets:

* the REST and OAuth2 API under ``/api/v10`` that the application calls, with Discord's
  error codes, rate limits, nonces and permissions, every request body checked against
  Discord's own OpenAPI document where that is at hand;
* the sender of interactions and webhook events: payloads shaped as Discord shapes them,
  signed with an Ed25519 key of its own, answered within three seconds or counted as failed.

Everything lives in memory as one :class:`~infra.local.discord.model.World` and is kept on disk
as one JSON snapshot, so a restart continues where the guild stopped. People play through the
web page at ``/``; programs play through the control routes under ``/_stand-in/``.

How the modules lean on each other, lowest first: ``identity``, ``errors``, ``clock``, ``model``;
``permissions``, ``shapes``, ``world`` (the guild's rules); ``gate`` (what every REST call must
pass) and the ``routes_*`` behind it; ``payloads``, ``answers``, ``delivery`` (interactions);
``control`` and ``page``; ``app`` puts them together.
"""
