# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A sign-in host that does what a test says."""

from __future__ import annotations

import ssl
from collections.abc import Callable

from ansible_collections.batchops.azure.tests.simulator.certificates import certificates
from ansible_collections.batchops.azure.tests.support.loopback import Loopback, Reply, Request


class LoginHost(Loopback):
    """An authority that knows its endpoints, and then does what a test says."""

    def __init__(self) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificates().server)
        super().__init__(context)

    def issues(self, tenant: str, answer: Callable[[Request], Reply]) -> None:
        base = f"{self.url}/{tenant}"
        known = {
            "issuer": f"{base}/v2.0",
            "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
            "token_endpoint": f"{base}/oauth2/v2.0/token",
        }
        self.say(f"/{tenant}/v2.0/.well-known/openid-configuration", known)
        self.say(f"/{tenant}/oauth2/v2.0/token", answer)
