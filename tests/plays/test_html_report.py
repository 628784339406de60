# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reports that roles and the playbook write: whatever the verdict, with all that was read, and with no say in the verdict."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from ansible_collections.batchops.azure.tests.simulator import Simulator
from ansible_collections.batchops.azure.tests.support.accounts import account_of
from ansible_collections.batchops.azure.tests.support.driven_clock import driven_clock
from ansible_collections.batchops.azure.tests.support.playing import BIN, Played, Task, callbacks, kept, play

TASKS = {"check": "tasks", "job_id": "job-8"}
READY = {"check": "nodes", "pool_id": "pool-7"}


def gate(file: Any, *checks: dict[str, Any], **variables: Any) -> list[Task]:
    named = {"gate_checks": list(checks), "gate_report_file": file, **variables}
    role = {"name": "batchops.azure.gate", "apply": {"ignore_errors": True}}
    return [{"ansible.builtin.include_role": role, "vars": named}, KEPT]


KEPT = {"ansible.builtin.debug": {"msg": {"kept": "{{ gate_result | default(wait_for_job_prep_result | default) }}"}}}


LAST = ("Refuse to go on", "Write a report", "Keep the result")


def told(played: Played) -> list[str]:
    """What was said of the report."""
    return [str(result["msg"]) for result in played.results if "report is" in str(result.get("msg"))]


def report(simulator: Simulator, **variables: Any) -> tuple[int, str]:
    extra = [part for name, value in variables.items() for part in ("-e", json.dumps({f"batch_{name}": value}))]
    done = subprocess.run(
        [BIN / "ansible-playbook", "batchops.azure.batch_report", *extra],
        env={**os.environ, **account_of(simulator), "ANSIBLE_CALLBACK_PLUGINS": callbacks()},
        capture_output=True,
        text=True,
        check=False,
    )
    assert {exchange.method for exchange in simulator.requests} <= {"GET"}
    return done.returncode, done.stdout + done.stderr


