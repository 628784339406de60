# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a look costs is what the guide to large accounts says."""

from __future__ import annotations

import re

import pytest
import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.batchops.azure.plugins.module_utils._run import run
from ansible_collections.batchops.azure.tests.docs.blocks import PROJECT
from ansible_collections.batchops.azure.tests.simulator import Simulator
from ansible_collections.batchops.azure.tests.support.accounts import options_of
from ansible_collections.batchops.azure.tests.support.modules import MODULES, looks

GUIDE = PROJECT / "docs" / "docsite" / "rst" / "guide_large_accounts.rst"
ROW = re.compile(r"^   \* - ``(batch_\w+)``\n     - (.*)\n     - (\d+)$", re.MULTILINE)
ROWS = ROW.findall(GUIDE.read_text(encoding="utf-8"))
LOOKS = looks(job="job-7", pool="pool-7")


@pytest.mark.parametrize(("module", "options", "number"), ROWS)
def test_a_look_sends_as_many_requests_as_the_guide_says(module: str, options: str, number: str) -> None:
    resource = MODULES[module]
    given = {key: value for text in re.findall(r"``(.*?)``", options) for key, value in yaml.safe_load(text).items()}
    with Simulator("demo") as account:
        account.clock.set(6)
        where = options_of(account)
        validated = ArgumentSpecValidator(resource.arguments.spec).validate(
            {**where, **LOOKS[module], **given, "details": "summary"}
        )
        assert not validated.error_messages
        result = run(validated.validated_parameters, resource)
        assert result["verdict"] == "pending"
        assert len(account.requests) == int(number)


def test_every_module_that_waits_for_a_resource_is_there() -> None:
    assert {module for module, options, number in ROWS} == set(LOOKS)
