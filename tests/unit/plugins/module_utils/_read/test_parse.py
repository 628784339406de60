# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options: every refusal names its option and comes before any request."""

from __future__ import annotations

import math
from typing import Any

import certifi
import pytest
from ansible_collections.batchops.azure.plugins.module_utils._base.clock import WaitOptions
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import OptionError
from ansible_collections.batchops.azure.plugins.module_utils._gate.checks import parse_checks
from ansible_collections.batchops.azure.plugins.module_utils._read.parse import (
    parse_connection,
    parse_options,
    parse_wait,
)
from ansible_collections.batchops.azure.plugins.module_utils._read.resource import Resource
from ansible_collections.batchops.azure.plugins.module_utils._read.spec import Arguments
from ansible_collections.batchops.azure.tests.support.asking import ask, params_of, question, refusal_of, validate
from ansible_collections.batchops.azure.tests.support.loopback import Loopback
from ansible_collections.batchops.azure.tests.support.modules import GATE, JOBS, MODULES, NODES, PREP, TASKS, reads

READS = [(MODULES[name].arguments, options) for name, options in reads(job="job-1", pool="pool-1").items()]


def wait_of(**options: Any) -> WaitOptions:
    found = parse_wait(params_of(JOBS.arguments, wait=True, expression="x", **options))
    assert found is not None
    return found


@pytest.mark.parametrize(("arguments", "options"), READS)
def test_what_is_not_given_has_the_documented_default(arguments: Arguments, options: dict[str, Any]) -> None:
    params = params_of(arguments, **options)
    assert parse_wait(params) is None
    assert wait_of() == WaitOptions(600, 15, True)
    assert parse_connection(params) == {"timeout": 30, "retries": 5, "max_connections": 16, "verify": True}
    assert (params["api_version"], params["redact"], params["auth_source"]) == ("2025-06-01", "strict", "auto")
    asked = parse_options(params, arguments)
    assert (asked.filter, asked.select, asked.limit, asked.page_size) == (None, (), None, None)
    assert (asked.summary_only, asked.missing_ok, asked.condition) == (False, False, None)


@pytest.mark.parametrize(
    ("arguments", "option"), [(TASKS.arguments, "job_id"), (PREP.arguments, "job_id"), (NODES.arguments, "pool_id")]
)
def test_a_required_id_that_is_null_is_refused(arguments: Arguments, option: str) -> None:
    # For Ansible it is given: it counts the names of options, and not their values.
    params = {**params_of(arguments, **{option: "a"}), option: None}
    with pytest.raises(OptionError) as refused:
        parse_options(params, arguments)
    assert str(refused.value) == f"{option}: is null, or {option}s is; give at least one id"


@pytest.mark.parametrize(
    ("arguments", "options", "words"),
    [
        (JOBS.arguments, {"job_id": "a", "job_ids": ["b"]}, "mutually exclusive"),
        (TASKS.arguments, {"job_id": "a", "task_id": "b", "task_ids": ["c"]}, "mutually exclusive"),
        (NODES.arguments, {"pool_id": "a", "pool_ids": ["b"]}, "mutually exclusive"),
        (NODES.arguments, {"pool_id": "a", "node_id": "b", "node_ids": ["c"]}, "mutually exclusive"),
        (PREP.arguments, {"job_id": "a", "job_ids": ["b"]}, "mutually exclusive"),
        (TASKS.arguments, {}, "one of the following is required: job_id, job_ids"),
        (NODES.arguments, {}, "one of the following is required: pool_id, pool_ids"),
        (PREP.arguments, {}, "one of the following is required: job_id, job_ids"),
        (TASKS.arguments, {"job_ids": ["a"], "task_id": "b"}, "required by 'task_id': job_id"),
        (NODES.arguments, {"pool_ids": ["a"], "node_ids": ["b"]}, "required by 'node_ids': pool_id"),
        (JOBS.arguments, {"condition": "prepared"}, "must be one of: active, disabled, completed, succeeded"),
        (PREP.arguments, {"job_id": "a", "condition": "ready"}, "must be one of: prepared, released"),
        (JOBS.arguments, {"details": "none"}, "must be one of: full, summary"),
        (JOBS.arguments, {"expand": "all"}, "must be one of: stats"),
        (JOBS.arguments, {"limit": "many"}, "limit"),
    ],
)
def test_ansible_refuses_what_cannot_go_together(arguments: Arguments, options: dict[str, Any], words: str) -> None:
    assert words in " ".join(validate(arguments, **options).error_messages)


@pytest.mark.parametrize(
    ("option", "value"),
    [("limit", 0), ("limit", -1), ("page_size", 0), ("page_size", 1001), ("page_size", -5)],
)
def test_a_number_out_of_range_is_refused_with_the_range(option: str, value: int) -> None:
    refused = refusal_of(JOBS.arguments, **{option: value})
    assert refused.option == option
    assert str(value) in str(refused)
    assert "1 or more" in str(refused) or "1 to 1000" in str(refused)


