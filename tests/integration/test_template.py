"""template.yaml keeps the promises that no other test can see: what is set aside, who may do what, what is logged.

Read as written and, for roles, as SAM writes it out. Costs a second; nothing is deployed.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from attendance.discord.install import install_link
from attendance.storage import keys
from infra.template import read_template

ROOT = Path(__file__).parents[2]
TEMPLATE = read_template(ROOT / "template.yaml")
RESOURCES = TEMPLATE["Resources"]
FUNCTIONS = {
    "interactions", "dashboard", "realtime", "changes", "reminders", "notifications", "reports", "webhooks",
}  # fmt: skip
CAPITALISED = sorted(name.capitalize() for name in FUNCTIONS)

# The stream's own name is made by AWS, sockets' ids too, and a bucket's objects are many.
WILDCARDS = {
    "${Table.Arn}/stream/*",
    "${ReportsBucket.Arn}/*",
    "${ErasuresBucket.Arn}/*",
    "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${WebSocketApi}/live/POST/@connections/*",
}


def of_type(kind: str):
    return {name: resource for name, resource in RESOURCES.items() if resource["Type"] == kind}


def properties(name: str):
    return RESOURCES[name]["Properties"]


def role_statements() -> list[tuple[str, dict]]:
    return [
        (name, statement)
        for name, role in of_type("AWS::IAM::Role").items()
        for policy in role["Properties"].get("Policies", [])
        for statement in policy["PolicyDocument"]["Statement"]
    ]


def as_list(value) -> list:
    return value if isinstance(value, list) else [value]


def test_there_are_eight_functions_with_dotted_handlers_on_one_code_folder():
    handlers = {resource["Properties"]["Handler"] for resource in of_type("AWS::Serverless::Function").values()}
    assert handlers == {f"{name}.app.handler" for name in FUNCTIONS}
    assert TEMPLATE["Globals"]["Function"]["CodeUri"] == "functions/"
    assert not any("CodeUri" in resource["Properties"] for resource in of_type("AWS::Serverless::Function").values())


def test_functions_run_python_3_13_on_arm64_unless_told_otherwise_behind_the_alias_live():
    common = TEMPLATE["Globals"]["Function"]
    assert (common["Runtime"], common["AutoPublishAlias"]) == ("python3.13", "live")
    assert common["Architectures"] == [{"Ref": "Architecture"}]
    assert TEMPLATE["Parameters"]["Architecture"]["Default"] == "arm64"


def test_every_layer_is_built_for_the_architecture_that_the_functions_run_on():
    layers = of_type("AWS::Serverless::LayerVersion")
    assert set(layers) == {"CoreLayer", "DashboardLayer", "ReportingLayer"}
    for layer in layers.values():
        assert layer["Metadata"] == {"BuildMethod": "python3.13", "BuildArchitecture": {"Ref": "Architecture"}}
        assert layer["Properties"]["CompatibleArchitectures"] == [{"Ref": "Architecture"}]


def test_only_the_functions_that_need_them_carry_the_big_layers():
    layers = {name: properties(f"{name}Function")["Layers"] for name in CAPITALISED}
    extra = {name: used[1:] for name, used in layers.items() if used[1:]}
    assert all(used[0] == {"Ref": "CoreLayer"} for used in layers.values())
    assert extra == {"Dashboard": [{"Ref": "DashboardLayer"}], "Reports": [{"Ref": "ReportingLayer"}]}


@pytest.mark.parametrize("name", CAPITALISED)
def test_each_function_has_a_role_and_a_log_group_of_its_own_with_retention(name):
    function = properties(f"{name}Function")
    assert function["Role"] == {"Fn::GetAtt": [f"{name}Role", "Arn"]}
    assert function["LoggingConfig"] == {"LogGroup": {"Ref": f"{name}LogGroup"}}
    assert RESOURCES[f"{name}Role"]["Type"] == "AWS::IAM::Role"
    group = properties(f"{name}LogGroup")
    assert group["LogGroupName"] == {"Fn::Sub": f"/aws/lambda/{function['FunctionName']['Fn::Sub']}"}


def test_all_functions_share_the_tables_name_the_stage_and_the_log_level():
    assert set(TEMPLATE["Globals"]["Function"]["Environment"]["Variables"]) == {"STAGE", "LOG_LEVEL", "TABLE_NAME"}


def test_every_queue_with_a_consumer_sets_aside_what_failed_five_times_or_more():
    queues = of_type("AWS::SQS::Queue")
    working = {name: queue["Properties"] for name, queue in queues.items() if "DeadLetter" not in name}
    assert set(working) == {"NotificationsQueue", "ReportsQueue", "WebhooksQueue"}
    for name, queue in working.items():
        redrive = queue["RedrivePolicy"]
        dead = name.replace("Queue", "DeadLetterQueue")
        assert redrive["deadLetterTargetArn"] == {"Fn::GetAtt": [dead, "Arn"]}
        assert redrive["maxReceiveCount"] >= 5
        assert queues[dead]["Properties"]["MessageRetentionPeriod"] == 14 * 86400
        assert queue["MessageRetentionPeriod"] >= 4 * 86400


def test_no_message_shows_up_again_while_its_worker_may_still_run():
    seen = set()
    for name, function in of_type("AWS::Serverless::Function").items():
        for event in function["Properties"].get("Events", {}).values():
            if event["Type"] != "SQS":
                continue
            queue = event["Properties"]["Queue"]["Fn::GetAtt"][0]
            seen.add(queue)
            visible_again = properties(queue)["VisibilityTimeout"]
            window = event["Properties"].get("MaximumBatchingWindowInSeconds", 0)
            assert visible_again >= 6 * properties(name)["Timeout"] + window
    assert seen == {"NotificationsQueue", "ReportsQueue", "WebhooksQueue"}


def test_the_stream_is_read_with_bounded_retries_and_sets_aside_what_still_fails():
    stream = properties("ChangesFunction")["Events"]["TableStream"]["Properties"]
    assert stream["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert stream["BisectBatchOnFunctionError"] is True
    assert 1 <= stream["MaximumRetryAttempts"] <= 10
    assert stream["DestinationConfig"]["OnFailure"]["Destination"] == {"Fn::GetAtt": ["ChangesDeadLetterQueue", "Arn"]}


def test_the_stream_hands_on_domain_items_made_changed_or_removed_and_nothing_else():
    stream = properties("ChangesFunction")["Events"]["TableStream"]["Properties"]
    filters = [json.loads(one["Pattern"]) for one in stream["FilterCriteria"]["Filters"]]
    entities = {"entity": {"S": list(keys.DOMAIN_ENTITIES)}}
    assert filters == [
        {"dynamodb": {"NewImage": entities}},
        {"eventName": ["REMOVE"], "dynamodb": {"OldImage": entities}},
    ]


def test_the_sweep_runs_every_minute_and_a_lost_one_is_set_aside():
    schedule = properties("MinuteSchedule")
    assert schedule["ScheduleExpression"] == "rate(1 minute)"
    assert schedule["Target"]["DeadLetterConfig"]["Arn"] == {"Fn::GetAtt": ["RemindersDeadLetterQueue", "Arn"]}
    assert properties("RemindersFunction")["Timeout"] < 60
    failed = properties("RemindersFunction")["EventInvokeConfig"]["DestinationConfig"]["OnFailure"]
    assert failed["Destination"] == {"Fn::GetAtt": ["RemindersDeadLetterQueue", "Arn"]}


def test_no_role_may_do_a_whole_service_and_each_action_is_named():
    for role, statement in role_statements():
        for action in as_list(statement["Action"]):
            assert re.fullmatch(r"[a-z0-9-]+:[A-Za-z]+", action), f"{role}: {action}"


def test_no_role_reaches_beyond_named_resources_but_where_names_are_made_later():
    for role, statement in role_statements():
        for resource in as_list(statement["Resource"]):
            text = resource if isinstance(resource, str) else json.dumps(resource)
            if "*" in text:
                assert resource["Fn::Sub"] in WILDCARDS, f"{role}: {text}"


def test_no_role_has_a_managed_policy_but_the_one_that_lets_api_gateway_log():
    managed = {name for name, role in of_type("AWS::IAM::Role").items() if "ManagedPolicyArns" in role["Properties"]}
    assert managed == {"ApiGatewayLoggingRole"}


def test_no_function_may_scan_the_table():
    assert not [role for role, statement in role_statements() if "dynamodb:Scan" in as_list(statement["Action"])]


def test_only_the_functions_that_speak_to_discord_or_sign_tokens_read_the_secret():
    readers = {role for role, statement in role_statements() if "secretsmanager:GetSecretValue" in statement["Action"]}
    assert readers == {"DashboardRole", "NotificationsRole", "RealtimeRole"}


def test_no_index_holds_what_a_sign_up_writes():
    for index in properties("Table")["GlobalSecondaryIndexes"]:
        projection = index["Projection"]
        assert projection["ProjectionType"] == "INCLUDE"
        assert not {"places", "choices", "pins", "seq"} & set(projection["NonKeyAttributes"])


def test_the_table_survives_its_stack_and_mistakes():
    table = RESOURCES["Table"]
    assert (table["DeletionPolicy"], table["UpdateReplacePolicy"]) == ("Retain", "Retain")
    assert table["Properties"]["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table["Properties"]["DeletionProtectionEnabled"] == {"Ref": "DeletionProtection"}
    assert TEMPLATE["Parameters"]["DeletionProtection"]["Default"] == "true"
    assert table["Properties"]["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}
    assert table["Properties"]["BillingMode"] == "PAY_PER_REQUEST"


def test_the_report_bucket_is_private_encrypted_tls_only_and_forgets_after_a_day():
    bucket = properties("ReportsBucket")
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert len(bucket["PublicAccessBlockConfiguration"]) == 4
    assert "BucketEncryption" in bucket
    (rule,) = bucket["LifecycleConfiguration"]["Rules"]
    assert (rule["Status"], rule["ExpirationInDays"]) == ("Enabled", 1)
    assert rule["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 1}
    (statement,) = properties("ReportsBucketPolicy")["PolicyDocument"]["Statement"]
    assert (statement["Effect"], statement["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})


def test_the_bucket_of_erasures_is_private_encrypted_tls_only_and_outlives_its_stack():
    assert {RESOURCES["ErasuresBucket"][policy] for policy in ("DeletionPolicy", "UpdateReplacePolicy")} == {"Retain"}
    bucket = properties("ErasuresBucket")
    assert list(bucket["PublicAccessBlockConfiguration"].values()) == [True] * 4
    assert "BucketEncryption" in bucket
    assert "LifecycleConfiguration" not in bucket
    (statement,) = properties("ErasuresBucketPolicy")["PolicyDocument"]["Statement"]
    assert (statement["Effect"], statement["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})


@pytest.mark.parametrize("stage", ["HttpStage", "WebSocketStage"])
def test_access_logs_name_the_route_and_never_path_query_or_address(stage):
    settings = properties(stage)["AccessLogSettings"]["Format"]
    logged = set(re.findall(r"\$context\.[A-Za-z.]+", settings))
    assert "$context.routeKey" in logged
    assert not [
        one for one in logged if re.search(r"path|query|sourceIp|identity|authorizer|domain", one, re.IGNORECASE)
    ]


@pytest.mark.parametrize("stage", ["HttpStage", "WebSocketStage"])
def test_apis_are_throttled(stage):
    limits = properties(stage)["DefaultRouteSettings"]
    assert limits["ThrottlingRateLimit"] > 0
    assert limits["ThrottlingBurstLimit"] > 0


def test_the_http_api_has_the_documented_routes_and_no_others():
    routes = {
        route["Properties"]["RouteKey"]: route["Properties"]["Target"]["Fn::Sub"]
        for route in of_type("AWS::ApiGatewayV2::Route").values()
        if route["Properties"]["ApiId"] == {"Ref": "HttpApi"}
    }
    interactions, dashboard = "integrations/${InteractionsIntegration}", "integrations/${DashboardIntegration}"
    assert routes == {
        "POST /discord/interactions": interactions,
        "POST /discord/events": interactions,
        "ANY /api/{proxy+}": dashboard,
        "ANY /auth/{proxy+}": dashboard,
        "ANY /calendar/{proxy+}": dashboard,
        "GET /health": dashboard,
    }


def test_the_websocket_api_answers_on_the_socket_for_each_route_that_a_client_sends():
    routes = {
        route["Properties"]["RouteKey"]: route["Properties"]
        for route in of_type("AWS::ApiGatewayV2::Route").values()
        if route["Properties"]["ApiId"] == {"Ref": "WebSocketApi"}
    }
    assert set(routes) == {"$connect", "$disconnect", "$default", "subscribe", "ping"}
    answering = {key for key, route in routes.items() if "RouteResponseSelectionExpression" in route}
    assert answering == {"$default", "subscribe", "ping"}
    assert len(of_type("AWS::ApiGatewayV2::RouteResponse")) == len(answering)


def test_the_function_answers_before_its_gateway_gives_up():
    for name in ("Interactions", "Dashboard"):
        assert properties(f"{name}Integration")["TimeoutInMillis"] >= properties(f"{name}Function")["Timeout"] * 1000


def test_every_parameter_says_what_it_is_for_and_what_it_accepts():
    for name, parameter in TEMPLATE["Parameters"].items():
        assert parameter.get("Description"), name
        assert {"AllowedPattern", "AllowedValues", "MinValue"} & set(parameter), name


def test_the_install_link_is_the_one_that_the_bot_itself_gives():
    link = TEMPLATE["Outputs"]["InstallLink"]["Value"]["Fn::Sub"]
    assert link.replace("${DiscordApplicationId}", "123") == install_link("123")


def test_the_secret_is_made_without_a_value():
    assert set(properties("Secret")) == {"Description"}
