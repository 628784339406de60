# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whatever a user asks for, each request that leaves is one that the official description of the version allows."""

from __future__ import annotations

import re

import pytest
from ansible_collections.batchops.azure.tests.contract.official_operations import operations
from ansible_collections.batchops.azure.tests.contract.play import MODULE_OF, TASK, run
from ansible_collections.batchops.azure.tests.contract.replay_server import Asked, ReplayServer
from ansible_collections.batchops.azure.tests.contract.request_rules import violations
from ansible_collections.batchops.azure.tests.contract.shared_data import needs_shared, official_versions, parameters_of
from ansible_collections.batchops.azure.tests.contract.whole_account import fill
from ansible_collections.batchops.azure.tests.contract.wishes import JOBS, Wish, wishes

pytestmark = needs_shared

VERSIONS = (
    "2019-08-01.10.0",
    "2020-09-01.12.0",
    "2023-11-01.18.0",
    "2024-07-01.20.0",
    "2024-07-01.20.0-typespec",
    "2025-06-01",
)


def _asked_for(server: ReplayServer, wish: Wish, version: str) -> list[Asked]:
    """One version is described twice, in two forms."""
    server.asked = []
    pinned = version.removesuffix("-typespec")
    run(server, wish.module, {**wish.options, "api_version": pinned})
    assert {parameters_of(asked.target)["api-version"] for asked in server.asked} == {pinned}
    return server.asked


def test_the_descriptions_are_those_that_are_there() -> None:
    assert official_versions() == VERSIONS


@pytest.mark.parametrize("version", VERSIONS)
def test_every_request_is_one_that_is_described(server: ReplayServer, version: str) -> None:
    fill(server, version)
    found = {
        f"{wish}: {asked.target}: {violation}"
        for wish in wishes()
        # Refused where nodes do not tell what they run.
        if wish.options.get("condition") != "image_reached" or version >= "2021-06"
        for asked in _asked_for(server, wish, version)
        for violation in violations(asked, version)
    }
    assert not found
    assert not server.strays


def test_together_they_ask_for_everything_that_a_module_can_ask_for(server: ReplayServer) -> None:
    """Operations and parameters: what is missing here would not have been checked above."""
    version = "2024-07-01.20.0"
    fill(server, version)
    asked = [asked for wish in wishes() for asked in _asked_for(server, wish, version)]
    paths = {request.path for request in asked}
    # Nobody has recorded this one, and it is in no example.
    assert {*MODULE_OF, "/supportedimages"} == {
        operation.template
        for operation in operations(version)
        if any(operation.matches(path) is not None for path in paths)
    }
    names = {name for request in asked for name in parameters_of(request.target)}
    assert names == {"api-version", "maxresults", "$filter", "$select", "$expand"}
    sizes = {parameters_of(request.target).get("maxresults") for request in asked}
    assert sizes == {None, "1", "5", "7", "10", "1000"}
    assert any(name.lower() == "ocp-date" for request in asked for name in request.headers)


@pytest.mark.parametrize("version", VERSIONS)
def test_every_request_can_be_told_from_every_other(server: ReplayServer, version: str) -> None:
    """The service answers with the request's own id, which is what its support asks for."""
    fill(server, version)
    asked = _asked_for(server, Wish(TASK, {"job_ids": list(JOBS)}), version)
    ids = [request.headers["client-request-id"] for request in asked]
    assert len(set(ids)) == len(ids) == len(JOBS)
    assert all(re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", name) for name in ids)
    assert {request.headers["return-client-request-id"] for request in asked} == {"true"}
    assert {request.headers["Accept"] for request in asked} == {"application/json"}


_GOOD = {"client-request-id": "6f1d1b1e-7b6c-4f0e-8d0e-0d1f6d5b9a51", "return-client-request-id": "true"}


@pytest.mark.parametrize(
    ("asked", "violation"),
    [
        (Asked("POST", "/jobs?api-version=V", _GOOD), "POST is sent"),
        (Asked("GET", "/job?api-version=V", _GOOD), "0 operations have the path /job"),
        (Asked("GET", "/jobs", _GOOD), "api-version is required"),
        (Asked("GET", "/jobs?api-version=V&maxResults=3", _GOOD), "maxResults is not declared"),
        (Asked("GET", "/jobs?api-version=V&maxresults=0", _GOOD), "less than the minimum"),
        (Asked("GET", "/jobs?api-version=V&maxresults=1001", _GOOD), "greater than the maximum"),
        (Asked("GET", "/jobs?api-version=V&maxresults=ten", _GOOD), "not of type 'integer'"),
        (Asked("GET", "/jobs?api-version=V&api-version=V", _GOOD), "sent twice"),
        (Asked("GET", "/jobs?api-version=V&$select=id,status", _GOOD), "no property status"),
        (Asked("GET", "/jobs?api-version=V&$filter=status%20eq%20'x'", _GOOD), "no property status"),
        (Asked("GET", "/jobs?api-version=V&$filter=state+eq+'x'", _GOOD), "a '+' stands in the query"),
        (Asked("GET", "/pools/p/nodes?api-version=V&$expand=stats", _GOOD), "$expand is not declared"),
        (Asked("GET", "/jobs?api-version=V", {**_GOOD, "client-request-id": "{6f}"}), "is not a 'uuid'"),
        (Asked("GET", "/jobs?api-version=V", {**_GOOD, "ocp-date": "yesterday"}), "date-time-rfc1123"),
        (Asked("GET", "/jobs?api-version=V", {**_GOOD, "Content-Type": "a/b"}), "content-type is not declared"),
        (Asked("GET", "/jobs?api-version=V", {**_GOOD, "return-client-request-id": "yes"}), "not of type 'boolean'"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_rules_can_tell_right_from_wrong(asked: Asked, violation: str) -> None:
    assert [found for found in violations(asked, "2024-07-01.20.0") if violation in found]
    assert not [*violations(Asked("GET", "/jobs?api-version=V", _GOOD), "2024-07-01.20.0")]
