# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tour through a real account, with a simulated one in its place: it finds what differs and nothing else, and only reads."""

from __future__ import annotations

import base64
import json
import os
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import formatdate
from typing import Any
from unittest.mock import Mock

import pytest
import yaml
from ansible_collections.batchops.azure.plugins.module_utils._auth.bearer import ReadyToken
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import AnswerError, OptionError
from ansible_collections.batchops.azure.tests.live.__main__ import main
from ansible_collections.batchops.azure.tests.live.account import account_from
from ansible_collections.batchops.azure.tests.live.asking import Exchange
from ansible_collections.batchops.azure.tests.live.comparing import differences, not_seen
from ansible_collections.batchops.azure.tests.live.expired import expired_token_of
from ansible_collections.batchops.azure.tests.live.observed import Observations
from ansible_collections.batchops.azure.tests.live.playing import (
    FAILED,
    Outcome,
    needs,
    targets,
)
from ansible_collections.batchops.azure.tests.live.questions import QUESTIONS
from ansible_collections.batchops.azure.tests.live.reference import reference
from ansible_collections.batchops.azure.tests.live.report import report
from ansible_collections.batchops.azure.tests.live.shapes import Shape
from ansible_collections.batchops.azure.tests.live.tour import Tour
from ansible_collections.batchops.azure.tests.live.wrong import WRONG
from ansible_collections.batchops.azure.tests.simulator import ManualClock, Simulator
from ansible_collections.batchops.azure.tests.simulator.model.loader import BUNDLED
from ansible_collections.batchops.azure.tests.support.accounts import account_of, options_of
from ansible_collections.batchops.azure.tests.support.live_account import live_account
from ansible_collections.batchops.azure.tests.support.modules import MODULES

VERSION = "2025-06-01"
DAY = 24 * 3600


@dataclass
class Toured:
    """What a tour through a stand-in saw, and what the stand-in was asked."""

    seen: Observations
    simulator: Simulator
    pauses: list[float]

    def answer(self, words: str) -> tuple[bool, str]:
        [question] = [question for question in QUESTIONS if words in question.asked]
        return question.answer(self.seen)


def toured(
    scenario: Any,
    prepare: Callable[[Simulator], object] | None = None,
    expired_token: Any = None,
    by_token: bool = False,
) -> Toured:
    with Simulator(scenario, clock=ManualClock()) as simulator:
        simulator.clock.set(20)
        if prepare:
            prepare(simulator)
        options = {**options_of(simulator), "api_version": VERSION}
        if by_token:
            options = {**options, "account_key": None, "access_token": simulator.access_token}
        pauses: list[float] = []
        tour = Tour(account_from(options), sleep=pauses.append)
        try:
            return Toured(tour.run(expired_token), simulator, pauses)
        finally:
            tour.close()


@pytest.fixture(scope="module")
def known() -> Observations:
    """What the simulator would answer, from some of its scenarios."""
    names = ("demo", "multi_instance", "no_preparation_task", "job_schedule", "rolling_preparation", "secrets")
    return reference(VERSION, [BUNDLED / f"{name}.yml" for name in names])


def found(seen: Observations, known: Observations) -> set[tuple[str, str, str, str]]:
    return {tuple(difference) for difference in differences(seen, known)}


@pytest.mark.parametrize("scenario", ["demo", "secrets", "job_schedule"])
def test_the_simulator_does_not_differ_from_itself(scenario: str, known: Observations) -> None:
    assert found(toured(scenario).seen, known) == set()


def test_every_wrong_request_is_refused_and_nothing_but_get_is_sent() -> None:
    tour = toured("demo")
    assert set(tour.seen.refusals) == {wrong.name for wrong in WRONG}
    assert all(refusal.status >= 400 for refusal in tour.seen.refusals.values())
    assert {exchange.method for exchange in tour.simulator.requests} == {"GET"}
    assert tour.seen.requests == len(tour.simulator.requests)


