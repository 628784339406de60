# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every recorded refusal comes out with its code, status, values and request id; answers without a body end cleanly."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import AnswerError, ServiceError
from ansible_collections.batchops.azure.tests.contract.play import (
    JOB,
    MODULE_OF,
    NODE,
    PREP_STATUS,
    TASK,
    Module,
    client_of,
    play,
    run,
)
from ansible_collections.batchops.azure.tests.contract.replay_server import ReplayServer
from ansible_collections.batchops.azure.tests.contract.shared_data import (
    Exchange,
    answered_without_a_body,
    each,
    needs_shared,
    parameters_of,
    refused,
)

pytestmark = needs_shared

_PREP = "/jobs/{jobId}/jobpreparationandreleasetaskstatus"
_NO_PREP_TASK = "JobPreparationTaskOrReleaseTaskNotSpecified"

_REFUSED = refused()
_WITHOUT_BODY = answered_without_a_body()
_NO_PREP = [exchange for exchange in _REFUSED if exchange.path_template == _PREP]


def test_what_was_refused() -> None:
    assert Counter((exchange.status, exchange.body["code"]) for exchange in _REFUSED) == {
        (400, "InvalidQueryParameterValue"): 6,
        (404, "PoolNotFound"): 2,
        (404, "TaskNotFound"): 1,
        (409, _NO_PREP_TASK): 7,
    }
    assert Counter(exchange.status for exchange in _WITHOUT_BODY) == {200: 6, 404: 1}
    assert {exchange.method for exchange in _WITHOUT_BODY} == {"HEAD"}


@each(_REFUSED)
def test_the_client_says_what_the_service_said(server: ReplayServer, exchange: Exchange) -> None:
    server.replay(exchange)
    params = {name: value for name, value in parameters_of(exchange.url).items() if name != "api-version"}
    with pytest.raises(ServiceError) as raised:
        client_of(server, exchange.api_version).get(exchange.segments, params)
    _check(raised.value, exchange)
    assert parameters_of(raised.value.failure["url"]) == parameters_of(exchange.url)
    assert len(server.asked) == 1


@each(exchange for exchange in _REFUSED if exchange not in _NO_PREP)
@pytest.mark.parametrize("template", MODULE_OF)
def test_every_module_fails_with_what_the_service_said(server: ReplayServer, exchange: Exchange, template: str) -> None:
    """Whatever was read when it came: a refusal is never taken for an empty answer."""
    with pytest.raises(ServiceError) as raised:
        play(server, _moved(exchange, template))
    _check(raised.value, exchange)


@each(_NO_PREP)
@pytest.mark.parametrize("template", [template for template in MODULE_OF if template != _PREP])
def test_only_the_preparation_status_takes_it_for_a_fact(
    server: ReplayServer, exchange: Exchange, template: str
) -> None:
    """That a job has no preparation task is no answer to any other question."""
    with pytest.raises(ServiceError) as raised:
        play(server, _moved(exchange, template))
    _check(raised.value, exchange)


@each(_WITHOUT_BODY)
@pytest.mark.parametrize("template", MODULE_OF)
def test_an_answer_without_a_body_is_an_error(server: ReplayServer, exchange: Exchange, template: str) -> None:
    """Recorded for HEAD. A GET that is answered so has not been answered; it is not an object without properties."""
    expected = AnswerError if exchange.status == 200 else ServiceError
    with pytest.raises(expected) as raised:
        play(server, _moved(exchange, template))
    if isinstance(raised.value, ServiceError):
        failure = raised.value.failure
        assert (failure["status"], failure["code"], failure["values"]) == (404, None, [])
        assert failure["request_id"] == exchange.headers["request-id"]
    assert len(str(raised.value)) > 20
    assert "\n" not in str(raised.value)


@each(_NO_PREP)
@pytest.mark.parametrize(
    ("options", "verdict"),
    [
        ({}, None),
        ({"condition": "prepared"}, "failed"),
        ({"condition": "prepared", "missing_ok": True}, "satisfied"),
        ({"condition": "released"}, "failed"),
    ],
    ids=["read", "prepared", "missing_ok", "released"],
)
def test_a_job_without_preparation_is_a_fact(
    server: ReplayServer, exchange: Exchange, options: dict[str, Any], verdict: str | None
) -> None:
    result = play(server, exchange, **options)
    assert result["nodes"] == []
    assert result["summary"]["has_prep_task"] is False
    assert result["summary"]["has_release_task"] is False
    assert result["summary"]["total"] == 0
    assert result.get("verdict") == verdict
    assert not server.strays


@each(exchange for exchange in _REFUSED if exchange.body["code"] == "TaskNotFound")
def test_an_absent_task_is_a_fact_to_those_who_say_so(server: ReplayServer, exchange: Exchange) -> None:
    result = play(server, exchange, missing_ok=True)
    assert result["tasks"] == []
    assert result["summary"]["missing"] == [exchange.segments[-1]]


@each(exchange for exchange in _REFUSED if exchange.status == 404)
@pytest.mark.parametrize(
    ("module", "options", "path"),
    [
        (TASK, {"job_id": "j"}, "/jobs/j/tasks"),
        (NODE, {"pool_id": "p"}, "/pools/p/nodes"),
        (NODE, {"pool_id": "p", "node_id": "n"}, "/pools/p/nodes/n"),
        (PREP_STATUS, {"job_id": "j"}, "/jobs/j"),
        (JOB, {"job_id": "j"}, "/jobs/j"),
    ],
    ids=["tasks of a job", "nodes of a pool", "a node", "preparation of a job", "a job"],
)
def test_an_absent_parent_is_an_error_to_everybody(
    server: ReplayServer, exchange: Exchange, module: Module, options: dict[str, Any], path: str
) -> None:
    """Neither a pool nor a task is what these were asked for: missing_ok does not cover it."""
    server.replay(exchange, at=path)
    with pytest.raises(ServiceError) as raised:
        run(server, module, {**options, "missing_ok": True})
    _check(raised.value, exchange)


def _moved(exchange: Exchange, template: str) -> Exchange:
    """The same answer to another read, of an object with an id of our own."""
    path = template.replace("{", "a-").replace("}", "")
    origin = exchange.url.split("/", 3)
    return replace(exchange, path_template=template, url=f"{origin[0]}//{origin[2]}{path}")


def _check(error: ServiceError, exchange: Exchange) -> None:
    failure = error.as_result()["failure"]
    assert set(failure) == {"status", "code", "message", "values", "request_id", "client_request_id", "url"}
    assert failure["status"] == error.status == exchange.status
    assert failure["code"] == error.code == exchange.body["code"]
    assert failure["values"] == exchange.body.get("values", [])
    assert failure["request_id"] == exchange.headers["request-id"]
    assert failure["client_request_id"] == exchange.headers.get("client-request-id")
    # Two more lines repeat the request id and the time.
    assert failure["message"] == exchange.body["message"]["value"].splitlines()[0]
    assert failure["code"] in str(error)
    assert failure["request_id"] in str(error)
    for value in failure["values"]:
        assert f"{value['key']}: {value['value']}" in str(error)
    assert error.transient is False
