# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is wrong is refused with the status, code, values and headers of the service."""

from __future__ import annotations

import re

import pytest
from ansible_collections.batchops.azure.tests.unit.simulator.asking_simulator import Asking, Play, refusal

JSON_TYPE = "application/json;odata=minimalmetadata"
REQUEST_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/jobs/nope", "JobNotFound"),
        ("/jobs/nope/tasks", "JobNotFound"),
        ("/jobs/nope/tasks/frame-001", "JobNotFound"),
        ("/jobs/nope/taskcounts", "JobNotFound"),
        ("/jobs/nope/jobpreparationandreleasetaskstatus", "JobNotFound"),
        ("/jobs/job-7/tasks/nope", "TaskNotFound"),
        ("/jobs/job-7/tasks/nope/subtasksinfo", "TaskNotFound"),
        ("/jobs/job-7/tasks/nope/files", "TaskNotFound"),
        ("/jobs/job-8/tasks/export-1/files/nope.txt", "FileNotFound"),
        ("/pools/nope", "PoolNotFound"),
        ("/pools/nope/nodes", "PoolNotFound"),
        ("/pools/nope/nodes/tvm-1", "PoolNotFound"),
        ("/pools/pool-7/nodes/nope", "NodeNotFound"),
        ("/pools/pool-7/nodes/nope/remoteloginsettings", "NodeNotFound"),
        ("/pools/pool-7/nodes/nope/files", "NodeNotFound"),
        ("/pools/pool-7/nodes/tvm-1/files/nope.txt", "FileNotFound"),
    ],
)
def test_what_is_absent_is_not_found_and_an_absent_parent_comes_first(demo: Asking, path: str, code: str) -> None:
    answer = demo.get(path)
    assert refusal(answer) == (404, code, {})
    head = demo.url(f"{demo.simulator.url}{path}?api-version=2025-06-01", method="HEAD")
    assert (head.status_code, head.content) == (404, b"")


def test_an_error_looks_as_recorded(demo: Asking) -> None:
    answer = demo.get("/pools/nope")
    body, headers = answer.json(), answer.headers
    metadata = "$metadata#Microsoft.Azure.Batch.Protocol.Entities.Container.errors/@Element"
    assert body["odata.metadata"] == f"{demo.simulator.url}/{metadata}"
    assert body["message"]["lang"] == "en-US"
    text, request_id, moment = body["message"]["value"].split("\n")
    assert text == "The specified pool does not exist."
    assert request_id == f"RequestId:{headers['request-id']}"
    assert re.fullmatch(r"Time:\d{4}-\d\d-\d\dT[\d:]{8}(\.\d{3,7})?Z", moment)
    assert list(body) == ["odata.metadata", "code", "message"]
    assert headers["Content-Type"] == JSON_TYPE
    assert headers["Content-Length"] == str(len(answer.content))
    assert headers["DataServiceVersion"] == "3.0"
    assert "Retry-After" not in headers


def test_an_answer_looks_as_recorded(demo: Asking) -> None:
    headers = demo.get("/jobs/job-7").headers
    assert headers["Content-Type"] == JSON_TYPE
    assert headers["Transfer-Encoding"] == "chunked"
    assert headers["Server"] == "Microsoft-HTTPAPI/2.0"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["ETag"].startswith("0x8D")
    assert REQUEST_ID.fullmatch(headers["request-id"])
    assert "Last-Modified" in headers
    assert "Date" in headers
    assert "client-request-id" not in headers


def test_the_clients_request_id_comes_back_when_asked_for(demo: Asking) -> None:
    given = {"client-request-id": "11111111-aaaa-bbbb-cccc-222222222222"}
    assert "client-request-id" not in demo.get("/jobs", headers=given).headers
    answer = demo.get("/jobs", headers={**given, "return-client-request-id": "true"})
    assert answer.headers["client-request-id"] == given["client-request-id"]
    answer = demo.get("/jobs/nope", headers={**given, "return-client-request-id": "true"})
    assert answer.headers["client-request-id"] == given["client-request-id"]


def test_a_job_without_preparation_and_release_is_a_conflict(play: Play) -> None:
    asking = play("no_preparation_task")
    answer = asking.get("/jobs/plain-job/jobpreparationandreleasetaskstatus")
    assert refusal(answer) == (409, "JobPreparationTaskOrReleaseTaskNotSpecified", {})
    assert asking.json("/jobs/release-only-job/jobpreparationandreleasetaskstatus")["value"] == []