def test_keys_and_types_that_the_simulator_does_not_know_are_named(known: Observations) -> None:
    setting = {"name": "MODE", "value": "fast", "colour": {"name": "red"}, "hunter2 is no key": 1}
    wire = {"priority": "high", "commonEnvironmentSettings": [setting], "onAllTasksComplete": None}
    tour = toured(live_account(job={"wire": wire}))
    assert found(tour.seen, known) == {
        ("type", "job: priority", "text", "integer"),
        ("key", "job: commonEnvironmentSettings[].colour", "object", "never there"),
        ("key", "job: commonEnvironmentSettings[].*", "integer", "never there"),
        ("key", "job: onAllTasksComplete", "in 0 of 2", "always there"),
    }


def test_of_names_that_users_give_nothing_is_seen() -> None:
    shape = Shape()
    shape.add({"resourceTags": {"owner": "hunter2"}, "id": "pool-7", "a key of a user": True})
    assert shape.kinds == {"resourceTags": {"object"}, "id": {"text"}, "*": {"boolean"}}


def test_texts_that_are_times_are_told_from_others_where_all_are() -> None:
    times, others = Shape(), Shape()
    times.add({"at": "2026-01-31T08:00:00.1234567Z", "takes": "PT1H30M", "size": 1.5})
    others.add({"at": "yesterday", "takes": "PT2S", "size": 2})
    assert times.times == {7: 1}
    assert times.kinds == {"at": {"time"}, "takes": {"duration"}, "size": {"number"}}
    assert others.kinds["at"] - times.allows("at") == {"text"}
    assert not times.kinds["at"] - others.allows("at")
    assert not others.kinds["size"] - times.allows("size")


@pytest.mark.parametrize(("digits", "told"), [(0, []), (4, []), (7, []), (9, ["9 (1x)"])])
def test_more_digits_of_a_second_than_there_ever_were_are_told(digits: int, told: list[str]) -> None:
    """Zeros at the end are not written: which counts there are is a matter of chance."""
    seen, known = Observations(), Observations()
    for observations, times in ((seen, {digits: 1}), (known, {3: 5, 7: 20})):
        observations.shapes["job"] = Shape()
        observations.shapes["job"].times.update(times)
    assert [difference.account for difference in differences(seen, known)] == told


def test_another_code_is_named(known: Observations) -> None:
    def prepare(simulator: Simulator) -> None:
        simulator.faults.add("status", status=404, code="JobGone", match="^/jobs/not-there-[0-9a-f]+\\?")
        simulator.faults.add("status", status=409, code="NoLoginHere", match="/remoteloginsettings")

    assert found(toured(live_account(), prepare).seen, known) >= {
        ("code", "a job that is not there", "404 JobGone", "404 JobNotFound"),
        ("code", "get a remote login", "409 NoLoginHere", "never refused so"),
    }


@pytest.mark.parametrize(("ahead", "told"), [(0, []), (4, []), (60, ["+60 s"]), (-300, ["-300 s"])])
def test_a_clock_that_is_ahead_is_told(ahead: int, told: list[str]) -> None:
    seen = Observations()
    # The time of the header is cut to seconds, so that it says half a second less.
    date = formatdate(1_800_000_000 + ahead, usegmt=True)
    seen.note("get a job", Exchange(200, {"date": date}, {}, "", 1_800_000_000.5, 0.1))
    assert [difference.account for difference in differences(seen, seen)] == told


def test_an_answer_for_another_request_is_told() -> None:
    seen = Observations()
    seen.note("get a job", Exchange(200, {"client-request-id": "another"}, {}, "this-one", 0.0, 0.1))
    assert [difference.place for difference in differences(seen, seen)] == ["client-request-id"]


def test_pages_that_are_too_long_are_told() -> None:
    seen = Observations(long_pages=Counter({"list jobs": 1, "list tasks": 0}))
    assert [(difference.about, difference.place) for difference in differences(seen, Observations())] == [
        ("paging", "list jobs")
    ]


def test_a_link_to_another_host_settles_its_question_and_is_not_followed(known: Observations) -> None:
    tour = toured(
        live_account(),
        lambda simulator: simulator.faults.add("foreign_next_link", host="elsewhere.example", match="/tasks"),
    )
    settled, how = tour.answer("lead to another host")
    assert settled and "named another host" in how
    assert any(
        about == "paging" and "another host" in account for about, _place, account, _known in found(tour.seen, known)
    )
    # The pages that were asked for, and no next one.
    assert [
        exchange.params.get("maxresults")
        for exchange in tour.simulator.requests
        if exchange.path == "/jobs/job-7/tasks"
    ] == ["100", "1"]


