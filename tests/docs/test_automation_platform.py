# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files for Automation Platform are those that the guide shows; a controller takes them; they sign in, gate, and let nobody past."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.batchops.azure.tests.checks.execution_environment import DEFINITION
from ansible_collections.batchops.azure.tests.docs.blocks import PROJECT, Block, examples
from ansible_collections.batchops.azure.tests.docs.controller_options import CREDENTIAL_TYPE, OPTIONS, SURVEY
from ansible_collections.batchops.azure.tests.simulator import Simulator
from ansible_collections.batchops.azure.tests.support.accounts import account_of
from jinja2 import Template

BIN = Path(sys.executable).parent
HERE = Path(__file__).resolve().parent
FILES = PROJECT / "extensions" / "automation_platform"
# In place of a module of the controller: it looks at its options, and writes down which they were.
_STUB = """
import json, os
from ansible.module_utils.basic import AnsibleModule
module = AnsibleModule(argument_spec={spec!r})
with open(os.environ["GIVEN"], "a") as file:
    file.write(json.dumps({{name: value for name, value in module.params.items() if value is not None}}) + "\\n")
module.exit_json()
"""


def shown(guide: str) -> list[Block]:
    """The YAML of the guide."""
    return [block for block in examples("yaml") if block.path.stem == guide]


def read(name: str) -> Any:
    return yaml.safe_load((FILES / name).read_text(encoding="utf-8"))


def survey_of() -> list[dict[str, Any]]:
    return read("survey.yml")["spec"]