@pytest.mark.parametrize(
    ("query", "code", "names"),
    [
        ("api-version=", "MissingRequiredQueryParameter", {"QueryParameterName": "api-version"}),
        ("api-version=2019-06-01.9.0", "UnsupportedRequestVersion", {"QueryParameterValue": "2019-06-01.9.0"}),
        ("api-version=2030-01-01", "UnsupportedRequestVersion", {"QueryParameterValue": "2030-01-01"}),
    ],
)
def test_the_version_must_be_one_that_is_served(demo: Asking, query: str, code: str, names: dict[str, str]) -> None:
    assert refusal(demo.get("/jobs", query)) == (400, code, names)


def test_no_query_at_all_is_a_missing_version(demo: Asking) -> None:
    answer = demo.url(f"{demo.simulator.url}/jobs")
    assert refusal(answer)[:2] == (400, "MissingRequiredQueryParameter")


@pytest.mark.parametrize(
    ("path", "query", "reason"),
    [
        ("/pools", "maxresults=-5", "MaxResults cannot be less than 1"),
        ("/jobs", "maxresults=0", "MaxResults cannot be less than 1"),
        ("/jobs", "maxresults=1001", "MaxResults cannot be greater than 1000"),
        ("/nodecounts", "maxresults=11", "MaxResults cannot be greater than 10"),
        ("/jobs", "maxresults=ten", "MaxResults must be a number"),
        ("/jobs", "timeout=soon", "Timeout must be a number of seconds"),
        ("/jobs", "$expand=tasks", "Only stats can be expanded"),
        ("/jobs", "$select=id,stat", "The property 'stat' does not exist"),
        ("/jobs", "maxresults=1&MAXRESULTS=2", "The parameter is specified more than once"),
    ],
)
def test_a_wrong_value_is_named_with_its_reason(demo: Asking, path: str, query: str, reason: str) -> None:
    name, _equals, value = query.rpartition("&")[2].partition("=")
    names = {"QueryParameterName": name, "QueryParameterValue": value, "Reason": reason}
    assert refusal(demo.get(path, query)) == (400, "InvalidQueryParameterValue", names)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/jobs", "limit"),
        ("/jobs/job-7", "maxresults"),
        ("/jobs/job-7/taskcounts", "$select"),
        ("/pools/pool-7/nodes", "$expand"),
        ("/jobs/job-7/jobpreparationandreleasetaskstatus", "$expand"),
        ("/pools/pool-7/nodes/tvm-1", "$filter"),
    ],
)
def test_a_parameter_that_an_operation_does_not_take_is_refused(demo: Asking, path: str, name: str) -> None:
    names = {"QueryParameterName": name, "QueryParameterValue": "1"}
    assert refusal(demo.get(path, f"{name}=1")) == (400, "UnsupportedQueryParameter", names)


def test_a_timeout_is_taken_in_either_spelling_and_any_size(demo: Asking) -> None:
    for query in ("timeout=30", "timeOut=5", "timeout=600"):
        assert demo.get("/jobs", query).status_code == 200


@pytest.mark.parametrize(
    "path", ["/", "/nothing", "/jobs/job-7/nothing", "/jobs//tasks", "/pools/pool-7/nodes/tvm-1/x"]
)
def test_another_path_is_no_resource(demo: Asking, path: str) -> None:
    assert refusal(demo.get(path))[:2] == (400, "InvalidUri")


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_nothing_but_reading_is_allowed_and_the_attempt_is_recorded(demo: Asking, method: str) -> None:
    answer = demo.url(f"{demo.simulator.url}/jobs/job-7?api-version=2025-06-01", method=method)
    assert refusal(answer)[:2] == (405, "UnsupportedHttpVerb")
    assert answer.headers["Allow"] == "GET, HEAD"
    (record,) = demo.simulator.requests
    assert (record.method, record.status, record.path) == (method, 405, "/jobs/job-7")


def test_conditional_headers_work_on_single_reads(demo: Asking) -> None:
    for path in ("/jobs/job-7", "/jobs/job-7/tasks/frame-001", "/pools/pool-7"):
        headers = demo.get(path).headers
        etag, modified = headers["ETag"], headers["Last-Modified"]
        assert demo.get(path, headers={"If-None-Match": etag}).status_code == 304
        assert demo.get(path, headers={"If-None-Match": "0x0"}).status_code == 200
        assert demo.get(path, headers={"If-Match": "0x0"}).status_code == 412
        assert demo.get(path, headers={"If-Match": etag}).status_code == 200
        assert demo.get(path, headers={"If-Modified-Since": modified}).status_code == 304
        assert demo.get(path, headers={"If-Unmodified-Since": "Thu, 01 Jan 1970 00:00:00 GMT"}).status_code == 412
        assert refusal(demo.get(path, headers={"If-Modified-Since": "x"}))[:2] == (400, "InvalidHeaderValue")
