# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lines of a wait where operators see them: ansible-playbook, ansible and ansible-runner; and where nobody wants them."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest
from ansible import constants as C
from ansible_collections.batchops.azure.tests.simulator import ManualClock, Simulator, StepClock
from ansible_collections.batchops.azure.tests.support.accounts import account_of
from ansible_collections.batchops.azure.tests.support.driven_clock import driven_clock
from ansible_collections.batchops.azure.tests.support.playing import BIN, play, python_elsewhere

PREP = "batchops.azure.batch_job_prep_status_info"
WAIT: dict[str, Any] = {
    "job_id": "job-7",
    "details": "summary",
    "condition": "prepared",
    "min_nodes": 12,
    "wait": True,
    "wait_sleep": 0.01,
}
_LINE = re.compile(
    r"prep job-7: (?:\d+ running, )?(\d+)/12 ready(?:, \d+ running)? \[([#-]{10})\] \d\d:\d\d(?:, ~\d+:\d\d left)?$",
    re.MULTILINE,
)


def moving() -> Simulator:
    """An account in which a second passes with each request."""
    return Simulator("demo", clock=StepClock(1))


def assert_tells(text: str) -> None:
    """From the first look to the last, a line for every change, none twice, and never backwards."""
    found = _LINE.findall(text)
    ready = [int(number) for number, _drawn in found]
    assert len(ready) > 3, text
    assert ready == sorted(ready)
    assert ready[-1] == 12
    assert [drawn for _number, drawn in found] == [
        "#" * (done * 10 // 12) + "-" * (10 - done * 10 // 12) for done in ready
    ]
    assert len(found) == text.count("prep job-7: ")


def test_a_playbook_shows_how_a_wait_goes_on(tmp_path: Path) -> None:
    with moving() as account:
        done = play(tmp_path, [{PREP: WAIT}], account_of(account))
    assert done.results[0]["verdict"] == "satisfied"
    assert_tells(done.stdout)
    assert "prep job-7" not in done.stderr
    assert "\x1b" not in done.stdout, "a pipe has no colours"


def test_an_ad_hoc_command_shows_it() -> None:
    with moving() as account:
        done = subprocess.run(
            [BIN / "ansible", "localhost", "-m", PREP, "-a", json.dumps(WAIT)],
            env={**os.environ, **account_of(account)},
            capture_output=True,
            text=True,
            check=True,
        )
    lines, _between, result = done.stdout.partition("localhost | SUCCESS => ")
    assert_tells(lines)
    assert json.loads(result)["verdict"] == "satisfied"


def test_ansible_runner_has_it_in_the_output_of_its_events(tmp_path: Path) -> None:
    playbook = [{"hosts": "localhost", "gather_facts": False, "tasks": [{PREP: WAIT}]}]
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "play.yml").write_text(json.dumps(playbook), encoding="utf-8")
    with moving() as account:
        subprocess.run(
            [BIN / "ansible-runner", "run", tmp_path, "-p", "play.yml", "--quiet"],
            env={
                **os.environ,
                "TERM": "xterm",
                **account_of(account),
                "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
            },
            check=True,
        )
    events = [json.loads(file.read_text("utf-8")) for file in tmp_path.glob("artifacts/*/job_events/*.json")]
    told = "\n".join(event["stdout"] for event in sorted(events, key=lambda event: event["counter"]))
    # It asks Ansible for colours.
    assert f"\x1b[{C.COLOR_CODES[C.COLOR_OK]}mprep job-7: 12/12 ready [##########] " in told
    assert_tells(re.sub(r"\x1b\[[\d;]*m", "", told))


def test_a_wait_that_is_over_at_once_shows_nothing(tmp_path: Path) -> None:
    with Simulator("demo") as account:
        account.clock.set(100)
        failed = {**WAIT, "job_id": "job-8"}
        read = {**WAIT, "job_id": "job-8", "wait": False}
        done = play(tmp_path, [{PREP: WAIT}, {PREP: failed}, {PREP: read}], account_of(account))
    assert [result["failed"] for result in done.results] == [False, True, False]
    assert done.lines == []


