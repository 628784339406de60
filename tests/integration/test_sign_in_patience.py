# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Signing in keeps to the time and the attempts that the options give, like every other request."""

from __future__ import annotations

from ansible_collections.batchops.azure.tests.integration.signing_in import login_failure, principal
from ansible_collections.batchops.azure.tests.simulator import Simulator
from ansible_collections.batchops.azure.tests.support.slow_hosts import Silent

_START = "Signing in with a service principal's secret from the options failed: "


def test_a_login_host_that_does_not_answer_is_left_after_the_timeout(account: Simulator) -> None:
    with Silent(seconds=300) as host:
        sentence = login_failure(account, **principal(account, authority_host=host.address), timeout=0.1)
        assert sentence.startswith(_START)
        assert host.was_left.wait(300), "the login host hung up first"


def test_without_retries_a_login_host_is_asked_once(account: Simulator) -> None:
    with Silent(seconds=0.01) as host:
        sentence = login_failure(account, **principal(account, authority_host=host.address), retries=0)
        assert sentence.startswith(_START)
        assert account.secret not in sentence
        assert host.connections == 1
