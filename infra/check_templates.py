"""Holds the templates to checkov's rules, but for a written list: `make check` runs it.

A rule that fails and is not on the list is an error, and so is one on the list that nothing breaks any more. Offline; some
seconds.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from infra.local.tools import ToolMissing, tool
from infra.stages import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

TEMPLATES: Final = ("template.yaml", "infra/observability.yaml", "infra/backup.yaml", "infra/deploy_role.yaml")

_OWNED_BY_AWS = (
    "It is encrypted with a key that AWS keeps. A key of our own costs more a month than the idle stack, and one more thing "
    "whose loss loses the data; who may read is decided by the roles."
)
ACCEPTED: Final = {
    "CKV_AWS_18": "Reports are read by links signed for minutes, each on record as an audit entry; no other way leads in.",
    "CKV_AWS_21": "Reports live a day and are made again; what is noted of erasures is only ever added to.",
    "CKV_AWS_26": "CloudWatch cannot publish to a topic under AWS's own key; an alarm's text holds no data of anybody.",
    "CKV_AWS_27": "SqsManagedSseEnabled encrypts every queue, which the rule does not know; it asks for a KMS key.",
    "CKV_AWS_115": "Reserving is a parameter of the functions that somebody waits for; workers are held at their source.",
    "CKV_AWS_116": "Nothing calls these functions asynchronously but the schedule, and that one has its queue (EventInvokeConfig); "
    "queues and the stream have theirs.",
    "CKV_AWS_117": "They reach AWS, Discord and subscribers' public addresses only. A VPC would need a NAT gateway, 33 $ a month.",
    "CKV_AWS_119": _OWNED_BY_AWS,
    "CKV_AWS_149": _OWNED_BY_AWS,
    "CKV_AWS_158": _OWNED_BY_AWS + " Logs hold no secret and no name.",
    "CKV_AWS_166": _OWNED_BY_AWS,
    "CKV_AWS_173": "The functions' settings hold no secret, which a test shows; AWS's own key encrypts them.",
}
"""The rules that are broken on purpose, and why."""


def _failed(report: Any) -> dict[str, list[str]]:
    """What fails, by rule: "the rule in words: the resource". Raises ValueError where a template could not be read."""
    found: dict[str, list[str]] = defaultdict(list)
    for part in report if isinstance(report, list) else [report]:
        if part["results"]["parsing_errors"]:
            raise ValueError(f"checkov cannot read {', '.join(part['results']['parsing_errors'])}")
        for check in part["results"]["failed_checks"]:
            found[check["check_id"]].append(f"{check['check_name']}: {check['resource']} in {check['file_path']}")
    return found


def complaints(failed: Mapping[str, Iterable[str]], accepted: Mapping[str, str]) -> list[str]:
    """What has to be mended: rules broken that are not accepted, and accepted ones that nothing breaks."""
    broken = [f"{rule} {said}" for rule, every in sorted(failed.items()) if rule not in accepted for said in every]
    idle = [
        f"{rule} is accepted in {__name__}, and nothing breaks it: take it out."
        for rule in accepted
        if rule not in failed
    ]
    return broken + idle


def main() -> int:
    """Run from the command line."""
    command = [
        str(tool("checkov")), "--framework", "cloudformation", "--skip-download", "--soft-fail", "--output", "json",
        "--file", *TEMPLATES,
    ]  # fmt: skip
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        print(done.stderr[-2000:], file=sys.stderr)
        return 1
    found = complaints(_failed(json.loads(done.stdout)), ACCEPTED)
    print("\n".join(found) or f"checkov: {len(TEMPLATES)} templates break no rule but {len(ACCEPTED)} on purpose.")
    return 1 if found else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (ToolMissing, ValueError) as reason:
        sys.exit(str(reason))