@pytest.mark.parametrize(
    ("task", "defaults"),
    [
        ({PREP: WAIT, "no_log": True}, {}),
        ({PREP: WAIT, "no_log": "{{ 1 == 1 }}"}, {}),
        ({PREP: {**WAIT, "progress": False}}, {}),
        ({PREP: WAIT}, {"group/batchops.azure.all": {"progress": False}}),
        ({PREP: WAIT, "async": 600, "poll": 1}, {}),
        ({PREP: WAIT, "environment": {"A": "b"}}, {}),
    ],
    ids=["no_log", "templated no_log", "progress", "module_defaults", "async", "module"],
)
def test_it_is_quiet(tmp_path: Path, task: dict[str, Any], defaults: dict[str, Any]) -> None:
    python = {"ansible_python_interpreter": python_elsewhere(tmp_path / "bin")} if "async" in task else {}
    with moving() as account:
        done = play(tmp_path, [task], account_of(account), module_defaults=defaults, vars=python)
    assert done.status == 0, done.stdout
    assert len(account.requests) > 5, "it has not waited"
    assert "prep job-7" not in done.stdout + done.stderr


def test_output_for_a_program_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "stdout").mkdir()
    # The name is what counts: ansible.posix has callbacks json and jsonl, and is not always there.
    (tmp_path / "stdout" / "json.py").write_text(
        "from ansible.plugins.callback import CallbackBase\n"
        "class CallbackModule(CallbackBase):\n"
        "    CALLBACK_VERSION, CALLBACK_TYPE, CALLBACK_NAME = 2.0, 'stdout', 'json'\n"
        "    def v2_playbook_on_stats(self, stats):\n"
        "        self._display.display('{\"done\": true}')\n"
    )
    callbacks = f"{tmp_path / 'stdout'}{os.pathsep}{tmp_path / 'play' / 'callbacks'}"
    with moving() as account:
        environment = {
            **account_of(account),
            "ANSIBLE_STDOUT_CALLBACK": "json",
            "ANSIBLE_CALLBACK_PLUGINS": callbacks,
        }
        done = play(tmp_path / "play", [{PREP: WAIT}], environment)
    assert json.loads(done.stdout) == {"done": True}


def test_lines_of_several_hosts_say_whose_they_are(tmp_path: Path) -> None:
    # An account in which nothing moves, so that neither host finds at its first look that the other has waited long enough.
    with Simulator("demo") as account:
        account.clock.set(15)
        environment = {**account_of(account), **driven_clock(tmp_path)}
        task = {PREP: {**WAIT, "wait_sleep": 15}, "delegate_to": "localhost"}
        done = play(tmp_path, [task], environment, "-i", "one,two,", hosts="all")
    assert {line.partition(": prep job-7: ")[0] for line in done.lines} == {"one", "two"}


def test_a_secret_is_not_in_a_line(tmp_path: Path) -> None:
    with moving() as account:
        done = play(tmp_path, [{PREP: {**WAIT, "auth_source": "shared_key", "password": "job-7"}}], account_of(account))
    assert done.lines
    assert all(line.startswith("prep ********: ") for line in done.lines)
    assert account.key not in done.stdout


def test_an_error_that_is_survived_is_told_once(tmp_path: Path) -> None:
    with moving() as account:
        account.faults.add("status", status=503, retry_after=0, after=6, times=4)
        done = play(tmp_path, [{PREP: {**WAIT, "retries": 0}}], account_of(account))
    told = [line for line in done.lines if "prep job-7: the last poll failed: ServerBusy (503), " in line]
    assert len(told) == 1
    assert done.results[0]["transient_errors"] > 1


def test_an_interrupted_wait_ends_and_asks_for_nothing_more(tmp_path: Path) -> None:
    with Simulator("demo", clock=ManualClock()) as account:
        tasks = [{PREP: {**WAIT, "wait_sleep": 0.05}}]
        playbook = tmp_path / "play.yml"
        playbook.write_text(json.dumps([{"hosts": "localhost", "gather_facts": False, "tasks": tasks}]))
        with subprocess.Popen(
            [BIN / "ansible-playbook", playbook],
            env={**os.environ, **account_of(account), "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as running:
            assert running.stdout is not None
            assert any("prep job-7" in line for line in running.stdout), "no line while it waits"
            # Ansible stops a worker wherever it is, and hangs itself if that is in the middle of handing over a line.
            assert account.requests.wait_for(len(account.requests) + 5), "it looks no more"
            running.send_signal(signal.SIGINT)
            try:
                running.communicate(timeout=300)
            except subprocess.TimeoutExpired:
                running.kill()
                raise
        asked = len(account.requests)
        assert running.returncode != 0
        # A wait that went on would have asked again by the time that another account is there.
        with Simulator("demo"):
            assert len(account.requests) == asked
