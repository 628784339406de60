# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A client of a loopback server."""

from __future__ import annotations

from typing import Any

from ansible_collections.batchops.azure.plugins.module_utils._auth.bearer import ReadyToken
from ansible_collections.batchops.azure.plugins.module_utils._http.client import Client
from ansible_collections.batchops.azure.plugins.module_utils._http.endpoint import CLOUDS, Endpoint
from ansible_collections.batchops.azure.tests.support.scripted_clock import ScriptedClock


def connect(url: str, auth: Any = None, **options: Any) -> Client:
    """Without a clock no pause is allowed, and without `retries` no second attempt."""
    endpoint = Endpoint(url, "myaccount", "2025-06-01", CLOUDS[0])
    given = {"retries": 0, "clock": ScriptedClock(), **options}
    return Client(endpoint, auth or ReadyToken("a-token-for-tests"), **given)
