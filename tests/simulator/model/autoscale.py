# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pools that size themselves: the formula, and what came of its evaluations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .errors import ScenarioError
from .reader import Reader


@dataclass(frozen=True)
class AutoScaleRun:
    """One evaluation of the formula."""

    at: float
    results: str | None
    error: Mapping[str, Any]


@dataclass(frozen=True)
class AutoScale:
    """The formula of a pool and its evaluations. The last one comes again ``every`` so many seconds, if that is given."""

    formula: str
    interval: str
    runs: tuple[AutoScaleRun, ...]
    every: float | None

    def run(self, now: float) -> AutoScaleRun | None:
        """Return the last evaluation, if there was one."""
        past = [run for run in self.runs if run.at <= now]
        if not past:
            return None
        last = past[-1]
        if self.every is None or last is not self.runs[-1]:
            return last
        return AutoScaleRun(now - (now - last.at) % self.every, last.results, last.error)


def read_autoscale(reader: Reader | None) -> AutoScale | None:
    """Read the formula and its evaluations: a list of them, or a single one without a list around it."""
    if reader is None:
        return None
    formula = reader.text("formula", "$TargetDedicatedNodes = 2;")
    interval = reader.text("interval", "PT15M")
    every = reader.number("every")
    if every is not None and every <= 0:
        raise ScenarioError(f"{reader.place('every')} must be more than 0")
    single = AutoScaleRun(reader.number("evaluated_at", 0.0), reader.text("results"), reader.mapping("error"))
    runs = tuple(_read_run(section) for section in reader.sections("runs")) or (single,)
    reader.finish()
    if reader.has("runs") and any(reader.has(key) for key in ("evaluated_at", "results", "error")):
        raise ScenarioError(f"{reader.where} has both runs and a single evaluation; one of them says it all")
    if [run.at for run in runs] != sorted(run.at for run in runs):
        raise ScenarioError(f"{reader.place('runs')} must be a list in order of time")
    return AutoScale(formula, interval, runs, every)


def _read_run(reader: Reader) -> AutoScaleRun:
    run = AutoScaleRun(reader.number("at", 0.0), reader.text("results"), reader.mapping("error"))
    reader.finish()
    return run