def run(command: str, *arguments: Any, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AZURE_", "AZ_"))}
    return subprocess.run(
        [BIN / command, *map(str, arguments)],
        env={**kept, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_definition_is_the_one_that_is_checked() -> None:
    found = [yaml.safe_load(block.text) for block in shown("guide_execution_environments")]
    assert [data for data in found if "images" in data] == [DEFINITION]


def test_the_guide_shows_each_file_as_it_is() -> None:
    blocks = {block.mark.get("file", ""): block.text for block in shown("guide_automation_platform")}
    files = {str(path.relative_to(FILES.parent)): path.read_text("utf-8") for path in FILES.rglob("*.yml")}
    assert files
    assert {name: f"---\n{text}" for name, text in blocks.items() if name.startswith(FILES.name)} == files


@pytest.mark.parametrize("name", OPTIONS)
def test_modules_of_the_controller_take_the_options_of_each_file(name: str) -> None:
    assert ArgumentSpecValidator(OPTIONS[name]).validate(read(f"{name}.yml")).error_messages == []


def test_the_controller_takes_the_credential_type_and_the_survey() -> None:
    credential_type = read("credential_type.yml")
    jsonschema.validate({name: credential_type[name] for name in ("inputs", "injectors")}, CREDENTIAL_TYPE)
    jsonschema.validate(read("survey.yml"), SURVEY)
    for ids in (
        [field["id"] for field in credential_type["inputs"]["fields"]],
        [asked["variable"] for asked in survey_of()],
    ):
        assert len(set(ids)) == len(ids)


def test_what_the_credential_type_injects_signs_in() -> None:
    inputs, injectors = (read("credential_type.yml")[name] for name in ("inputs", "injectors"))
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
        done = run(
            "ansible",
            *("localhost", "-m", "batchops.azure.batch_job_info", "-a", json.dumps(options)),
            **injected,
            AZURE_AUTHORITY_HOST=str(account.authority),
            REQUESTS_CA_BUNDLE=str(account.ca_path),
        )
        [login] = account.logins.snapshot()
    assert done.returncode == 0, done.stdout + done.stderr
    assert login.client_id == values["client_id"]
    assert values["secret"] not in done.stdout + done.stderr


def test_the_survey_asks_for_variables_that_the_playbook_has() -> None:
    playbook = (PROJECT / "playbooks" / "gate_deployment.yml").read_text(encoding="utf-8")
    documented = set(re.findall(r"^#   (batch_\w+) ", playbook, re.MULTILINE))
    asked = {question["variable"] for question in survey_of()}
    assert asked <= documented
    assert {"batch_job_id", "batch_pool_id"} <= {
        question["variable"] for question in survey_of() if question["required"]
    }


def test_nobody_who_starts_it_can_open_the_gate() -> None:
    for name in ("job_template.yml", "workflow_job_template.yml"):
        assert read(name)["ask_variables_on_launch"] is False
        assert read(name)["survey_enabled"] is True
    assert not {"batch_gate_mode", "batch_gate_checks", "batch_deploy_tasks"} & {
        asked["variable"] for asked in survey_of()
    }


def test_a_gate_may_take_its_whole_time_before_the_controller_ends_its_job() -> None:
    [question] = [asked for asked in survey_of() if asked["variable"] == "batch_wait_timeout"]
    # What Ansible needs besides, and a last look.
    assert read("job_template.yml")["timeout"] >= question["max"] + 300


def test_only_an_open_gate_leads_to_the_deployment() -> None:
    nodes = {node["identifier"]: node for node in read("workflow_job_template.yml")["workflow_nodes"]}
    gate = nodes["gate"]["unified_job_template"]
    assert (gate["type"], gate["name"]) == ("job_template", read("job_template.yml")["name"])
    ways = {
        (identifier, way, link["identifier"])
        for identifier, node in nodes.items()
        for way, links in node["related"].items()
        for link in links
    }
    assert ways == {("gate", "success_nodes", "deploy")}
    assert set(nodes) == {"gate", "deploy"}


def test_the_job_template_has_the_names_of_the_guide() -> None:
    template = read("job_template.yml")
    text = (PROJECT / "docs" / "docsite" / "rst" / "guide_automation_platform.rst").read_text(encoding="utf-8")
    assert template["credentials"] == [read("credential_type.yml")["name"]]
    for name in (
        *template["credentials"],
        *(template[key] for key in ("project", "inventory", "execution_environment")),
        "Deploy",
    ):
        assert f"*{name}*" in text
    assert (FILES / "project" / template["playbook"]).is_file()


def test_the_play_of_the_guide_hands_each_file_to_its_module(tmp_path: Path) -> None:
    """With modules of the same names that take the published options and write them down."""
    modules = tmp_path / "collections" / "ansible_collections" / "awx" / "awx" / "plugins" / "modules"
    modules.mkdir(parents=True)
    for name, spec in OPTIONS.items():
        (modules / f"{name}.py").write_text(_STUB.format(spec=spec), encoding="utf-8")
    [play] = [block for block in shown("guide_automation_platform") if block.mark.get("file") == "set_up.yml"]
    (tmp_path / "set_up.yml").write_text(play.text, encoding="utf-8")
    shutil.copytree(FILES, tmp_path / FILES.name)
    done = run(
        "ansible-playbook",
        tmp_path / "set_up.yml",
        ANSIBLE_COLLECTIONS_PATH=str(tmp_path / "collections"),
        GIVEN=str(tmp_path / "given.jsonl"),
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found = [json.loads(line) for line in (tmp_path / "given.jsonl").read_text(encoding="utf-8").splitlines()]
    survey = {"survey_spec": read("survey.yml")}
    assert [set(given) for given in found] == [
        set(read("credential_type.yml")),
        {*read("job_template.yml"), *survey},
        {*read("workflow_job_template.yml"), *survey},
    ]
    assert found[0] == read("credential_type.yml")
    assert found[1] == {**read("job_template.yml"), **survey}


@pytest.mark.parametrize(("job", "opens"), [("job-done", True), ("job-failed", False)])
@pytest.mark.parametrize("unanswered", [{}, {"batch_min_nodes": ""}], ids=["left out", "empty"])
def test_the_playbook_gates_by_the_answers_to_the_survey(job: str, opens: bool, unanswered: dict[str, str]) -> None:
    answers = {asked["variable"]: asked["default"] for asked in survey_of() if "default" in asked}
    answers |= {"batch_job_id": job, "batch_pool_id": "pool-ready", **unanswered}
    assert {asked["variable"] for asked in survey_of() if asked["required"]} <= set(answers)
    scenario = PROJECT / "tests" / "integration" / "targets" / "setup_simulator" / "files" / "scenario.yml"
    with Simulator(scenario) as account:
        done = run("ansible-playbook", FILES / "project" / "gate.yml", "-e", json.dumps(answers), **account_of(account))
    assert (done.returncode == 0) is opens, done.stdout + done.stderr
    assert f"The gate is {'open' if opens else 'closed'}: " in done.stdout
