"""Discord's side of the contract: verifying, reading payloads, building replies, cards and commands, and its REST API."""
