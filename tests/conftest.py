"""What every suite shares: an environment that is put back, and tables to work on."""

from __future__ import annotations

import os
import uuid
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config
from hypothesis import settings
from moto import mock_aws

from attendance.storage.decoding import decode_once
from infra.local.emulator import Emulator, free_port
from tests import recorded
from tests.moto_tables import make_cheap
from tests.stacks import running_stack
from tests.tables import create_table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_dynamodb import DynamoDBClient

    from infra.local.stack import Addresses

REGION = "us-east-1"

# The same examples every time, so that a red test is red again; no deadlines, for machines are shared and noisy.
settings.register_profile("fixed", derandomize=True, deadline=None, print_blob=False)
settings.load_profile("fixed")

make_cheap()
recorded.watch_tables()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a run of all suites say that it is one."""
    said = "say at the end what roles grant and no test asked for, or fail with it: for a run of every suite"
    parser.addoption("--roles", choices=("tell", "hold"), help=said)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Gather what was asked for on a worker."""
    recorded.asked.update(tuple(one) for one in getattr(node, "workeroutput", {}).get("asked", ()))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Hand over what was asked for, or hold the roles against it."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["asked"] = sorted(recorded.asked)
    elif session.config.getoption("--roles") == "hold" and recorded.unused():
        session.exitstatus = session.exitstatus or pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Say what is granted for nothing."""
    if config.getoption("--roles"):
        for line in recorded.unused():
            terminalreporter.write_line(f"ROLES {line}", red=True)


@pytest.fixture(autouse=True)
def _roles() -> Iterator[None]:
    """Fail where a function asked AWS for what its role does not grant."""
    yield
    seen = set(recorded.refused)
    recorded.refused.clear()
    assert not seen, "AWS would have refused this: " + "; ".join(" ".join(one) for one in sorted(seen))


@pytest.hookimpl(tryfirst=True)  # before the tests are handed out
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep all that wants the one running stack on one worker: starting it takes longer than most suites."""
    for item in items:
        if "stack" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("stack"))


@pytest.fixture(autouse=True)
def _environment() -> Iterator[None]:
    """Worthless credentials and a region for boto3, nothing of the user's own, and all of it put back afterwards."""
    before = dict(os.environ)
    for name in [name for name in os.environ if name.startswith(("AWS_", "DISCORD_"))]:
        if name != "DISCORD_SPEC_DIR":
            del os.environ[name]
    os.environ.update(
        AWS_ACCESS_KEY_ID="test",
        AWS_SECRET_ACCESS_KEY="test",
        AWS_DEFAULT_REGION=REGION,
        AWS_CONFIG_FILE=os.devnull,
        AWS_SHARED_CREDENTIALS_FILE=os.devnull,
        AWS_EC2_METADATA_DISABLED="true",
    )
    yield
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture(scope="session")
def _memory() -> DynamoDBClient:
    """A client for tables in memory: making one takes longer than most tests, and moto holds whichever there is."""
    client = boto3.client("dynamodb", region_name=REGION, aws_access_key_id="test", aws_secret_access_key="test")
    return decode_once(client)


@pytest.fixture
def moto_table(_memory: DynamoDBClient) -> Iterator[tuple[DynamoDBClient, str]]:
    """A client and the name of a fresh table in memory: fast, and no judge of races and transactions."""
    with mock_aws():
        yield _memory, create_table(_memory, "attendance")


@pytest.fixture(scope="session")
def ministack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an AWS emulator of this session's own, which ends with it."""
    with Emulator(free_port(), tmp_path_factory.mktemp("emulator"), keep=False) as emulator:
        yield emulator.url


@pytest.fixture(scope="session")
def _emulated(ministack: str) -> DynamoDBClient:
    """A client for tables in the emulator, with room for a hundred threads."""
    return decode_once(
        boto3.client(
            "dynamodb",
            endpoint_url=ministack,
            region_name=REGION,
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=Config(connect_timeout=5, read_timeout=30, max_pool_connections=128),
        )
    )


@pytest.fixture
def ministack_table(_emulated: DynamoDBClient) -> Iterator[tuple[DynamoDBClient, str]]:
    """A client and the name of a fresh table in the emulator, which judges races and transactions as DynamoDB does."""
    name = create_table(_emulated, f"attendance-{uuid.uuid4().hex[:12]}")
    yield _emulated, name
    _emulated.delete_table(TableName=name)


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Addresses]:
    """The whole system as `make run` starts it, on free ports with a state of its own, for the session."""
    with running_stack(tmp_path_factory.mktemp("stack")) as addresses:
        yield addresses
