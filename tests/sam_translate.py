"""Prints what SAM makes of a template, as AWS does it when it deploys. Run by the Python of SAM's own environment.

Reads {"template": ..., "parameters": ...} and prints the CloudFormation template, both as JSON.
"""

import json
import sys

from samtranslator.translator.transform import transform


class NoManagedPolicies:
    """Roles are written out in the template, so SAM has no managed policy to look up."""

    def load(self):
        return {}


if __name__ == "__main__":
    given = json.load(sys.stdin)
    json.dump(transform(given["template"], given["parameters"], NoManagedPolicies()), sys.stdout)
