# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The account that the environment names, by the rules of the modules: its endpoint, and what signs requests to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from ansible_collections.batchops.azure.plugins.module_utils._auth.choose import sign_in
from ansible_collections.batchops.azure.plugins.module_utils._auth.shared_key import SharedKey
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import OptionError
from ansible_collections.batchops.azure.plugins.module_utils._http.endpoint import Endpoint, parse_endpoint
from ansible_collections.batchops.azure.plugins.module_utils._read.parse import parse_connection
from ansible_collections.batchops.azure.plugins.plugin_utils._options import refusal, validated
from ansible_collections.batchops.azure.tests.support.modules import JOBS


class Account(NamedTuple):
    """Where an account is, and who reads it. Nothing has been sent yet."""

    endpoint: Endpoint
    auth: Any
    verify: bool | str
    # Seconds for one request.
    timeout: float

    @property
    def by_shared_key(self) -> bool:
        return isinstance(self.auth, SharedKey)


def account_from(options: Mapping[str, Any]) -> Account:
    """The account of these options; what is not among them comes from the environment. Raises BatchError."""
    result = validated(JOBS.arguments, options)
    if result.error_messages:
        raise OptionError("environment", refusal(result, "the account"))
    params = result.validated_parameters
    connection, endpoint = parse_connection(params), parse_endpoint(params)
    auth = sign_in(params, endpoint, connection["verify"])
    return Account(endpoint, auth, connection["verify"], connection["timeout"])
