# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The gate as a resource, for its module and its action plugin: its options, and those of its checks. It cannot be a check of another gate."""

from __future__ import annotations

from ansible_collections.batchops.azure.plugins.module_utils._gate.checks import parse_checks
from ansible_collections.batchops.azure.plugins.module_utils._gate.reader import GateReader
from ansible_collections.batchops.azure.plugins.module_utils._read.resource import Resource
from ansible_collections.batchops.azure.plugins.module_utils._read.spec import (
    ACCOUNT,
    AUTH,
    IGNORED,
    READ,
    WAIT,
    Arguments,
    Spec,
    condition,
)
from ansible_collections.batchops.azure.plugins.module_utils._registry import JUDGED


def _check_options() -> Spec:
    """The options that a check accepts: those of all resources, under their own names."""
    resources = JUDGED.values()
    given = {name: resource.arguments.spec[name] for resource in resources for name in resource.check_options}
    conditions = {name for resource in resources for name in resource.arguments.spec["condition"]["choices"]}
    return {
        "check": {"type": "str", "required": True, "choices": list(JUDGED)},
        "name": {"type": "str"},
        **given,
        **condition(*sorted(conditions)),
    }


GATE = Resource(
    name="gate",
    module="batch_gate_info",
    arguments=Arguments(
        {
            **ACCOUNT,
            **AUTH,
            **IGNORED,
            **WAIT,
            "query": READ["query"],
            "redact": READ["redact"],
            "checks": {"type": "list", "elements": "dict", "required": True, "options": _check_options()},
        }
    ),
    reader=GateReader,
    parse=parse_checks,
)
