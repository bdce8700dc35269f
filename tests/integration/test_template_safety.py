"""What an operator relies on at night, read from the templates as SAM writes them out: nothing is lost unseen.

Derived from the resources that there are, not from a list of names: a new queue, schedule, function or log group is held to
the same. Takes some seconds; nothing is deployed.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from pathlib import Path

import pytest

from attendance.storage.reports import LEASE
from infra.template import read_template
from tests.translated import translated

pytestmark = pytest.mark.xdist_group("translated")  # SAM writes the template out once

ROOT = Path(__file__).parents[2]
TEMPLATE = read_template(ROOT / "template.yaml")
OBSERVABILITY = read_template(ROOT / "infra" / "observability.yaml")
BACKUP = read_template(ROOT / "infra" / "backup.yaml")
ALARMS = {
    name: one["Properties"] for name, one in OBSERVABILITY["Resources"].items() if one["Type"] == "AWS::CloudWatch::Alarm"
}  # fmt: skip
FUNCTIONS = {"Interactions", "Dashboard", "Realtime", "Changes", "Reminders", "Notifications", "Reports", "Webhooks"}


@pytest.fixture(scope="module")
def resources():
    return translated()


def of_type(resources, kind):
    return {name: one["Properties"] for name, one in resources.items() if one["Type"] == kind}


def named(value):
    """The resource that a Ref or a GetAtt means."""
    return value.get("Ref") or value["Fn::GetAtt"][0]


def function_of(resources, target):
    """The function behind its alias; fails for a target that is anything else."""
    alias = resources[named(target)]
    assert alias["Type"] == "AWS::Lambda::Alias", target
    return named(alias["Properties"]["FunctionName"])


def dead_letters(resources):
    """Every asynchronous edge with the queue that takes what it gives up."""
    queues, edges = of_type(resources, "AWS::SQS::Queue"), {}
    started = set()
    for name, mapping in of_type(resources, "AWS::Lambda::EventSourceMapping").items():
        source = named(mapping["EventSourceArn"])
        if source in queues:
            edges[name] = queues[source].get("RedrivePolicy", {}).get("deadLetterTargetArn")
        else:
            edges[name] = mapping.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination")
    for name, schedule in of_type(resources, "AWS::Scheduler::Schedule").items():
        edges[name] = schedule["Target"].get("DeadLetterConfig", {}).get("Arn")
        started.add(function_of(resources, schedule["Target"]["Arn"]))
    invocations = {
        named(one["FunctionName"]): one for one in of_type(resources, "AWS::Lambda::EventInvokeConfig").values()
    }
    for function in started:
        edges[f"{function} itself"] = (
            invocations.get(function, {}).get("DestinationConfig", {}).get("OnFailure", {}).get("Destination")
        )
    return edges


def watched(alarm):
    """What an alarm looks at: pairs of a metric and the parameter that its dimension refers to."""
    single = [alarm] if "MetricName" in alarm else []
    metrics = [one["MetricStat"]["Metric"] for one in alarm.get("Metrics", []) if "MetricStat" in one] + single
    return {
        (one["MetricName"], *(named(dimension["Value"]) for dimension in one.get("Dimensions", []))) for one in metrics
    }


WATCHED = {name: watched(alarm) for name, alarm in ALARMS.items()}


def test_every_asynchronous_edge_sets_aside_what_it_gives_up_and_an_alarm_says_so(resources):
    edges = dead_letters(resources)
    assert len(edges) == 6  # three queues, the stream, the schedule and the function it starts
    assert not [edge for edge, queue in edges.items() if queue is None]
    aside = {named(queue) for queue in edges.values()}
    consumed = {named(one["EventSourceArn"]) for one in of_type(resources, "AWS::Lambda::EventSourceMapping").values()}
    assert aside == set(of_type(resources, "AWS::SQS::Queue")) - consumed
    assert WATCHED["DeadLettersAlarm"] == {("ApproximateNumberOfMessagesVisible", queue) for queue in aside}


def test_a_message_comes_back_no_sooner_than_six_times_its_functions_timeout(resources):
    queues = of_type(resources, "AWS::SQS::Queue")
    for name, mapping in of_type(resources, "AWS::Lambda::EventSourceMapping").items():
        if (source := named(mapping["EventSourceArn"])) in queues:
            timeout = resources[function_of(resources, mapping["FunctionName"])]["Properties"]["Timeout"]
            assert queues[source]["VisibilityTimeout"] >= 6 * timeout, name


def test_the_lease_of_a_report_outlives_its_worker():
    assert TEMPLATE["Resources"]["ReportsFunction"]["Properties"]["Timeout"] < LEASE.total_seconds()


def test_every_event_source_reports_the_messages_that_failed_and_is_bounded(resources):
    mappings = of_type(resources, "AWS::Lambda::EventSourceMapping")
    assert len(mappings) == 4
    for name, mapping in mappings.items():
        assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"], name
        assert (
            mapping.get("ScalingConfig", {}).get("MaximumConcurrency", 0) >= 2 or "MaximumRetryAttempts" in mapping
        ), name


def test_whatever_calls_a_function_calls_its_alias(resources):
    called = [one["FunctionName"] for one in of_type(resources, "AWS::Lambda::EventSourceMapping").values()]
    called += [one["FunctionName"] for one in of_type(resources, "AWS::Lambda::Permission").values()]
    called += [one["Target"]["Arn"] for one in of_type(resources, "AWS::Scheduler::Schedule").values()]
    for one in of_type(resources, "AWS::ApiGatewayV2::Integration").values():
        uri = one["IntegrationUri"]
        called.append(uri["Fn::Sub"][1]["Alias"] if "Fn::Sub" in uri else uri)
    assert {function_of(resources, target) for target in called} == {f"{name}Function" for name in FUNCTIONS}
    role = json.dumps(resources["MinuteScheduleRole"])
    assert '{"Ref": "RemindersFunctionAliaslive"}' in role
    assert {one["Qualifier"] for one in of_type(resources, "AWS::Lambda::EventInvokeConfig").values()} == {"live"}


def test_traffic_moves_at_once_unless_the_stage_wants_it_gradual(resources):
    assert not [one for one in resources.values() if "CodeDeploy" in one["Type"]]
    assert not [one for one in resources.values() if "UpdatePolicy" in one]


def test_gradual_traffic_moves_on_each_alias_and_goes_back_on_alarms_that_exist():
    gradual = translated(GradualDeployment="true", TrafficShift="Canary10Percent5Minutes")
    aliases = [one for one in gradual.values() if one["Type"] == "AWS::Lambda::Alias"]
    moved = {one["UpdatePolicy"]["CodeDeployLambdaAliasUpdate"]["DeploymentGroupName"]["Ref"] for one in aliases}
    groups = of_type(gradual, "AWS::CodeDeploy::DeploymentGroup")
    assert moved == set(groups)
    assert len(groups) == len(FUNCTIONS)
    for group in groups.values():
        assert group["AutoRollbackConfiguration"]["Enabled"]
        assert "DEPLOYMENT_STOP_ON_ALARM" in group["AutoRollbackConfiguration"]["Events"]
        assert "Canary10Percent5Minutes" in json.dumps(group["DeploymentConfigName"])
        alarms = {
            one["Name"]["Fn::Sub"].replace("${AWS::StackName}", "${Name}")
            for one in group["AlarmConfiguration"]["Alarms"]
        }
        assert alarms <= {alarm["AlarmName"]["Fn::Sub"] for alarm in ALARMS.values()}
        assert alarms


def test_snapshots_are_off_by_default_and_only_where_somebody_waits_and_lambda_allows_them(resources):
    assert TEMPLATE["Parameters"]["SnapStart"]["Default"] == "None"
    functions = of_type(resources, "AWS::Lambda::Function")
    waited_for = {name for name, one in functions.items() if "SnapStart" in one}
    assert waited_for == {"InteractionsFunction", "DashboardFunction", "RealtimeFunction"}
    for name in waited_for:
        assert functions[name]["SnapStart"] == {"ApplyOn": {"Ref": "SnapStart"}}
        assert "EphemeralStorage" not in functions[name]  # SnapStart takes no more than the usual 512 MB


def test_concurrency_is_reserved_only_where_a_number_is_given(resources):
    reserved = {
        name: one["ReservedConcurrentExecutions"]["Fn::If"]
        for name, one in of_type(resources, "AWS::Lambda::Function").items()
        if "ReservedConcurrentExecutions" in one
    }
    for name, (condition, value, otherwise) in reserved.items():
        parameter = f"{name.removesuffix('Function')}Concurrency"
        assert TEMPLATE["Parameters"][parameter]["Default"] == ""
        assert TEMPLATE["Conditions"][condition] == {"Fn::Not": [{"Fn::Equals": [{"Ref": parameter}, ""]}]}
        assert (value, otherwise) == ({"Ref": parameter}, {"Ref": "AWS::NoValue"})
    assert set(reserved) == {"InteractionsFunction", "DashboardFunction", "RealtimeFunction"}


def test_every_log_group_forgets_after_the_days_set_and_every_function_and_stage_writes_to_one(resources):
    groups = of_type(resources, "AWS::Logs::LogGroup")
    assert all(group["RetentionInDays"] == {"Ref": "LogRetentionDays"} for group in groups.values())
    written = {named(one["LoggingConfig"]["LogGroup"]) for one in of_type(resources, "AWS::Lambda::Function").values()}
    written |= {
        named(one["AccessLogSettings"]["DestinationArn"])
        for one in of_type(resources, "AWS::ApiGatewayV2::Stage").values()
    }
    assert written == set(groups)
    nested = [*OBSERVABILITY["Resources"].values(), *BACKUP["Resources"].values()]
    assert not [one for one in nested if one["Type"] == "AWS::Logs::LogGroup"]


def test_every_queue_and_bucket_encrypts_what_it_keeps(resources):
    assert all(queue["SqsManagedSseEnabled"] is True for queue in of_type(resources, "AWS::SQS::Queue").values())
    buckets, policies = of_type(resources, "AWS::S3::Bucket"), of_type(resources, "AWS::S3::BucketPolicy")
    assert {named(one["Bucket"]) for one in policies.values()} == set(buckets)
    for bucket in buckets.values():
        (rule,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        assert rule["ServerSideEncryptionByDefault"]["SSEAlgorithm"] in {"AES256", "aws:kms"}


def test_no_bucket_answers_without_tls(resources):
    for policy in of_type(resources, "AWS::S3::BucketPolicy").values():
        refused = [
            one
            for one in policy["PolicyDocument"]["Statement"]
            if one["Effect"] == "Deny" and one["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
        ]
        ((statement,)) = refused
        assert (statement["Principal"], statement["Action"]) == ("*", "s3:*")
        assert len(statement["Resource"]) == 2


def _bits_a_sign(text):
    counts = Counter(text)
    return -sum(count / len(text) * math.log2(count / len(text)) for count in counts.values())


def test_no_setting_of_a_function_looks_like_a_secret_by_its_name_or_its_value(resources):
    for function in of_type(resources, "AWS::Lambda::Function").values():
        for name, value in function["Environment"]["Variables"].items():
            assert not re.search(r"TOKEN|PASSWORD|CLIENT_SECRET|PRIVATE|API_?KEY|CREDENTIAL", name), name
            text = json.dumps(value)
            assert "resolve:" not in text, name  # a secret that CloudFormation would write out
            assert "SecretString" not in text, name
            assert not (isinstance(value, str) and len(value) >= 20 and _bits_a_sign(value) > 4), name


def test_no_parameter_takes_a_secret():
    for name in TEMPLATE["Parameters"]:
        assert not re.search(r"Token|Password|Secret|PrivateKey", name), name


def test_there_are_ten_alarms_at_most_and_each_tells_someone_and_says_what_to_do():
    assert 1 <= len(ALARMS) <= 10
    assert all(alarm["AlarmActions"] == [{"Ref": "AlarmTopic"}] for alarm in ALARMS.values())
    assert all(len(alarm["AlarmDescription"]) > 20 for alarm in ALARMS.values())


@pytest.mark.parametrize("alarm", sorted(ALARMS))
def test_an_alarm_by_arithmetic_names_each_metric_that_it_reads_once(alarm):
    metrics = ALARMS[alarm].get("Metrics", [])
    expressions = " ".join(one["Expression"] for one in metrics if "Expression" in one)
    ids = [one["Id"] for one in metrics]
    assert len(ids) == len(set(ids))
    assert [one["Id"] for one in metrics if one.get("ReturnData", True)] in ([], ["result"])
    for one in ids:
        assert one == "result" or re.search(rf"\b{one}\b", expressions), one
    used = set(re.findall(r"\b[a-z]+\b", expressions))
    assert used <= set(ids)


def test_the_alarms_see_what_the_operator_has_to_know():
    functions = {f"{name}Function" for name in FUNCTIONS}
    assert WATCHED["FunctionErrorsAlarm"] == {("Errors", one) for one in functions} | {("DueFailed",)}
    assert WATCHED["ThrottlesAlarm"] == {("Throttles", one) for one in functions} | {
        ("ReadThrottleEvents", "TableName"),
        ("WriteThrottleEvents", "TableName"),
    }
    assert WATCHED["InteractionsSlowAlarm"] == {("Duration", "InteractionsFunction")}
    assert ALARMS["InteractionsSlowAlarm"]["ExtendedStatistic"] == "p99"
    assert WATCHED["RefusedShareAlarm"] == {("DiscordRequests",), ("DiscordRequestsRefused",)}
    assert WATCHED["DiscordRefusesAlarm"] == {("DiscordLimited",), ("DiscordUnauthorised",)}
    assert WATCHED["ChangesBehindAlarm"] == {("IteratorAge", "ChangesFunction")}
    assert WATCHED["SweepMissingAlarm"] == {("Invocations", "RemindersFunction")}


def test_the_age_of_every_queue_that_is_worked_on_and_of_lines_is_watched(resources):
    queues = of_type(resources, "AWS::SQS::Queue")
    consumed = {named(one["EventSourceArn"]) for one in of_type(resources, "AWS::Lambda::EventSourceMapping").values()}
    ages = {("ApproximateAgeOfOldestMessage", one) for one in consumed & set(queues)}
    assert WATCHED["QueueAgeAlarm"] == ages | {("SecondsInLine",)}


def test_the_nested_stack_is_handed_the_resource_that_each_of_its_parameters_names():
    handed = TEMPLATE["Resources"]["Observability"]["Properties"]["Parameters"]
    assert set(handed) == set(OBSERVABILITY["Parameters"])
    for name, value in handed.items():
        if name.endswith(("Function", "Queue")):
            assert named(value) == name


def test_the_dashboard_is_one_that_cloudwatch_can_draw_and_shows_every_function_and_queue():
    body = OBSERVABILITY["Resources"]["Overview"]["Properties"]["DashboardBody"]["Fn::Sub"]
    widgets = json.loads(body)["widgets"]
    places = {(one["x"], one["y"]) for one in widgets}
    assert len(places) == len(widgets)
    shown = set(re.findall(r"\$\{([A-Za-z:]+)\}", body)) - {"AWS::Region"}
    unshown = set(OBSERVABILITY["Parameters"]) - shown
    assert unshown == {"AlarmEmail", "HttpAccessLogGroup", "Local"}


def test_alarms_reach_a_topic_that_an_operator_can_subscribe_to():
    nested = OBSERVABILITY["Resources"]
    assert nested["AlarmTopic"]["Type"] == "AWS::SNS::Topic"
    assert nested["AlarmSubscription"]["Properties"]["Protocol"] == "email"


def test_what_holds_data_is_kept_when_its_stack_goes_or_replaces_it():
    kept = {"AWS::DynamoDB::Table", "AWS::SecretsManager::Secret", "AWS::Backup::BackupVault"}
    every = {**TEMPLATE["Resources"], **BACKUP["Resources"]}
    found = {
        name: one
        for name, one in every.items()
        if one["Type"] in kept
        or (one["Type"] == "AWS::S3::Bucket" and "LifecycleConfiguration" not in one["Properties"])
    }
    assert set(found) == {"Table", "Secret", "Vault", "ErasuresBucket"}  # reports live a day and are made again
    for name, one in found.items():
        assert (one.get("DeletionPolicy"), one.get("UpdateReplacePolicy")) == ("Retain", "Retain"), name


def test_backups_run_daily_for_the_days_set_and_monthly_for_a_year():
    rules = {one["RuleName"]: one for one in BACKUP["Resources"]["Plan"]["Properties"]["BackupPlan"]["BackupPlanRule"]}
    assert set(rules) == {"daily", "monthly"}
    assert rules["daily"]["ScheduleExpression"] == "cron(30 3 * * ? *)"
    assert rules["daily"]["Lifecycle"] == {"DeleteAfterDays": {"Ref": "RetentionDays"}}
    assert rules["monthly"]["ScheduleExpression"] == "cron(30 4 1 * ? *)"
    assert rules["monthly"]["Lifecycle"] == {"DeleteAfterDays": {"Ref": "MonthlyRetentionDays"}}
    assert all(one["TargetBackupVault"] == {"Ref": "Vault"} for one in rules.values())
    assert BACKUP["Resources"]["Selection"]["Properties"]["BackupSelection"]["Resources"] == [{"Ref": "TableArn"}]
    defaults = {
        name: TEMPLATE["Parameters"][name]["Default"] for name in ("BackupRetentionDays", "MonthlyBackupRetentionDays")
    }
    assert defaults == {"BackupRetentionDays": 35, "MonthlyBackupRetentionDays": 365}
    handed = TEMPLATE["Resources"]["Backup"]["Properties"]["Parameters"]
    assert (handed["RetentionDays"], handed["MonthlyRetentionDays"]) == (
        {"Ref": "BackupRetentionDays"},
        {"Ref": "MonthlyBackupRetentionDays"},
    )
