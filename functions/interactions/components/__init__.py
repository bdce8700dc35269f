"""What buttons and modals do. `run` answers one."""
