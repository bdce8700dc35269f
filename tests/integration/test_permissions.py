"""Each function's role and settings are exactly what its code can reach: nothing missing, nothing over.

What the code reaches is read from it (tests/reach.py); what it asks for while all tests run is noted (tests/recorded.py) and
held against the roles as they ask and when `make test` ends; the emulator, which holds functions to their roles, shows in the
end-to-end suite that nothing is missing.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.template import read_template
from tests.reach import reach
from tests.recorded import FUNCTIONS, OF_THE_PLATFORM, SECRET, SOCKETS, granted

RESOURCES = read_template(Path(__file__).parents[2] / "template.yaml")["Resources"]
SET_ASIDE_BY_THE_PLATFORM = {"reminders": {"RemindersDeadLetterQueue"}}
EVERYWHERE = {"STAGE", "LOG_LEVEL", "TABLE_NAME"}


def needed(function: str) -> dict[str, set[str]]:
    """Every action that the function's code can reach, with its resources."""
    found = reach(function)
    actions = {f"dynamodb:{operation}": {"Table.Arn"} for operation in found.table}
    if "Query" in found.table:
        actions["dynamodb:Query"] = {
            "Table.Arn" if one is None else f"${{Table.Arn}}/index/{one}" for one in found.indexes
        }
    resources = {
        "secretsmanager": {SECRET},
        "execute-api": {SOCKETS},
    }
    actions |= {action: resources[action.partition(":")[0]] for action in found.actions}
    actions |= found.objects
    queues = {"".join(part.capitalize() for part in queue.split("_")) + "Queue" for queue in found.queues}
    if queues := queues | SET_ASIDE_BY_THE_PLATFORM.get(function, set()):
        actions["sqs:SendMessage"] = {f"{queue}.Arn" for queue in queues}
    return actions


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_role_grants_what_the_code_can_ask_for_and_nothing_else(function):
    own = {action: resources for action, resources in granted(function).items() if action not in OF_THE_PLATFORM}
    assert own == needed(function)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_is_given_the_settings_that_its_code_can_read_and_no_others(function):
    given = RESOURCES[f"{function.capitalize()}Function"]["Properties"].get("Environment", {}).get("Variables", {})
    assert set(given) == reach(function).settings - EVERYWHERE


@pytest.mark.parametrize("function", FUNCTIONS)
def test_the_platform_reaches_only_the_functions_own_log_and_source(function):
    sources = {
        "changes": {"Table.StreamArn", "${Table.Arn}/stream/*"},
        "notifications": {"NotificationsQueue.Arn"},
        "reports": {"ReportsQueue.Arn"},
        "webhooks": {"WebhooksQueue.Arn"},
    }
    platform = [resources for action, resources in granted(function).items() if action in OF_THE_PLATFORM]
    assert set().union(*platform) == {f"{function.capitalize()}LogGroup.Arn"} | sources.get(function, set())
