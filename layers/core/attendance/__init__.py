"""Attendance Tracker's core: the rules, the table, Discord and the use cases that every function shares.

Layers, highest first; a module imports only from below (enforced by import-linter):

    wiring      the composition root: the only place that builds adapters
    services    use cases, one function a verb
    storage     the one DynamoDB table      aws: queues, files, sockets, secrets      discord: payloads, cards, REST
    ports       what services ask of the outside world
    domain      rules as pure functions of values and `now`
    config      the only reader of the environment      telemetry: logs
    errors      one tree, mapped to an answer once at each edge
"""
