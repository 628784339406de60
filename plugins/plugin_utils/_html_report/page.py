# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The page: facts to layout to one file of HTML."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timezone
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ansible_collections.batchops.azure.plugins.module_utils._account.execution import FAILED, RUNNING, SUCCEEDED
from ansible_collections.batchops.azure.plugins.plugin_utils._html_report.facts import (
    OUTCOMES,
    PREPARATION,
    RELEASE,
    START_TASK,
    TASK,
    WAITING,
    Found,
    found_in,
)
from ansible_collections.batchops.azure.plugins.plugin_utils._html_report.findings import (
    checks_of,
    failures_of,
    verdict_of,
)
from ansible_collections.batchops.azure.plugins.plugin_utils._html_report.heat_map import heat_map_of
from ansible_collections.batchops.azure.plugins.plugin_utils._html_report.limits import limits_of
from ansible_collections.batchops.azure.plugins.plugin_utils._html_report.pools import pools_of
from ansible_collections.batchops.azure.plugins.plugin_utils._html_report.text import shown
from ansible_collections.batchops.azure.plugins.plugin_utils._html_report.timeline import timeline_of
from ansible_collections.batchops.azure.plugins.plugin_utils._html_report.times import moment, utc
from ansible_collections.batchops.azure.plugins.plugin_utils._html_report.window import window_of
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

Facts = Mapping[str, Any]


def page(
    judged: Facts,
    facts: Iterable[Facts],
    *,
    title: str,
    version: str,
    account: str | None = None,
    api_version: str | None = None,
    read_at: str | None = None,
) -> str:
    """`read_at` is a time as the service writes it, now if it is not given."""
    found = found_in([judged, *facts])
    now = moment(read_at) if read_at else datetime.now(timezone.utc).timestamp()
    if now is None:
        raise ValueError(f"read_at: {read_at!r} is not a time such as 2026-01-31T08:00:00Z")
    window = window_of(found.executions, now)
    timeline = timeline_of(found, window) if window is not None else None
    verdict = verdict_of(judged)
    if verdict.word == "failed" and not judged.get("verdict"):
        # Why nothing was judged is the reason at the top.
        found.unread = [message for message in found.unread if message not in verdict.reasons]
    return _template().render(
        title=title,
        verdict=verdict,
        checks=checks_of(judged),
        numbers=_numbers(found),
        window=window,
        timeline=timeline,
        heat_map=heat_map_of(found.nodes.values()),
        failures=failures_of(found.failures),
        pools=pools_of(found.pools),
        limits=list(limits_of(found, window, timeline)),
        account=account or _account(found),
        api_version=api_version or ", ".join(found.api_versions) or "not told",
        read_at=utc(now),
        version=version,
    )


def _numbers(found: Found) -> list[tuple[str, int, str]]:
    """The first thing to see beside the verdict: how much there is of what, and of what is broken."""
    counts = Counter((execution.kind, execution.outcome) for execution in found.executions)
    tasks = [("tasks", sum(counts[TASK, outcome] for outcome in OUTCOMES), "")]
    tasks += [(f"tasks {outcome}", counts[TASK, outcome], "") for outcome in (SUCCEEDED, RUNNING, WAITING)]
    failed = [(f"{kind}s failed", counts[kind, FAILED], "bad") for kind in (TASK, PREPARATION, RELEASE, START_TASK)]
    return [number for number in (("nodes", len(found.nodes), ""), *tasks, *failed) if number[1]]


def _account(found: Found) -> str:
    """The host that the facts came from."""
    return str(found.options.get("account_endpoint") or urlsplit(found.url).netloc or "not told")


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        finalize=shown,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("report.html.j2")