def test_links_to_the_same_host_settle_nothing() -> None:
    settled, how = toured(live_account()).answer("lead to another host")
    assert not settled and "all to the account's own host" in how


def test_a_busy_service_settles_its_question_and_is_left_alone_for_as_long_as_it_says() -> None:
    tour = toured(
        live_account(),
        lambda simulator: simulator.faults.add("status", status=503, code="ServerBusy", retry_after=7, times=1),
    )
    assert tour.answer("Retry-After") == (True, "seen: 7 s (1x)")
    assert tour.pauses == [7.0]
    assert not toured(live_account()).answer("Retry-After")[0]


def test_an_expired_token_settles_its_question() -> None:
    assert toured(live_account(), expired_token=ReadyToken("expired")).answer("expired token") == (
        True,
        "it was refused with 401 AuthenticationFailed with AuthenticationErrorDetail",
    )
    assert not toured(live_account()).answer("expired token")[0]


def _token(**claims: Any) -> str:
    return f"e30.{base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip('=')}.signature"


def test_a_token_that_has_expired_is_taken() -> None:
    token = _token(exp=1000)
    request = Mock(headers={})
    expired_token_of(f"{token}\n", 1001.0)(request)
    assert request.headers == {"Authorization": f"Bearer {token}"}


@pytest.mark.parametrize(
    ("token", "told"),
    [
        (_token(exp=1000), "good for 100 more seconds"),
        (_token(aud="batch"), "no token"),
        (_token(exp="soon"), "no token"),
        ("a-key-by-mistake", "no token"),
        ("a.b.c", "no token"),
        ("", "no token"),
    ],
)
def test_a_token_that_is_not_known_to_have_expired_is_refused_without_repeating_it(token: str, told: str) -> None:
    with pytest.raises(OptionError, match=told) as refused:
        expired_token_of(token, 900.0)
    assert not token or token not in str(refused.value)


def test_a_token_that_is_accepted_has_not_expired() -> None:
    scenario = live_account(account={"access_token": "a-good-token"})
    settled, how = toured(scenario, expired_token=ReadyToken("a-good-token")).answer("expired token")
    assert not settled and "has not expired" in how


def test_shared_key_that_is_forbidden_is_settled_by_a_code_of_its_own_only() -> None:
    scenario = live_account(account={"allow_shared_key": False, "access_token": "a-good-token"})
    settled, how = toured(scenario, by_token=True).answer("takes no keys")
    assert not settled and "403 AuthenticationFailed" in how

    def prepare(simulator: Simulator) -> None:
        # The second of three credentials that are tried in the end, before the one of nobody's key.
        simulator.faults.add(
            "status", status=403, code="SharedKeyForbidden", match=f"^/jobs\\?api-version={VERSION}$", after=1, times=1
        )

    assert toured(scenario, prepare, by_token=True).answer("takes no keys") == (
        True,
        "a key that is nobody's was refused with 403 SharedKeyForbidden, not with the code for a wrong key",
    )


def test_a_job_that_is_being_deleted_settles_its_question() -> None:
    scenario = live_account(job={"states": [{"at": -60, "state": "active"}, {"at": 5, "state": "deleting"}]})
    settled, how = toured(scenario).answer("being deleted")
    assert settled and how.endswith("it was: a list of 2 nodes")

    def gone(simulator: Simulator) -> None:
        simulator.faults.add("status", status=404, code="JobNotFound", match="^/jobs/job-7")

    assert not toured(scenario, gone).answer("being deleted")[0]
    assert not toured(live_account()).answer("being deleted")[0]


@pytest.mark.parametrize(("days", "settled"), [(1, False), (8, True)])
def test_a_node_that_is_gone_and_runs_on_is_told_and_settles_after_a_week(days: int, settled: bool) -> None:
    entries = {"count": 1, "node": "tvm-gone", "starts_at": -days * DAY}
    scenario = live_account(
        job={"created_at": -30 * DAY, "preparation": {"command_line": "/bin/true", "entries": entries}}
    )
    answer = toured(scenario).answer("left the pool")
    assert answer[0] is settled
    assert answer[1].startswith("1 were, the longest for ")


