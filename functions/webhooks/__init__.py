"""The webhooks queue: subscribers' own addresses."""
