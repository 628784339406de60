# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where a simulated account is, and its key: as an environment, and as options."""

from __future__ import annotations

from ansible_collections.batchops.azure.tests.simulator import Simulator


def account_of(simulator: Simulator) -> dict[str, str]:
    """The environment in which the account needs no option."""
    return {
        "AZURE_BATCH_ENDPOINT": simulator.url,
        "AZURE_BATCH_ACCOUNT": simulator.account,
        "AZURE_BATCH_ACCESS_KEY": simulator.key,
    }


def options_of(simulator: Simulator) -> dict[str, str]:
    """The options, which `module_defaults` may hold too."""
    return {
        "account_endpoint": simulator.url,
        "account_name": simulator.account,
        "account_key": simulator.key,
    }
