"""One module a slash command. `run` answers it, `suggest` completes the option being typed."""
