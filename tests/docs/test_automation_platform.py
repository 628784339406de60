# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the guide to execution environments shows beside tasks: its definition is the one that is checked, its credential type signs in."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml
from ansible_collections.batchops.azure.tests.checks.execution_environment import DEFINITION
from ansible_collections.batchops.azure.tests.docs.blocks import examples
from ansible_collections.batchops.azure.tests.simulator import Simulator
from jinja2 import Template

ANSIBLE = Path(sys.executable).with_name("ansible")
HERE = Path(__file__).resolve().parent


def shown() -> list[dict[str, Any]]:
    """The YAML of the guide."""
    guide = "guide_execution_environments"
    return [yaml.safe_load(block.text) for block in examples("yaml") if block.path.stem == guide]


def test_the_definition_is_the_one_that_is_checked() -> None:
    assert [data for data in shown() if "images" in data] == [DEFINITION]


def test_what_the_credential_type_injects_signs_in() -> None:
    [inputs] = [data for data in shown() if "fields" in data]
    [injectors] = [data for data in shown() if "env" in data]
    names = {field["id"] for field in inputs["fields"]}
    assert set(inputs["required"]) == names
    assert {field["id"] for field in inputs["fields"] if field.get("secret")} == {"secret"}
    options = {"job_id": "job-7", "disable_instance_discovery": True}
    with Simulator(HERE / "scenario.yml", https=True) as account:
        values = {
            "endpoint": account.url,
            "client_id": account.client_id,
            "secret": account.secret,
            "tenant": account.tenant,
        }
        assert set(values) == names
        injected = {name: Template(text).render(values) for name, text in injectors["env"].items()}
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("AZURE_", "AZ_"))}
        done = subprocess.run(
            [ANSIBLE, "localhost", "-m", "batchops.azure.batch_job_info", "-a", json.dumps(options)],
            env={
                **kept,
                **injected,
                "AZURE_AUTHORITY_HOST": str(account.authority),
                "REQUESTS_CA_BUNDLE": str(account.ca_path),
            },
            capture_output=True,
            text=True,
            check=False,
        )
        [login] = account.logins.snapshot()
    assert done.returncode == 0, done.stdout + done.stderr
    assert login.client_id == values["client_id"]
    assert values["secret"] not in done.stdout + done.stderr
