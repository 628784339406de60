# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a module prints, and whether it fails: results, failures of a wait, and every kind of error."""

from __future__ import annotations

import gc
import json
from typing import Any

import pytest
from ansible.module_utils.basic import AnsibleModule
from ansible_collections.batchops.azure.plugins.module_utils._run import misplaced_secrets, run_module, warnings_of
from ansible_collections.batchops.azure.tests.support.loopback import Loopback, page, refusal
from ansible_collections.batchops.azure.tests.support.module_arguments import patch_module_args
from ansible_collections.batchops.azure.tests.support.modules import JOBS
from ansible_collections.batchops.azure.tests.support.wire import job

TOKEN = "a-token-for-tests"


def printed(service: Loopback, capsys: pytest.CaptureFixture[str], **options: Any) -> tuple[int, dict[str, Any]]:
    """Exit code and result of the module."""
    given = {"account_endpoint": service.url, "access_token": TOKEN, "retries": 0, "task_counts": False, **options}
    with patch_module_args(given), pytest.raises(SystemExit) as ended:
        run_module(AnsibleModule(**JOBS.arguments.for_module()), JOBS)
    result: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert isinstance(ended.value.code, int)
    return ended.value.code, result


def test_a_result_is_printed_and_changes_nothing(service: Loopback, capsys: pytest.CaptureFixture[str]) -> None:
    service.say("/jobs", page(job("a")))
    code, result = printed(service, capsys)
    assert (code, result["changed"], result["jobs"][0]["id"]) == (0, False, "a")
    assert not {"failed", "warnings"} & set(result)


def test_a_verdict_without_a_wait_is_no_failure(service: Loopback, capsys: pytest.CaptureFixture[str]) -> None:
    service.say("/jobs", page(job("a", "deleting")))
    code, result = printed(service, capsys, condition="active")
    assert (code, result["verdict"], "failed" in result) == (0, "failed", False)


def test_a_wait_that_fails_fails_the_task_with_the_whole_result(
    service: Loopback, capsys: pytest.CaptureFixture[str]
) -> None:
    service.say("/jobs", page(job("a", "deleting")))
    code, result = printed(service, capsys, condition="active", wait=True)
    assert (code, result["failed"], result["verdict"], result["polls"]) == (1, True, "failed", 1)
    assert (result["jobs"][0]["id"], result["summary"]["total"]) == ("a", 1)
    assert result["msg"].startswith("Stopped waiting after 0 s")
    assert result["failure"]["code"] == "ConditionFailed"


def test_a_wait_that_is_satisfied_is_no_failure(service: Loopback, capsys: pytest.CaptureFixture[str]) -> None:
    service.say("/jobs", page(job("a")))
    code, result = printed(service, capsys, condition="active", wait=True)
    assert (code, result["verdict"], result["timed_out"]) == (0, "satisfied", False)


def test_in_check_mode_it_looks_once_and_does_not_fail(service: Loopback, capsys: pytest.CaptureFixture[str]) -> None:
    service.say("/jobs", page(job("a", "enabling")))
    code, result = printed(service, capsys, condition="active", wait=True, _ansible_check_mode=True)
    assert (code, result["verdict"], len(service.requests)) == (0, "pending", 1)


def test_what_the_service_refuses_is_a_failure_with_its_facts(
    service: Loopback, capsys: pytest.CaptureFixture[str]
) -> None:
    service.say("/jobs", refusal(403, "InsufficientAccountPermissions", "Not you.", request_id="r-1"))
    code, result = printed(service, capsys)
    assert (code, result["failed"]) == (1, True)
    assert result["msg"].startswith("InsufficientAccountPermissions (403): Not you. - request id r-1")
    assert result["failure"]["code"] == "InsufficientAccountPermissions"


def test_a_wrong_option_is_a_failure_in_one_sentence(service: Loopback, capsys: pytest.CaptureFixture[str]) -> None:
    code, result = printed(service, capsys, limit=0)
    assert (code, result["msg"]) == (1, "limit: 0 is out of range; give a whole number, 1 or more")
    assert result["failure"]["code"] == "InvalidOption"
    assert not service.requests


def test_who_does_not_verify_is_warned() -> None:
    # That modules print it is seen in tests/integration: in this process it may be Ansible's controller that does.
    assert [sentence[:31] for sentence in warnings_of({"cert_validation_mode": "ignore"})] == [
        "cert_validation_mode is ignore:"
    ]
    assert warnings_of({"cert_validation_mode": None}) == []


