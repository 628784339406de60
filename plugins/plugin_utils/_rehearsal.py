# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A read for which nothing is sent, once in a run, before Ansible forks.

Python works much out once and keeps it: escapes, patterns, which class is of which kind. What is kept here every task inherits.
"""

from __future__ import annotations

import io
import json
from http.client import parse_headers
from urllib.parse import quote

from ansible.module_utils.common.parameters import remove_values
from ansible_collections.batchops.azure.plugins.module_utils._auth.shared_key import SharedKey
from ansible_collections.batchops.azure.plugins.module_utils._http.answer import JSON_OBJECT
from ansible_collections.batchops.azure.plugins.module_utils._http.echo import without_credential
from ansible_collections.batchops.azure.plugins.module_utils._http.endpoint import parse_endpoint
from ansible_collections.batchops.azure.plugins.module_utils._http.transport import Transport
from ansible_collections.batchops.azure.plugins.module_utils._mask.text import mask_text
from ansible_collections.batchops.azure.plugins.module_utils._read.facts import Facts
from ansible_collections.batchops.azure.plugins.module_utils._read.spec import Arguments
from ansible_collections.batchops.azure.plugins.plugin_utils._options import validated

# Nobody's account, and nobody listens there.
_ACCOUNT = {
    "account_endpoint": "http://127.0.0.1:9",
    "account_name": "nobody",
    "api_version": "2025-06-01",
    "cloud_environment": "AzureCloud",
}
_OBJECT = {
    **dict.fromkeys(("id", "displayName", "url", "eTag", "poolId", "jobId", "commandLine"), "job-7"),
    **dict.fromkeys(("state", "previousState", "result", "onAllTasksComplete", "onTaskFailure"), "completed"),
    **dict.fromkeys(("creationTime", "lastModified", "startTime", "endTime"), "2026-01-01T00:00:00Z"),
    **dict.fromkeys(("stateTransitionTime", "previousStateTransitionTime"), "2026-01-01T00:00:00Z"),
    **dict.fromkeys(("priority", "exitCode", "retryCount", "maxTaskRetryCount"), 0),
    "executionInfo": {"startTime": "2026-01-01T00:00:00Z"},
    "constraints": {"maxWallClockTime": "P1D"},
    "metadata": [{"name": "a", "value": "b"}],
}


def rehearse(arguments: Arguments) -> None:
    """Does what a task with those arguments does, but for the request. Raises LibraryError where `requests` is not installed."""
    # The environment may hold what is refused later, and by its task.
    params = {**validated(arguments, _ACCOUNT).validated_parameters, **_ACCOUNT}
    endpoint = parse_endpoint(params)
    url = f"{endpoint.url('jobs', 'job 7')}?$select={quote('id, state', safe='')}"
    request = SharedKey(endpoint.account, "bm9ib2R5")(Transport(endpoint.base, True, 1).request(url, {}))
    told = parse_headers(io.BytesIO(b"Content-Type: application/json\r\n\r\n"))
    body, headers = without_credential(json.dumps(_OBJECT).encode(), told, request.headers["Authorization"])
    facts = Facts().of(JSON_OBJECT.understand(200, headers, body, url))
    remove_values({"jobs": [facts], "msg": mask_text("password=hunter2")}, {"nobody"})
