"""The whole system on one machine: emulator, deployment, stand-in for Discord, demo."""
