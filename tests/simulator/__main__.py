# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Serves a scenario until it is told to end: ``python -m …tests.simulator --scenario demo``."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from collections.abc import Sequence

from .announcement import lines, write_ready_file
from .clock import Clock, RealClock, StepClock
from .model import ScenarioError, bundled_names
from .simulator import Simulator


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="simulator",
        description="Serve a simulated Azure Batch account on 127.0.0.1.",
        epilog=f"Bundled scenarios: {', '.join(bundled_names())}.",
    )
    parser.add_argument("--port", type=int, default=0, help="port to serve (default: any free one)")
    parser.add_argument("--scenario", default="demo", metavar="FILE_OR_NAME", help="what to play (default: demo)")
    parser.add_argument("--https", action="store_true", help="serve https, with a login service, under an own CA")
    parser.add_argument("--ready-file", metavar="FILE", help="write endpoint and secrets there as JSON once served")
    parser.add_argument("--speed", type=float, default=1.0, help="scenario seconds per second (0: stands still)")
    parser.add_argument("--step", type=float, help="move by so many seconds at each request instead of by itself")
    return parser.parse_args(arguments)


def _clock(options: argparse.Namespace) -> Clock:
    return RealClock(options.speed) if options.step is None else StepClock(options.step)


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until SIGINT or SIGTERM. Returns the exit status."""
    options = _arguments(arguments)
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: ended.set())
    try:
        simulator = Simulator(options.scenario, options.https, _clock(options), options.port, record=0)
        simulator.start()
    except (ScenarioError, OSError) as error:
        print(f"simulator: {error}", file=sys.stderr)
        return 2
    try:
        # The file first: who has read the last line can rely on it.
        if options.ready_file:
            write_ready_file(simulator, options.ready_file)
        print("\n".join(lines(simulator)), flush=True)
        ended.wait()
    finally:
        simulator.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
