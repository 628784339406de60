# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the simulator would answer: the same tour through its scenarios, taken together."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ..simulator import ManualClock, Simulator
from ..simulator.model.loader import BUNDLED
from .account import account_from
from .observed import Headers, Observations
from .playing import TARGETS
from .shapes import merged
from .tour import Tour

_OF_THE_TARGETS = TARGETS / "setup_simulator" / "files" / "scenario.yml"
# They take seconds, and hold nothing that the others do not.
_LEFT_OUT = ("large", "many_pools")
# Seconds of scenario time: while much goes on in most of them.
_AT = 20.0


def reference(api_version: str, scenarios: Iterable[Path] | None = None) -> Observations:
    """What tours through simulated accounts see, at that api-version. None means all scenarios that there are."""
    paths = [*sorted(BUNDLED.glob("*.yml")), _OF_THE_TARGETS] if scenarios is None else scenarios
    return together([_seen(path, api_version) for path in paths if path.stem not in _LEFT_OUT])


def _seen(scenario: Path, api_version: str) -> Observations:
    with Simulator(scenario, clock=ManualClock(), record=0) as simulator:
        simulator.faults.clear()
        simulator.clock.set(_AT)
        options = {
            "account_endpoint": simulator.url,
            "account_name": simulator.account,
            "account_key": simulator.key,
            "api_version": api_version,
        }
        tour = Tour(account_from(options))
        try:
            return tour.run()
        finally:
            tour.close()


def together(tours: list[Observations]) -> Observations:
    """What was seen in any of the tours, as far as it can be compared."""
    whole = Observations()
    for seen in tours:
        whole.refusals.update(seen.refusals)
        whole.media_types.update(seen.media_types)
        whole.links += seen.links
        for operation, refusals in seen.unexpected.items():
            whole.unexpected.setdefault(operation, set()).update(refusals)
        for operation, headers in seen.headers.items():
            known = whole.headers.setdefault(operation, Headers())
            known.answers += headers.answers
            known.names.update(headers.names)
    for resource in {resource: None for seen in tours for resource in seen.shapes}:
        whole.shapes[resource] = merged(seen.shapes[resource] for seen in tours if resource in seen.shapes)
    return whole