def test_nothing_is_settled_by_an_account_in_which_nothing_is() -> None:
    tour = toured({"name": "empty", "description": "nothing", "pools": [], "jobs": []})
    assert not any(question.answer(tour.seen).settled for question in QUESTIONS)
    assert {"job", "pool", "a task that is not there"} <= set(not_seen(tour.seen, toured("demo").seen))


def test_an_account_that_cannot_be_read_is_an_error() -> None:
    with pytest.raises(AnswerError, match="403 AccountIsDisabled"):
        toured(live_account(), lambda simulator: simulator.faults.add("status", status=403, code="AccountIsDisabled"))


def test_the_report_holds_no_secret_and_no_id(known: Observations) -> None:
    strange = {"metadata": [{"name": "hunter2", "hunter2 key": "hunter2"}]}
    scenario = yaml.safe_load((BUNDLED / "secrets.yml").read_text(encoding="utf-8"))
    scenario["name"] = "secrets"
    scenario["jobs"][0]["wire"] |= strange

    def prepare(simulator: Simulator) -> None:
        simulator.faults.add("status", status=409, code="hunter2 is no code", match="/taskcounts")
        simulator.faults.add("content_type", content_type="hunter2", match="/nodecounts")

    tour = toured(scenario, prepare, expired_token=ReadyToken("hunter2-token"))
    text = report(tour.seen, differences(tour.seen, known), not_seen(tour.seen, known), [], VERSION)
    assert "409 (not a code)" in text and "(not a media type)" in text and "job: metadata[].*" in text
    for secret in (
        "hunter2",
        "job-1",
        "tvm-",
        "pool-1",
        "task-1",
        "127.0.0.1",
        tour.simulator.account,
        tour.simulator.key,
    ):
        assert secret not in text


def test_a_row_with_what_is_not_so_stays_a_row() -> None:
    outcome = Outcome("batch_job_info", FAILED, "It is: `a | length == 1`")
    text = report(Observations(), [], [], [outcome], VERSION)
    assert "1 targets: 0 passed, 1 failed, 0 not possible." in text
    assert "\n| batch_job_info | failed | It is: `a \\| length == 1` |\n" in text


def test_every_target_has_a_part_for_any_account_which_it_plays_too() -> None:
    assert set(MODULES) < set(targets())
    for path in targets().values():
        text = path.with_name("main.yml").read_text(encoding="utf-8")
        assert "ansible.builtin.include_tasks: any_account.yml" in text
        assert all(f"held_{kind}_id: " in text for kind in needs(path))


def test_a_part_for_any_account_is_left_out_only_where_the_account_holds_nothing_for_it() -> None:
    """What else was skipped would be counted as passed. Names and assertions stand in the report, so that they hold no value."""
    for path in targets().values():
        for task in _tasks(yaml.safe_load(path.read_text(encoding="utf-8"))):
            assert task.get("when", "held_job_id is defined") in {
                f"held_{kind}_id is defined" for kind in ("job", "pool")
            }
            assert "{{" not in task["name"]
            assert "{{" not in str(task.get("ansible.builtin.assert"))
            assert "ansible.builtin.assert" not in task or "ignore_errors" not in task


def _tasks(tasks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """All of them, those of blocks too."""
    inner = [task.get(part, []) for task in tasks for part in ("block", "rescue", "always")]
    return [*tasks, *(task for part in inner for task in _tasks(part))]


def test_it_refuses_in_ci(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("CI", "true")
    with Simulator("demo") as simulator:
        for name, value in account_of(simulator).items():
            monkeypatch.setenv(name, value)
        assert main([]) == 2
        assert len(simulator.requests) == 0
    assert "never in CI" in capsys.readouterr().err


def test_an_environment_that_names_no_account_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in [name for name in os.environ if name.startswith(("AZURE_", "AZ_")) or name == "CI"]:
        monkeypatch.delenv(name)
    assert main([]) == 1
    assert "AZURE_BATCH_ENDPOINT" in capsys.readouterr().err
