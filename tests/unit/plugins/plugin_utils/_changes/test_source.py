# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The source as a whole, against a simulated account, without time."""

from __future__ import annotations

import asyncio
import base64
import logging
from functools import partial
from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import LibraryError, OptionError
from ansible_collections.batchops.azure.plugins.plugin_utils._changes import source
from ansible_collections.batchops.azure.plugins.plugin_utils._changes.source import follow
from ansible_collections.batchops.azure.tests.simulator import Simulator
from ansible_collections.batchops.azure.tests.support.accounts import options_of
from ansible_collections.batchops.azure.tests.support.following import said, tell

PREPARATION = {"kind": "preparation", "job_id": "job-1"}


def options(account: Simulator, *watch: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {**options_of(account), "watch": list(watch), "retries": 0, **more}


def at(account: Simulator, *moments: float) -> list[Any]:
    return [lambda moment=moment: account.clock.set(moment) for moment in moments]


def test_the_first_look_is_silent_and_each_change_is_told_once() -> None:
    with Simulator("preparation_fails") as account:
        account.clock.set(3)
        looks = tell(options(account, PREPARATION), at(account, 3, 6, 12, 12, 40))
    assert [said(events) for events in looks] == [
        [],
        [],
        [("preparation", f"tvm-{number}", "running", "succeeded") for number in (1, 2, 4)],
        [("preparation", "tvm-3", "running", "failed"), ("preparation", "tvm-5", None, "running")],
        [],
        [("preparation", "tvm-5", "running", "succeeded")],
    ]
    failed = looks[3][0]["batch"]
    assert failed == {
        "kind": "preparation",
        "id": "tvm-3",
        "job_id": "job-1",
        "pool_id": "pool-1",
        "node_id": "tvm-3",
        "from": "running",
        "to": "failed",
        "reason": "exit code 32 (FailureExitCode)",
        "at": "2026-01-31T08:00:09.5000001Z",
    }
    assert not any("meta" in told for told in looks[3])


def test_the_first_look_is_told_where_it_is_asked_for_and_hosts_are_those_of_the_inventory() -> None:
    with Simulator("preparation_fails") as account:
        account.clock.set(3)
        [events] = tell(options(account, PREPARATION, initial=True, limit_to_hosts=True), [])
    assert said(events) == [("preparation", f"tvm-{number}", None, "running") for number in (1, 2, 3, 4)]
    assert events[0]["meta"] == {"hosts": ["pool-1_tvm-1"]}


def test_every_kind_is_told_in_the_words_of_the_schema() -> None:
    check = {"check": "tasks", "job_id": "job-7"}
    watch = (
        {"kind": "nodes", "pool_id": "pool-7"},
        {"kind": "preparation", "job_id": "job-7"},
        {"kind": "tasks", "job_id": "job-7"},
        {"kind": "jobs"},
        {"kind": "pools"},
        {"kind": "gate", "checks": [check]},
    )
    with Simulator("demo") as account:
        looks = tell(options(account, *watch, initial=True), at(account, 5, 10, 60))
    last: dict[tuple[str, str], Any] = {}
    for kind, name, before, after in (line for events in looks for line in said(events)):
        assert last.get((kind, name)) == before
        last[kind, name] = after
    by_kind = {kind: {after for (of, _name), after in last.items() if of == kind} for kind, _name in last}
    assert by_kind["node"] == {"idle"}
    assert by_kind["preparation"] == by_kind["task"] == {"succeeded"}
    assert by_kind["gate"] == {"satisfied"}
    assert set(by_kind) == {"node", "preparation", "task", "job", "pool", "gate"}


def test_nodes_that_leave_and_start_tasks_that_fail_are_told() -> None:
    scenario = {
        "pools": [
            {
                "id": "pool-1",
                "start_task": {"command_line": "/bin/false"},
                "nodes": [
                    {"id": "tvm-1", "removed_at": 20},
                    {
                        "id": "tvm-2",
                        "states": [{"at": -9, "state": "waitingforstarttask"}, {"at": 5, "state": "starttaskfailed"}],
                    },
                ],
            }
        ]
    }
    with Simulator({"name": "leaving", "description": "leaving", **scenario}) as account:
        looks = tell(options(account, {"kind": "nodes", "pool_id": "pool-1"}), at(account, 10, 200))
    assert [said(events) for events in looks] == [
        [],
        [("node", "tvm-2", "waitingforstarttask", "starttaskfailed")],
        [("node", "tvm-1", "idle", None)],
    ]
    assert looks[1][0]["batch"]["reason"].startswith("start task failed, ")


def test_an_outage_is_survived_and_what_happened_meanwhile_is_told_after_it() -> None:
    def nothing() -> None:
        """Time for a look."""

    with Simulator("preparation_fails") as account:
        account.clock.set(3)

        def back() -> None:
            account.faults.clear()
            account.clock.set(12)

        away = partial(account.faults.add, "status", status=503, match="/jobs")
        watch = (PREPARATION, {"kind": "tasks", "job_id": "job-1"})
        looks = tell(options(account, *watch), [away, nothing, nothing, back, nothing, nothing])
    told = [said(events) for events in looks]
    assert told[1] == [("source", account_url(looks[1]), "reading", "failing")]
    assert "503" in looks[1][0]["batch"]["reason"]
    assert told[2] == told[3] == []
    [over] = [events for events in looks[4:] if events]
    assert said(over)[0] == ("source", account_url(looks[1]), "failing", "reading")
    assert ("preparation", "tvm-3", "running", "failed") in said(over)


def account_url(events: list[dict[str, Any]]) -> str:
    url: str = events[0]["batch"]["id"]
    assert url.startswith("http://127.0.0.1:")
    return url


def test_what_is_gone_hides_nothing_else() -> None:
    with Simulator("preparation_fails") as account:
        account.clock.set(3)
        watch = {"kind": "preparation", "job_ids": ["job-1", "job-none"]}
        looks = tell(options(account, watch), at(account, 6))
    assert said(looks[0]) == [("source", "preparation of job-none", "reading", "failing")]
    assert looks[0][0]["batch"]["job_id"] == "job-none"
    assert "JobNotFound (404)" in looks[0][0]["batch"]["reason"]
    assert len(looks[1]) == 3


def test_a_credential_that_is_refused_is_an_outage_without_the_credential() -> None:
    key = base64.b64encode(b"the key of an account that is another one").decode()
    with Simulator("preparation_fails") as account:
        [events] = tell(options(account, PREPARATION, account_key=key), [])
    assert said(events) == [("source", "preparation of job-1", "reading", "failing")]
    assert "AuthenticationFailed" in events[0]["batch"]["reason"]
    assert key not in str(events)


def test_all_looks_have_one_sign_in() -> None:
    with Simulator("preparation_fails", https=True) as account:
        signing_in = {
            "client_id": account.client_id,
            "secret": account.secret,
            "tenant": account.tenant,
            "authority_host": account.authority,
            "disable_instance_discovery": True,
            "ca_path": str(account.ca_path),
        }
        given = {"account_endpoint": account.url, "account_name": account.account, **signing_in}
        watch = [PREPARATION, {"kind": "tasks", "job_id": "job-1"}, {"kind": "nodes", "pool_id": "pool-1"}]
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("REQUESTS_CA_BUNDLE", str(account.ca_path))
            looks = tell({**given, "watch": watch, "initial": True}, at(account, 5, 10, 20))
        assert all(looks)
        assert len(account.logins.snapshot()) == 1


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"watch": []}, "watch: is an empty list"),
        ({"watch": [{"kind": "tasks"}]}, r"watch: entry 1 of 1 \(tasks\): job_id: is missing; give it or job_ids"),
        ({"watch": None}, "missing required arguments: watch|watch"),
        ({"intervall": 5}, "Unsupported parameters for event source: intervall"),
        ({"interval": 0}, "interval: 0 is out of range"),
        ({"account_endpoint": "ftp://a.example"}, "account_endpoint: "),
        ({"page_size": 5000}, "page_size: 5000 is out of range"),
    ],
)
def test_options_that_cannot_be_meant_end_it_before_any_request(wrong: dict[str, Any], sentence: str) -> None:
    with Simulator("preparation_fails") as account:
        with pytest.raises(OptionError, match=sentence):
            asyncio.run(follow(asyncio.Queue(), {**options(account, PREPARATION), **wrong}))
        assert not account.requests


