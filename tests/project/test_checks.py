# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the checks say of themselves: what has run, what was left out, and which versions have been tested."""

from __future__ import annotations

import configparser
import json
import re
from pathlib import Path

import pytest
from ansible_collections.batchops.azure.tests.checks import ansible_test
from ansible_collections.batchops.azure.tests.checks.left_out import left_out
from ansible_collections.batchops.azure.tests.checks.tested_versions import BEGIN, END, between_markers, rows, table

PROJECT = Path(__file__).resolve().parents[2]


def test_what_was_not_asked_for_and_what_was_skipped_is_left_out_and_what_failed_is_not() -> None:
    report = {
        "lint": {"result": "success", "reason": "None"},
        "types": {"result": "failed", "reason": "exit code 1"},
        "sanity-2.21": {"result": "skipped", "reason": "no Python 3.12"},
    }
    assert left_out(["lint", "types", "sanity-2.21", "docs"], report) == [
        "sanity-2.21: skipped, no Python 3.12",
        "docs: not run here; ./dev check -s docs",
    ]


def test_the_table_says_passed_only_where_something_has_passed() -> None:
    results = [
        {"ansible_core": "2.21", "python": "3.12", "check": "units", "passed": 5},
        {"ansible_core": "2.9", "python": "3.11", "check": "sanity", "passed": 20},
        {"ansible_core": "2.21", "python": "3.12", "check": "sanity", "passed": 24},
    ]
    assert table(rows(results)).splitlines() == [
        "| ansible-core | Python | sanity | units | integration | installed |",
        "|---|---|---|---|---|---|",
        "| 2.9 | 3.11 | passed | not tested | not tested | not tested |",
        "| 2.21 | 3.12 | passed | passed | not tested | not tested |",
    ]


def test_only_what_stands_between_the_markers_is_replaced() -> None:
    text = f"before\n{BEGIN}\nold\n{END}\nafter\n"
    assert between_markers(text, "new") == f"before\n{BEGIN}\nnew\n{END}\nafter\n"
    assert between_markers(between_markers(text, "new"), "old") == text


@pytest.mark.parametrize("text", ["nothing", f"{BEGIN} only", f"{END} only"])
def test_a_readme_without_markers_is_an_error(text: str) -> None:
    with pytest.raises(SystemExit, match="lacks the markers"):
        between_markers(text, "new")


def reports(folder: Path, **texts: str) -> Path:
    """A folder of ansible-test's results, with a report for each text."""
    (folder / "junit").mkdir(parents=True)
    for name, cases in texts.items():
        (folder / "junit" / f"{name}.xml").write_text(
            f"<testsuites><testsuite>{cases}</testsuite></testsuites>", encoding="utf-8"
        )
    return folder


def target(collection: Path, name: str) -> None:
    folder = collection / "tests" / "integration" / "targets" / name
    folder.mkdir(parents=True)
    (folder / "aliases").touch()


def data(collection: Path, *ran: str) -> None:
    folder = collection / "tests" / "output" / "data"
    folder.mkdir(parents=True)
    (folder / "integration-1.json").write_text(json.dumps({"targets": {name: {} for name in ran}}), encoding="utf-8")


def test_a_test_that_was_skipped_has_not_passed(tmp_path: Path) -> None:
    output = reports(
        tmp_path,
        one='<testcase classname="sanity" name="pep8"/><testcase classname="sanity" name="pslint"><skipped/></testcase>',
        two='<testcase classname="sanity" name="ignores"/>',
    )
    assert sorted(ansible_test.tests(output)) == ["sanity.ignores", "sanity.pep8"]


@pytest.mark.parametrize("check", ["sanity", "units", "integration"])
def test_where_nothing_has_run_nothing_has_passed(check: str, tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=f"only 0 {check} tests have run"):
        ansible_test.passed(check, tmp_path)


def test_a_few_sanity_tests_are_not_all(tmp_path: Path) -> None:
    reports(tmp_path / "tests" / "output", few='<testcase classname="sanity" name="pep8"/>')
    with pytest.raises(SystemExit, match=r"only 1 sanity tests have run: sanity\.pep8"):
        ansible_test.passed("sanity", tmp_path)
    assert ansible_test.passed("units", tmp_path) == ["sanity.pep8"]


def test_an_integration_target_that_has_not_run_is_named(tmp_path: Path) -> None:
    for name in ("jobs", "nodes"):
        target(tmp_path, name)
    data(tmp_path, "jobs")
    with pytest.raises(SystemExit, match="these targets have not run: nodes"):
        ansible_test.passed("integration", tmp_path)


def test_integration_has_passed_where_all_targets_have_run(tmp_path: Path) -> None:
    target(tmp_path, "jobs")
    data(tmp_path, "jobs")
    assert ansible_test.passed("integration", tmp_path) == ["jobs"]


def test_an_ignore_entry_fails_before_anything_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tests" / "sanity").mkdir(parents=True)
    (tmp_path / "tests" / "sanity" / "ignore-2.21.txt").touch()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit, match="tests/sanity holds ignore entries"):
        ansible_test.main("sanity", tmp_path / "home", tmp_path / "passed.json")
    assert not (tmp_path / "home").exists()


def test_a_failure_is_shown_without_what_pip_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = tmp_path / "ansible-test"
    fake.write_text('#!/bin/sh\necho "Collecting pytest"\necho "ERROR: $1 in $HOME"\nexit 1\n', encoding="utf-8")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    home = tmp_path / "home"
    ansible_test.furnish(home)
    with pytest.raises(SystemExit) as failed:
        ansible_test.run("units", home)
    assert failed.value.code == f"ERROR: units in {home}"


def test_more_arguments_come_to_ansible_test(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = tmp_path / "ansible-test"
    fake.write_text('#!/bin/sh\necho "ERROR: $*"\nexit 1\n', encoding="utf-8")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    home = tmp_path / "home"
    ansible_test.furnish(home)
    with pytest.raises(SystemExit, match=r"^ERROR: sanity .* --skip-test pylint$"):
        ansible_test.run("sanity", home, ("--skip-test", "pylint"))


def test_every_folder_of_tests_is_run() -> None:
    """`./dev test` names the folders, to start the long ones first. What it leaves out has sessions of its own, which test_workflows.py looks for in CI."""
    settings = configparser.ConfigParser()
    settings.read(PROJECT / "pytest.ini", encoding="utf-8")
    holding = {path.relative_to(PROJECT).parts[1] for path in (PROJECT / "tests").rglob("test_*.py")}
    assert {Path(path).name for path in settings["pytest"]["testpaths"].split()} == holding - {"browser", "plays"}
    ignored = re.findall(r"--ignore=(\S+)", settings["pytest"]["addopts"])
    assert ignored == ["tests/docs/test_console.py"]
    assert ignored[0] in (PROJECT / "noxfile.py").read_text(encoding="utf-8")
