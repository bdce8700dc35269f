"""Use cases: one function a verb a user would say. Collaborators come in as arguments, from `wiring`."""
