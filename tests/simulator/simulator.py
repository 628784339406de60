# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The simulator as tests use it."""

from __future__ import annotations

from types import TracebackType

from .app import DataPlaneEndpoint, make_app
from .auth.gate import AccountGate
from .auth.identities import ManagedIdentities
from .auth.logins import Logins
from .auth.oauth2 import Login
from .auth.tokens import Tokens
from .certificates import certificates
from .clock import Clock, ManualClock
from .control import Control
from .faults import Faults
from .model.loader import Scenario, Source, load_scenario
from .recording import Requests
from .server import ServerThread
from .service.data_plane import DataPlane
from .world import World


class Simulator:
    """A simulated Batch account on a loopback port, for the time of a ``with`` block.

    ``scenario`` is the name of a bundled scenario, the path of a file, or a mapping. ``record`` is how many exchanges
    ``requests`` keeps: None for all.
    """

    def __init__(
        self,
        scenario: Source | Scenario = "demo",
        https: bool = False,
        clock: Clock | None = None,
        port: int = 0,
        record: int | None = None,
    ) -> None:
        self.scenario = scenario if isinstance(scenario, Scenario) else load_scenario(scenario)
        self.clock = clock or ManualClock()
        self.https = https
        self.faults = Faults(self.scenario.faults)
        self.requests = Requests(record)
        self.logins = Logins()
        self.world = World(self.scenario)
        account = self.scenario.account
        self.account, self.key = account.name, account.key
        self.tenant, self.client_id, self.secret = account.tenant, account.client_id, account.secret
        self.access_token = account.access_token
        self._files = certificates() if https else None
        self.ca_path = self._files.ca if self._files else None
        self._port = port
        self._server: ServerThread | None = None

    def start(self) -> Simulator:
        """Serve. Returns when the socket accepts; raises OSError when the port is taken."""
        tokens = Tokens(self.scenario.account)
        plane = DataPlane(self.world, AccountGate(self.scenario.account, tokens))
        endpoint = DataPlaneEndpoint(plane, self.clock, self.faults, self.requests)
        control = Control(self.world, self.clock, self.faults, self.requests)
        account, now, logins = self.scenario.account, self.clock.now, self.logins
        identities = ManagedIdentities(account, tokens, now, logins)
        login = Login(account, tokens, now, logins) if self.https else None
        self._server = ServerThread(make_app(endpoint, control, identities, login), self._port, self._files)
        self._server.start()
        return self

    def stop(self) -> None:
        """End. Open connections are dropped."""
        if self._server is not None:
            self._server.stop()

    def __enter__(self) -> Simulator:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def port(self) -> int:
        """Return the port that is served."""
        if self._server is None:
            raise RuntimeError("the simulator has not been started")
        return self._server.port

    @property
    def url(self) -> str:
        """Return the account's endpoint."""
        return f"{'https' if self.https else 'http'}://127.0.0.1:{self.port}"

    @property
    def authority(self) -> str | None:
        """Return the host and port of the login endpoints, which exist under https only."""
        return f"127.0.0.1:{self.port}" if self.https else None

    def reset_requests(self) -> None:
        """Forget the exchanges and the logins so far."""
        self.requests.clear()
        self.logins.clear()
