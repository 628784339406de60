# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs a gate over a lifecycle: the real code, the real simulator, a driven clock."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.batchops.azure.plugins.module_utils._base.clock import Clock
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import BatchError
from ansible_collections.batchops.azure.plugins.module_utils._read.resource import Resource
from ansible_collections.batchops.azure.plugins.module_utils._read.snapshot import Snapshot
from ansible_collections.batchops.azure.plugins.module_utils._run import run
from ansible_collections.batchops.azure.tests.properties.lifecycles import Weather
from ansible_collections.batchops.azure.tests.simulator import Simulator, StepClock
from ansible_collections.batchops.azure.tests.support.accounts import options_of

TIMEOUT = 100.0
SLEEP = 3.0


class DrivenClock(Clock):
    """The simulator's time is the gate's time: a pause moves the account on."""

    def __init__(self, scenario_clock: StepClock) -> None:
        self._clock = scenario_clock

    def monotonic(self) -> float:
        return self._clock.now()

    def sleep(self, seconds: float) -> None:
        self._clock.advance(seconds)


@dataclass
class Gate:
    """How a gate ended: its verdict, or the error, and when its last look began and ended."""

    verdict: str | None = None
    error: BatchError | None = None
    timed_out: bool = False
    elapsed: float = 0
    polls: int = 0
    began: float = 0
    ended: float = 0
    reasons: list[str] = field(default_factory=list)

    def moments(self) -> list[float]:
        """Moments of the last look, close enough that nothing of a lifecycle happens unseen between two."""
        steps = int((self.ended - self.began) * 4) + 1
        return [self.began + step / 4 for step in range(steps)] + [self.ended]


def wait(
    scenario: dict[str, Any],
    weather: Weather,
    resource: Resource,
    **options: Any,
) -> Gate:
    clock = StepClock(weather.latency)
    gate = Gate()

    class Watched(resource.reader):  # type: ignore[misc, valid-type]
        def read(self) -> Snapshot:
            began = clock.now()
            look = super().read()
            gate.began, gate.ended = began, clock.now()
            return look

    with Simulator({**scenario, "faults": list(weather.faults)}, clock=clock, record=0) as simulator:
        given = {
            **options_of(simulator),
            "wait": True,
            "wait_timeout": TIMEOUT,
            "wait_sleep": SLEEP,
            **options,
        }
        validated = ArgumentSpecValidator(resource.arguments.spec).validate(given)
        assert not validated.error_messages
        try:
            result = run(validated.validated_parameters, resource._replace(reader=Watched), clock=DrivenClock(clock))
        except BatchError as error:
            gate.error = error
        else:
            gate.verdict, gate.reasons = result["verdict"], result["reasons"]
            gate.timed_out, gate.elapsed, gate.polls = result["timed_out"], result["elapsed"], result["polls"]
    return gate