def test_the_playbook_reports_on_jobs_and_pools(tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    with Simulator("demo") as simulator:
        simulator.clock.set(14)
        status, printed = report(simulator, job_id="job-7, job-8", pool_id=["pool-7"], report=str(file))
    assert status == 0, printed
    text = file.read_text(encoding="utf-8")
    assert '<header class="verdict failed">' in text
    assert "The gate is closed: 2 of 3 checks can no longer be satisfied." in text
    assert "mount error(13): Permission denied" in text
    # A start task and a preparation on each of 12 nodes, 24 tasks; and 3 preparations and 2 tasks of the other job.
    nodes = text[text.index("<h3>Nodes</h3>") : text.index("<h2>Nodes by state")]
    assert nodes.count('<rect class="b ') == 12 + 12 + 24 + 3 + 2
    assert nodes.count("<li>preparation of job-7, running, since") == 2


def test_the_playbook_fails_where_it_is_not_told_what_to_do(tmp_path: Path) -> None:
    with Simulator("demo") as simulator:
        nothing = report(simulator, report=str(tmp_path / "a.html"))
        nowhere = report(simulator, job_id="job-7")
        assert not simulator.requests
    for status, printed in (nothing, nowhere):
        assert status == 2
        assert "Give -e batch_report=... and one of" in printed


def test_the_playbook_misses_a_report_that_it_could_not_write(tmp_path: Path) -> None:
    file = tmp_path / "there" / "is" / "no.html"
    with Simulator("demo") as simulator:
        status, printed = report(simulator, job_id="job-7", report=str(file))
    assert status == 2
    assert f"The report could not be written to {file}." in printed


def test_a_report_of_yesterday_is_none_of_today(tmp_path: Path) -> None:
    """A folder in place of the file can be seen, and cannot be written."""
    with Simulator("demo") as simulator:
        status, printed = report(simulator, job_id="job-7", report=str(tmp_path))
    assert status == 2, printed


def test_the_gate_writes_it_when_it_refuses_and_when_it_opens(tmp_path: Path) -> None:
    closed, opened = tmp_path / "closed.html", tmp_path / "open.html"
    with Simulator("demo") as simulator:
        simulator.clock.set(100)
        tasks = gate(str(closed), TASKS, READY) + gate(str(opened), READY)
        played = play(tmp_path / "play", tasks, account_of(simulator) | driven_clock(tmp_path))
    assert [result["open"] for result in kept(played)] == [False, True]
    assert told(played) == [f"The report is in {closed}.", f"The report is in {opened}."]
    assert "export-2: failed, exit code 0" in closed.read_text(encoding="utf-8")
    assert '<header class="verdict satisfied">' in opened.read_text(encoding="utf-8")


def test_waiting_for_preparation_writes_one_too(tmp_path: Path) -> None:
    file = tmp_path / "prep.html"
    role = {"name": "batchops.azure.wait_for_job_prep", "apply": {"ignore_errors": True}}
    variables = {"wait_for_job_prep_job_id": "job-8", "wait_for_job_prep_report_file": str(file)}
    with Simulator("demo") as simulator:
        simulator.clock.set(100)
        tasks = [{"ansible.builtin.include_role": role, "vars": variables}, KEPT]
        played = play(tmp_path / "play", tasks, account_of(simulator) | driven_clock(tmp_path))
    assert [result["satisfied"] for result in kept(played)] == [False]
    text = file.read_text(encoding="utf-8")
    assert "<h1>Preparation of job-8 has failed" in text
    # The pool is that of the job, so that there are its nodes and their start tasks.
    assert "12 idle" in text


def test_a_report_that_cannot_be_written_changes_nothing(tmp_path: Path) -> None:
    """It opens no gate and closes none."""
    files: list[Any] = ["/dev/null/report.html", "/", "{{ nowhere }}", ["a.html"], 5, {"a": 1}]
    with Simulator("demo") as simulator:
        simulator.clock.set(100)
        tasks = [task for file in files for task in gate(file, TASKS) + gate(file, READY)]
        for task in tasks[::2]:
            task["ansible.builtin.include_role"]["rolespec_validate"] = False
        played = play(tmp_path / "play", tasks, account_of(simulator) | driven_clock(tmp_path))
    assert [result["open"] for result in kept(played)] == [False, True] * len(files)
    assert not [path for path in Path.cwd().glob("*html*") if path.is_file()]


def test_where_nobody_answers_the_report_says_so(tmp_path: Path) -> None:
    file = tmp_path / "closed.html"
    account = {
        "AZURE_BATCH_ENDPOINT": "http://127.0.0.1:9",
        "AZURE_BATCH_ACCOUNT": "a",
        "AZURE_BATCH_ACCESS_KEY": "aa==",
    }
    played = play(tmp_path / "play", gate(str(file), TASKS), account | driven_clock(tmp_path))
    assert [result["open"] for result in kept(played)] == [False]
    text = file.read_text(encoding="utf-8")
    assert "The gate is closed: its checks could not be judged." in text
    assert "Not read: tasks." in text


def test_in_check_mode_no_file_is_written(tmp_path: Path) -> None:
    file = tmp_path / "a.html"
    with Simulator("demo") as simulator:
        simulator.clock.set(100)
        played = play(tmp_path / "play", gate(str(file), READY), account_of(simulator), "--check")
    assert f"The report would be in {file}." in played.stdout
    assert not file.exists()


def test_without_a_file_nothing_is_read_for_one(tmp_path: Path) -> None:
    with Simulator("demo") as simulator:
        played = play(tmp_path / "play", gate(None, READY), account_of(simulator))
        # One line, and not one for each read of a report.
        names = [part.partition("]")[0] for part in played.by_task]
        assert names[-4:-1] == [f"batchops.azure.gate : {name}" for name in LAST], played.stdout
        alone = len(simulator.requests)
        play(tmp_path / "play2", gate(str(tmp_path / "a.html"), READY), account_of(simulator))
        assert len(simulator.requests) > 2 * alone


def test_of_a_job_schedule_the_job_that_was_judged_is_drawn(tmp_path: Path) -> None:
    file = tmp_path / "nightly.html"
    with Simulator("job_schedule") as simulator:
        simulator.clock.set(50)
        nightly = {"check": "jobs", "job_schedule_id": "nightly", "condition": "succeeded"}
        play(tmp_path / "play", gate(str(file), nightly), account_of(simulator) | driven_clock(tmp_path))
    text = file.read_text(encoding="utf-8")
    assert "<h2>Timeline" in text
    assert "export-1" in text
    assert "nightly:job-3" in text


def test_no_secret_of_the_service_is_on_the_page(tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    with Simulator("secrets") as simulator:
        simulator.clock.set(60)
        status, printed = report(simulator, job_id="job-1", pool_id="pool-1", report=str(file))
    assert status == 0, printed
    text = file.read_text(encoding="utf-8")
    # What a task printed itself is its own word; nothing else of them is there.
    assert "task-1" in text
    assert "hunter2" not in text.replace("hunter2-standard-output", "")
