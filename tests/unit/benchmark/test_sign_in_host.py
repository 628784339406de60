# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The account with a sign-in host that the benchmark measures: it is there when it says so, and either way in is one alone."""

from __future__ import annotations

import pytest
import requests
from ansible_collections.batchops.azure.tests.benchmark.sign_in_host import SignInHost


def test_it_issues_tokens_and_has_one_way_in_for_each_contender() -> None:
    with SignInHost() as host:
        assert not {"AZURE_CLIENT_ID", "AZURE_SECRET"} & set(host.shared_key)
        assert "AZURE_BATCH_ACCESS_KEY" not in host.secret
        given = host.secret
        form = {
            "grant_type": "client_credentials",
            "client_id": given["AZURE_CLIENT_ID"],
            "client_secret": given["AZURE_SECRET"],
            "scope": "https://batch.core.windows.net//.default",
        }
        url = f"{given['AZURE_AUTHORITY_HOST']}/{given['AZURE_TENANT']}/oauth2/v2.0/token"
        answer = requests.post(url, form, verify=host.facts["ca_path"], timeout=60)
        assert answer.json()["access_token"]
    with pytest.raises(requests.ConnectionError):
        requests.get(url, timeout=60)
