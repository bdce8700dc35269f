"""template.yaml as CloudFormation gets it: written out by SAM for given parameters."""

from __future__ import annotations

import json
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

from infra.local.tools import sam_environment, tool
from infra.template import read_template

ROOT = Path(__file__).parents[1]
BUILT = "s3://bucket/what-sam-built"


@cache
def translated(**parameters: str) -> dict[str, Any]:
    """The resources, with these parameters and otherwise their defaults. Takes seconds, the first time."""
    template = read_template(ROOT / "template.yaml")
    template["Globals"]["Function"]["CodeUri"] = BUILT
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::LayerVersion":
            resource["Properties"]["ContentUri"] = BUILT
    defaults = {name: str(one["Default"]) for name, one in template["Parameters"].items() if "Default" in one}
    done = subprocess.run(
        [tool("sam").with_name("python"), ROOT / "tests" / "sam_translate.py"],
        input=json.dumps({"template": template, "parameters": defaults | parameters}),
        env=sam_environment(), stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    resources: dict[str, Any] = json.loads(done.stdout)["Resources"]
    return resources
