# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A wait ends within its deadline whatever a tenant has written, shows nothing unmasked, and comes to the same verdict."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import AnswerError
from ansible_collections.batchops.azure.plugins.module_utils._mask import patterns
from ansible_collections.batchops.azure.plugins.module_utils._mask.allowance import MOST_CHARACTERS
from ansible_collections.batchops.azure.plugins.module_utils._mask.text import MASK
from ansible_collections.batchops.azure.plugins.module_utils._mask.words import LONGEST_WORDS
from ansible_collections.batchops.azure.tests.support.asking import ask
from ansible_collections.batchops.azure.tests.support.loopback import Answer, Loopback, page
from ansible_collections.batchops.azure.tests.support.modules import JOBS, TASKS
from ansible_collections.batchops.azure.tests.support.scripted_clock import ScriptedClock
from ansible_collections.batchops.azure.tests.support.wire import job, task

# Of a machine that is slow: so many characters go through the patterns in a second.
PER_SECOND = 300_000
TIMEOUT = 3
LONG = 32_000
HOSTILE = "az -p hunter2 --password hunter2 ://a:hunter2@b sig=hunter2 PRIVATE KEY-----\n"
TEXT = HOSTILE * (LONG // len(HOSTILE))


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> ScriptedClock:
    """Time passes by pauses, and by what goes through the patterns."""
    clock, mask_known = ScriptedClock(1.0, 1.0, (0.0, 1.0), (0.0, 1.0)), patterns.mask_known

    def takes_time(text: str, *more: str) -> str:
        clock.work(len(text) / PER_SECOND)
        return mask_known(text, *more)

    monkeypatch.setattr(patterns, "mask_known", takes_time)
    return clock


def _tasks(**more: Any) -> list[dict[str, Any]]:
    return [task(f"t{number}", "running", url="https://x/t", **more) for number in range(100)]


def _waited(service: Loopback, clock: ScriptedClock, tasks: list[dict[str, Any]], **options: Any) -> dict[str, Any]:
    service.say("/jobs/job-1", job())
    service.say("/jobs/job-1/tasks", page(*tasks))
    wait = {"wait": True, "wait_timeout": TIMEOUT, "wait_sleep": 1, "condition": "succeeded"}
    return ask(service, TASKS, clock, job_id="job-1", **{**wait, **options})


ACCOUNTS: dict[str, tuple[str, dict[str, Any]]] = {
    "command lines": ("patterns", {"commandLine": TEXT}),
    "names": ("strict", {"displayName": TEXT}),
    "URLs": ("strict", {"resourceFiles": [{"httpUrl": "https://a/" + TEXT}]}),
    "URLs in texts": ("strict", {"displayName": "https://a:hunter2@b/?sig=hunter2 " * (LONG // 32)}),
    "settings": ("patterns", {"environmentSettings": [{"name": "A", "value": TEXT}]}),
    "keys": ("patterns", {"tags": {TEXT: "x"}}),
}


@pytest.mark.parametrize("what", ACCOUNTS)
def test_a_wait_ends_soon_after_its_deadline_whatever_a_tenant_has_written(
    service: Loopback, clock: ScriptedClock, what: str
) -> None:
    redact, more = ACCOUNTS[what]
    began = clock.monotonic()
    result = _waited(service, clock, _tasks(**more), redact=redact)
    assert result["verdict"] == "pending"
    assert result["timed_out"]
    # What has begun when the deadline comes is gone through to its end, and the sentences are.
    assert clock.monotonic() - began <= TIMEOUT + (MOST_CHARACTERS + 2 * LONG) / PER_SECOND
    assert "hunter2" not in str(result)


def test_the_words_of_the_service_in_sentences_are_short(service: Loopback, clock: ScriptedClock) -> None:
    """They are masked at the look that sees them, because a rule makes its sentence of them."""
    tasks = [
        task(f"t{number}", info={"result": "failure", "failureInfo": {"code": "X", "message": f"{number} {TEXT}"}})
        for number in range(100)
    ]
    began = clock.monotonic()
    _waited(service, clock, [*tasks, task("t", "running")], fail_fast=False, details="summary")
    assert clock.monotonic() - began - sum(clock.slept) <= 100 * LONGEST_WORDS / PER_SECOND


def test_what_is_not_looked_at_any_more_is_masked_whole_and_told(service: Loopback, clock: ScriptedClock) -> None:
    tasks = _tasks(commandLine=TEXT, displayName="Frame 12")
    result = _waited(service, clock, tasks, redact="patterns")
    lines = [found["command_line"] for found in result["tasks"]]
    whole = lines.count(MASK)
    assert 0 < whole < len(lines)
    assert lines[0] != MASK
    assert lines[-1] == MASK
    # What holds nothing that could be a secret needs no pattern.
    assert {found["display_name"] for found in result["tasks"]} == {"Frame 12"}
    (warning,) = result["warnings"]
    assert warning.startswith(f"wait_timeout: {whole} texts are masked whole")


def test_a_key_that_is_not_looked_at_any_more_is_masked_and_not_left_out(
    service: Loopback, clock: ScriptedClock
) -> None:
    keys = [found["tags"] for found in _waited(service, clock, _tasks(tags={TEXT: "x"}), redact="patterns")["tasks"]]
    assert keys[-1] == {MASK: MASK}
    assert all(len(key) == 1 for key in keys)


def test_a_wait_that_has_time_left_masks_everything_as_a_read_does(service: Loopback, clock: ScriptedClock) -> None:
    tasks = _tasks(commandLine=TEXT)[: MOST_CHARACTERS // LONG + 5]
    plain = _waited(service, ScriptedClock(), tasks, redact="patterns", wait=False)
    result = _waited(service, clock, tasks, redact="patterns", condition="started", wait_timeout=600)
    assert result["verdict"] == "satisfied"
    assert result["tasks"] == plain["tasks"]
    assert "warnings" not in result


@pytest.mark.parametrize("redact", ["strict", "patterns", "none"])
@pytest.mark.parametrize("more", [{}, {"expression": "length(tasks) > `200`"}, {"query": "tasks[].id"}])
def test_the_facts_of_a_wait_are_those_of_a_read(
    service: Loopback, clock: ScriptedClock, redact: str, more: dict[str, str]
) -> None:
    settings = [
        {"name": "PASSWORD", "value": "hunter2"},
        {"name": "MODE", "value": "hunter3"},
        {"name": "EMPTY", "value": ""},
    ]
    tasks = [
        task(
            "t", "running", commandLine="a --password hunter2", environmentSettings=settings, displayName="sig=hunter2"
        )
    ]
    plain = _waited(service, ScriptedClock(), tasks, redact=redact, wait=False)
    result = _waited(service, clock, tasks, redact=redact, **more)
    assert result["tasks"] == plain["tasks"]
    assert ("hunter2" in str(result["tasks"])) is (redact == "none")


def test_a_wait_masks_what_it_returns_and_no_look_before(service: Loopback, clock: ScriptedClock) -> None:
    began = clock.monotonic()
    _waited(service, clock, _tasks(commandLine="az -p hunter2")[:1], redact="patterns")
    pauses = sum(clock.slept)
    assert len(clock.slept) > 1
    assert clock.monotonic() - began - pauses == pytest.approx(len("az -p hunter2") / PER_SECOND)


def test_a_query_and_the_deadline_warn_both(service: Loopback, clock: ScriptedClock) -> None:
    result = _waited(service, clock, _tasks(commandLine=TEXT), redact="patterns", query="tasks[].command_line")
    assert [warning.split(":")[0] for warning in result["warnings"]] == ["wait_timeout", "query"]
    assert "hunter2" not in str(result)


def test_the_last_look_may_be_nested_too_deeply(service: Loopback, clock: ScriptedClock) -> None:
    nested = '{"a":' * 400 + "1" + "}" * 400
    service.say("/jobs/a", Answer(f'{{"id": "a", "state": "active", "other": {nested}}}'))
    options = {"condition": "active", "wait": True, "wait_timeout": TIMEOUT}
    with pytest.raises(AnswerError, match=r"nested too deeply|not valid JSON"):
        ask(service, JOBS, clock, job_id="a", task_counts=False, **options)