@pytest.mark.parametrize(("option", "value"), [("limit", 1), ("limit", 10**9), ("page_size", 1), ("page_size", 1000)])
def test_a_number_at_the_edge_is_accepted(option: str, value: int) -> None:
    assert getattr(question(JOBS.arguments, **{option: value}), option) == value


@pytest.mark.parametrize("option", ["min_nodes", "max_failed_nodes", "limit"])
@pytest.mark.parametrize("value", [True, False])
def test_yes_and_no_are_no_numbers(option: str, value: bool) -> None:
    assert str(refusal_of(NODES.arguments, pool_id="a", **{option: value})).startswith(
        f"{option}: {value} is no number"
    )


@pytest.mark.parametrize("value", [0, -1])
def test_fewer_than_one_node_cannot_be_the_least(value: int) -> None:
    assert refusal_of(NODES.arguments, pool_id="a", min_nodes=value).option == "min_nodes"


@pytest.mark.parametrize("names", [["id", "executionInfo/result"], [" id ", "state"]])
def test_a_selection_is_of_the_services_names(names: list[str]) -> None:
    assert question(JOBS.arguments, select=names).select == tuple(name.strip() for name in names)


@pytest.mark.parametrize(
    "name", ["", " ", "execution info", "id&$filter=x", "id;state", "a//b", "/a", "1a", "a-b", "$id"]
)
def test_a_selection_of_what_is_no_property_is_refused(name: str) -> None:
    assert refusal_of(JOBS.arguments, select=["id", name]).option == "select"


@pytest.mark.parametrize(
    ("arguments", "ids"),
    [
        (JOBS.arguments, {"job_id": "a"}),
        (JOBS.arguments, {"job_ids": ["a"]}),
        (TASKS.arguments, {"job_id": "a", "task_id": "b"}),
        (NODES.arguments, {"pool_id": "a", "node_ids": ["b"]}),
    ],
)
@pytest.mark.parametrize(("option", "value"), [("filter", "state eq 'active'"), ("limit", 5)])
def test_what_applies_to_a_list_is_refused_with_names(
    arguments: Arguments, ids: dict[str, Any], option: str, value: Any
) -> None:
    assert refusal_of(arguments, **ids, **{option: value}).option == option


@pytest.mark.parametrize("arguments", [TASKS.arguments, PREP.arguments])
def test_a_filter_within_one_job_is_a_list_all_the_same(arguments: Arguments) -> None:
    assert question(arguments, job_id="a", filter="state eq 'active'", limit=3).limit == 3


@pytest.mark.parametrize("judged", [{"condition": "succeeded"}, {"expression": "summary.total > `1`"}])
def test_a_limit_does_not_go_with_a_judgement(judged: dict[str, str]) -> None:
    assert refusal_of(TASKS.arguments, job_id="a", limit=5, **judged).option == "limit"


BUNDLE = certifi.where()


@pytest.mark.parametrize("ids", [{}, {"job_id": "a"}])
def test_an_empty_filter_is_none(ids: dict[str, str]) -> None:
    assert question(JOBS.arguments, filter="", **ids).filter is None


@pytest.mark.parametrize("option", ["wait_timeout", "wait_sleep", "stall_timeout"])
@pytest.mark.parametrize("value", [0, -1, math.nan, math.inf, -math.inf, 1e9])
@pytest.mark.parametrize("wait", [True, False])
def test_patience_is_a_positive_number_of_seconds(option: str, value: float, wait: bool) -> None:
    # Also where nobody waits: who sets it for later learns it now.
    params = params_of(JOBS.arguments, wait=wait, condition="active", **{option: value})
    with pytest.raises(OptionError) as refused:
        parse_wait(params)
    assert refused.value.option == option


@pytest.mark.parametrize("option", ["wait_timeout", "wait_sleep", "stall_timeout"])
def test_a_refusal_of_seconds_names_the_option(option: str) -> None:
    with pytest.raises(OptionError, match=rf"^{option}: -1 is out of range; give a number of seconds above 0$"):
        parse_wait(params_of(JOBS.arguments, condition="active", wait=True, **{option: -1}))


def test_what_the_service_says_of_no_limit_is_none() -> None:
    """What the filter from_duration gives for it. No pause is that long."""
    longest = 922337203685.4775807
    params = params_of(JOBS.arguments, condition="active", wait=True, wait_timeout=longest, stall_timeout=longest)
    assert parse_wait(params) == WaitOptions(longest, 15, True, stall=None)
    assert not parse_options(params, JOBS.arguments).watched
    with pytest.raises(OptionError, match=r"^wait_sleep: "):
        parse_wait({**params, "wait_sleep": longest})


