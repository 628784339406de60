# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Requests that are wrong in one way each. They are reads all the same: what is asked for is how the service says no."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from ansible_collections.batchops.azure.plugins.module_utils._auth.bearer import ReadyToken
from ansible_collections.batchops.azure.plugins.module_utils._auth.shared_key import SharedKey

from .account import Account

# No object has this id: nobody else makes it up.
NOWHERE = f"not-there-{secrets.token_hex(8)}"


class Wrong(NamedTuple):
    """What is wrong, and the request. `{job}` and `{pool}` in a path are ids of what is there."""

    name: str
    segments: tuple[str, ...]
    params: Mapping[str, Any] = {}
    auth: Callable[[Account], Any] | None = None


class Unsigned:
    """Signs nothing."""

    def ready(self, seconds: float) -> bool:
        return False

    def __call__(self, request: Any) -> Any:
        return request


def another_key(account: Account) -> Any:
    """Signs with a key that is nobody's."""
    # A name is needed to sign; where there is none the service refuses the name instead.
    return SharedKey(account.endpoint.account or "unknown", base64.b64encode(secrets.token_bytes(64)).decode("ascii"))


def no_token(account: Account) -> Any:
    """Brings a text that is no token."""
    return ReadyToken(secrets.token_hex(32))


_JOBS = ("jobs",)
_STATUS = "jobpreparationandreleasetaskstatus"
WRONG = (
    Wrong("a job that is not there", ("jobs", NOWHERE)),
    Wrong("tasks of a job that is not there", ("jobs", NOWHERE, "tasks")),
    Wrong("task counts of a job that is not there", ("jobs", NOWHERE, "taskcounts")),
    Wrong("preparation status of a job that is not there", ("jobs", NOWHERE, _STATUS)),
    Wrong("a task that is not there", ("jobs", "{job}", "tasks", NOWHERE)),
    Wrong("subtasks of a task that is not there", ("jobs", "{job}", "tasks", NOWHERE, "subtasksinfo")),
    Wrong("files of a task that is not there", ("jobs", "{job}", "tasks", NOWHERE, "files")),
    Wrong("a job schedule that is not there", ("jobschedules", NOWHERE)),
    Wrong("a pool that is not there", ("pools", NOWHERE)),
    Wrong("nodes of a pool that is not there", ("pools", NOWHERE, "nodes")),
    Wrong("a node that is not there", ("pools", "{pool}", "nodes", NOWHERE)),
    Wrong("remote login of a node that is not there", ("pools", "{pool}", "nodes", NOWHERE, "remoteloginsettings")),
    Wrong("an id that is too long", ("jobs", "x" * 65)),
    Wrong("a path that is not known", (NOWHERE,)),
    Wrong("no api-version", _JOBS, {"api-version": None}),
    Wrong("an api-version that never was", _JOBS, {"api-version": "1999-01-01.1.0"}),
    Wrong("a parameter that is not known", _JOBS, {"colour": "red"}),
    Wrong("maxresults of 0", _JOBS, {"maxresults": 0}),
    Wrong("maxresults of 1001", _JOBS, {"maxresults": 1001}),
    Wrong("maxresults of 11 for node counts", ("nodecounts",), {"maxresults": 11}),
    Wrong("a filter that cannot be read", _JOBS, {"$filter": "state is active"}),
    Wrong("a filter by a property that has none", _JOBS, {"$filter": "colour eq 'red'"}),
    Wrong("a selection of a property that is not there", _JOBS, {"$select": "colour"}),
    Wrong("nobody has signed", _JOBS, auth=lambda account: Unsigned()),
    Wrong("a Shared Key that is another one", _JOBS, auth=another_key),
    Wrong("a token that is none", _JOBS, auth=no_token),
)
