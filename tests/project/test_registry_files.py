# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Ansible reads as files is what the registry of resources says."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml
from ansible_collections.batchops.azure.plugins.module_utils._read.resource import Resource
from ansible_collections.batchops.azure.tests.checks.registry_files import ROOT, different, parts_of, write
from ansible_collections.batchops.azure.tests.support.modules import GATE, JUDGED, MODULES, TASKS
from ansible_collections.batchops.azure.tests.support.only_read import ONLY_READ

PARTS = ("plugins/action", "plugins/modules", "meta", "roles/gate/meta")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for part in PARTS:
        shutil.copytree(ROOT / part, tmp_path / part)
    return tmp_path


def test_the_files_are_as_the_script_writes_them() -> None:
    assert different() == [], "run ./dev registry"


def test_each_module_has_a_file() -> None:
    assert {path.stem for path in (ROOT / "plugins" / "modules").glob("*.py")} == set(MODULES)


def test_each_module_is_called_by_a_target_of_ansible_test() -> None:
    assert {path.name for path in (ROOT / "tests" / "integration" / "targets").iterdir()} >= set(MODULES)


@pytest.mark.parametrize("name", MODULES)
def test_each_module_has_a_row_in_the_readme(name: str) -> None:
    assert f"\n| `{name}` |" in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("resource", JUDGED.values(), ids=list(JUDGED))
def test_the_guide_to_waiting_has_each_condition(resource: Resource) -> None:
    text = (ROOT / "docs" / "docsite" / "rst" / "guide_waiting.rst").read_text(encoding="utf-8")
    rows = text.partition(f"* - :ansplugin:`batchops.azure.{resource.module}#module`\n")[2].partition(
        "* - :ansplugin:"
    )[0]
    for condition in resource.arguments.spec["condition"]["choices"]:
        assert f"``{condition}``" in rows


def test_the_action_groups_hold_every_module() -> None:
    groups = yaml.safe_load((ROOT / "meta" / "runtime.yml").read_text(encoding="utf-8"))["action_groups"]
    for name, members in groups.items():
        assert {member for member in members if isinstance(member, str)} == set(MODULES), name


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_what_is_missing_or_differs_is_found_and_written(copy: Path) -> None:
    assert different(copy) == []
    missing, stray = (copy / "plugins" / "action" / f"{name}.py" for name in ("batch_job_info", "batch_none_info"))
    missing.unlink()
    stray.write_text("", encoding="utf-8")
    runtime, specs = copy / "meta" / "runtime.yml", copy / "roles" / "gate" / "meta" / "argument_specs.yml"
    edit(runtime, "    - batch_task_info\n", "")
    edit(specs, "choices: [jobs, tasks,", "choices: [jobs,")
    module = copy / "plugins" / "modules" / "batch_node_info.py"
    edit(module, "Seconds that the wait took.", "Something else.")
    assert set(different(copy)) == {missing, stray, runtime, specs, module}
    write(copy)
    assert different(copy) == []
    assert missing.is_file()
    assert not stray.exists()
    for path in (runtime, specs, module):
        assert path.read_bytes() == (ROOT / path.relative_to(copy)).read_bytes()


def test_only_what_waits_has_the_parts_of_a_wait_and_only_what_is_judged_a_verdict() -> None:
    every = {
        "verdict",
        "elapsed",
        "polls",
        "timed_out",
        "stalled",
        "transient_errors",
        "last_transient_error",
        "api_version",
        "query_result",
        "failure",
    }
    assert set(parts_of(TASKS)) == every
    assert set(parts_of(GATE)) == every - {"verdict"}
    assert set(parts_of(ONLY_READ)) == {"api_version", "query_result", "failure"}


@pytest.mark.parametrize("name", parts_of(TASKS))
def test_a_common_part_that_a_module_lacks_is_named(copy: Path, name: str) -> None:
    edit(copy / "plugins" / "modules" / "batch_task_info.py", f"\n{name}:\n", "\nother:\n")
    with pytest.raises(LookupError, match=f"RETURN has no {name}"):
        different(copy)