def test_a_module_prints_what_the_user_should_know(
    service: Loopback, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(AnsibleModule, "warn", lambda _module, warning: said.append(warning))
    service.say("/jobs", page(job("a")))
    printed(service, capsys, cert_validation_mode="ignore")
    assert [sentence[:31] for sentence in said] == ["cert_validation_mode is ignore:"]


@pytest.mark.parametrize("verbosity", [0, 1])
@pytest.mark.parametrize("answer", [page(job("a")), refusal(403, "Forbidden")], ids=["read", "refused"])
def test_which_credential_is_used_is_told_to_who_asks_for_more_words(
    service: Loopback, capsys: pytest.CaptureFixture[str], verbosity: int, answer: Any
) -> None:
    service.say("/jobs", answer)
    _code, result = printed(service, capsys, _ansible_verbosity=verbosity)
    assert ("access_token" in result.get("signs_in_with", "")) is (verbosity > 0)
    assert ("signs_in_with" in result) is (verbosity > 0)


@pytest.mark.parametrize("wait", [False, True])
def test_cycles_are_collected_during_a_wait_only_and_never_among_what_was_imported(
    service: Loopback, capsys: pytest.CaptureFixture[str], wait: bool
) -> None:
    service.say("/jobs", page(job("a")))
    gc.unfreeze()
    # As the file of a module does at its top.
    gc.disable()
    try:
        printed(service, capsys, condition="active", wait=wait)
        assert gc.isenabled() is wait
        assert gc.get_freeze_count() > 1_000
    finally:
        gc.unfreeze()
        gc.enable()


WITHOUT_WAIT = {"cert_validation_mode": None, "wait": False, "stall_timeout": 60.0}


@pytest.mark.parametrize("judged", [{"condition": "ready"}, {"expression": "x"}, {"checks": [{"check": "jobs"}]}])
def test_who_forgets_to_wait_is_warned(judged: dict[str, Any]) -> None:
    words = ["stall_timeout has no effect, because it ends a wait, and wait is false"]
    assert warnings_of({**WITHOUT_WAIT, **judged}) == words


@pytest.mark.parametrize(
    "more",
    [
        # As module_defaults give it to every read.
        {},
        {"condition": None, "expression": None},
        {"condition": "ready", "wait": True},
        {"condition": "ready", "stall_timeout": None},
        # No limit, as playbooks give it.
        {"condition": "ready", "stall_timeout": 922337203685.0},
    ],
)
def test_who_does_not_judge_or_has_no_limit_is_not_warned(more: dict[str, Any]) -> None:
    assert warnings_of({**WITHOUT_WAIT, **more}) == []


def test_the_credential_is_not_printed(service: Loopback, capsys: pytest.CaptureFixture[str]) -> None:
    service.say("/jobs", page(job("a")))
    assert TOKEN not in str(printed(service, capsys))


KEY = "c2VjcmV0" * 10 + "c2VjcmQ="


@pytest.mark.parametrize(
    ("option", "value", "secret"),
    [
        ("account_endpoint", "https://hunter2@a.batch.azure.com", "hunter2"),
        ("account_endpoint", "//ann:hunter2@a.batch.azure.com", "ann:hunter2"),
        ("account_endpoint", "hunter2@a.batch.azure.com", "hunter2"),
        ("authority_host", "https://hunter2@login.example", "hunter2"),
        ("account_name", KEY, KEY),
        ("account_name", "a" * 65, "a" * 65),
        *[
            (option, f"password={option}", f"password={option}")
            for option in "client_id tenant ad_user x509_certificate_path oidc_token_file_path ca_path thumbprint profile".split()
        ],
    ],
)
def test_a_secret_in_an_option_that_is_for_none_is_not_shown(option: str, value: str, secret: str) -> None:
    assert secret in misplaced_secrets({option: value, "access_token": None})


def test_what_is_no_secret_stays_readable_in_options() -> None:
    given = {"account_endpoint": "https://a.batch.azure.com", "account_name": "a" * 64, "tenant": None, "port": 1}
    assert misplaced_secrets(given) == set()


def test_a_secret_in_an_option_that_is_for_none_is_not_printed(
    service: Loopback, capsys: pytest.CaptureFixture[str]
) -> None:
    code, result = printed(service, capsys, account_endpoint="https://ann:hunter2@a.batch.azure.com")
    assert (code, result["failure"]["code"]) == (1, "InvalidOption")
    assert "hunter2" not in str(result)