def test_a_secret_in_an_option_that_is_for_none_is_not_repeated() -> None:
    with Simulator("preparation_fails") as account:
        wrong = {**options(account, PREPARATION), "account_key": "hunter2hunter2", "hunter2hunter2": 1}
        with pytest.raises(OptionError) as refused:
            asyncio.run(follow(asyncio.Queue(), wrong))
    assert "hunter2" not in str(refused.value)


def test_what_somebody_must_mend_ends_it_only_before_anything_was_read(monkeypatch: pytest.MonkeyPatch) -> None:
    missing = LibraryError("azure-identity", "to sign in", "python3")

    def fails(*_given: Any) -> Any:
        raise missing

    with Simulator("preparation_fails") as account:
        after = [lambda: monkeypatch.setattr(source, "look", fails)]
        looks = tell(options(account, PREPARATION), after)
        assert said(looks[1]) == [("source", "preparation of job-1", "reading", "failing")]
        with pytest.raises(LibraryError):
            tell(options(account, PREPARATION), [])


def test_what_one_watch_lacks_does_not_end_what_the_others_see(monkeypatch: pytest.MonkeyPatch) -> None:
    read = source.look

    def fails_for_tasks(client: Any, watch: Any, *given: Any) -> Any:
        if watch.name == "tasks of job-1":
            raise LibraryError("jmespath", "for tasks", "python3")
        return read(client, watch, *given)

    monkeypatch.setattr(source, "look", fails_for_tasks)
    with Simulator("preparation_fails") as account:
        [events] = tell(options(account, PREPARATION, {"kind": "tasks", "job_id": "job-1"}), [])
    assert said(events) == [("source", "tasks of job-1", "reading", "failing")]


def test_feedback_of_the_engine_is_passed_over_and_warnings_are_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, source.NAME)
    with Simulator("preparation_fails") as account:
        given = options(account, PREPARATION, cert_validation_mode="ignore")
        tell({**given, "eda_feedback_queue": asyncio.Queue()}, [])
    assert "the identity of the service is not verified" in caplog.text
    assert "signs in with" in caplog.text
    assert account.key not in caplog.text


def test_an_end_is_not_held_up_by_a_pause_of_a_request() -> None:
    async def cancelled(account: Simulator) -> None:
        given = options(account, PREPARATION, retries=5)
        task = asyncio.create_task(follow(asyncio.Queue(), given))
        while not account.requests:
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    with Simulator("preparation_fails") as account:
        account.faults.add("status", status=503, retry_after=100, match="/jobs")
        # asyncio.run waits for the thread of the look: with the pause it would be 100 seconds.
        asyncio.run(asyncio.wait_for(cancelled(account), 60))
        assert len(account.requests) == 1