@pytest.mark.parametrize(("wait", "stall", "watched"), [(True, 900, True), (True, None, False), (False, 900, False)])
def test_only_a_wait_that_may_stall_is_watched(wait: bool, stall: float | None, watched: bool) -> None:
    params = params_of(JOBS.arguments, condition="active", wait=wait, stall_timeout=stall)
    assert parse_options(params, JOBS.arguments).watched is watched
    checks = [{"check": "tasks", "job_id": "job-1"}]
    params = params_of(GATE.arguments, checks=checks, wait=wait, stall_timeout=stall)
    (check,) = parse_checks(params, GATE.arguments).checks
    assert check.options.watched is watched


@pytest.mark.parametrize("name", ["wait_sleep", "wait_interval", "wait_delay"])
def test_the_pause_has_the_names_that_users_know(name: str) -> None:
    assert wait_of(**{name: 0.5}).sleep == 0.5


def test_waiting_needs_something_to_wait_for() -> None:
    with pytest.raises(OptionError, match=r"^wait: needs condition or expression"):
        parse_wait(params_of(JOBS.arguments, wait=True))
    assert wait_of(fail_fast=False).fail_fast is False


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("timeout", 0),
        ("timeout", -1),
        ("timeout", math.nan),
        ("timeout", math.inf),
        ("retries", -1),
        ("max_connections", 0),
        ("max_connections", 65),
    ],
)
def test_a_connection_out_of_range_is_refused(option: str, value: float) -> None:
    with pytest.raises(OptionError) as refused:
        parse_connection(params_of(JOBS.arguments, **{option: value}))
    assert refused.value.option == option


@pytest.mark.parametrize(
    ("options", "verify"),
    [
        ({}, True),
        ({"ca_path": BUNDLE}, BUNDLE),
        ({"cert_validation_mode": "validate", "ca_path": BUNDLE}, BUNDLE),
        ({"cert_validation_mode": "ignore"}, False),
        ({"cert_validation_mode": "ignore", "ca_path": __file__}, False),
    ],
)
def test_a_certificate_is_checked_unless_the_user_says_otherwise(options: dict[str, str], verify: bool | str) -> None:
    assert parse_connection(params_of(JOBS.arguments, **options))["verify"] == verify


def test_no_retries_are_a_choice() -> None:
    assert parse_connection(params_of(JOBS.arguments, retries=0))["retries"] == 0


@pytest.mark.parametrize(
    ("names", "option"),
    [
        (("AZURE_BATCH_ENDPOINT", "AZ_BATCH_ACCOUNT_URL"), "account_endpoint"),
        (("AZURE_BATCH_ACCOUNT", "AZ_BATCH_ACCOUNT_NAME"), "account_name"),
        (("AZURE_CLOUD_ENVIRONMENT",), "cloud_environment"),
    ],
)
def test_the_environment_stands_in_in_the_documented_order(
    monkeypatch: pytest.MonkeyPatch, names: tuple[str, ...], option: str
) -> None:
    for name in reversed(names):
        monkeypatch.setenv(name, f"from-{name}")
        assert params_of(JOBS.arguments)[option] == f"from-{name}"
    assert params_of(JOBS.arguments, **{option: "from-the-option"})[option] == "from-the-option"


@pytest.mark.parametrize("name", MODULES)
@pytest.mark.parametrize("option", ["account_key", "access_token", "secret", "password", "oidc_token"])
def test_secrets_are_kept_out_of_logs(name: str, option: str) -> None:
    assert MODULES[name].arguments.spec[option]["no_log"] is True


@pytest.mark.parametrize("name", MODULES)
def test_every_module_runs_in_check_mode(name: str) -> None:
    assert MODULES[name].arguments.for_module()["supports_check_mode"] is True


@pytest.mark.parametrize(
    ("module", "options"),
    [
        (JOBS, {"job_id": "a/b"}),
        (JOBS, {"limit": 0}),
        (JOBS, {"wait": True}),
        (JOBS, {"timeout": 0}),
        (JOBS, {"query": "jobs["}),
        (JOBS, {"expression": "jobs["}),
        (JOBS, {"api_version": "latest"}),
        (JOBS, {"access_token": "two words"}),
        (TASKS, {"job_id": "a", "task_ids": []}),
        (NODES, {"pool_id": "a", "min_nodes": 0}),
        (PREP, {"job_id": "a", "expected_nodes": ["a b"]}),
    ],
)
def test_a_wrong_option_is_said_before_the_first_request(
    service: Loopback, module: Resource, options: dict[str, Any]
) -> None:
    with pytest.raises(OptionError):
        ask(service, module, **options)
    assert not service.requests
