# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a started simulator tells: lines for a human to paste, and a file for a program to read."""

from __future__ import annotations

import json
import os
import shlex
from collections.abc import Iterator
from pathlib import Path

from .simulator import Simulator

_MOST_NAMES = 12


def lines(simulator: Simulator) -> Iterator[str]:
    """Say what is served and how to reach it."""
    scenario = simulator.scenario
    yield f"Simulated Azure Batch account, scenario {scenario.name}: {' '.join(scenario.description.split())}"
    yield f"  endpoint     {simulator.url}"
    yield f"  account      {simulator.account}"
    yield f"  key          {simulator.key}"
    if simulator.https:
        yield f"  ca_path      {simulator.ca_path}"
        yield "  or, to sign in with Entra ID rather than with the key, these options:"
        yield f"  authority_host {simulator.authority}"
        yield f"  tenant       {simulator.tenant}"
        yield f"  client_id    {simulator.client_id}"
        yield f"  secret       {simulator.secret}"
    if simulator.access_token:
        yield f"  access_token {simulator.access_token}"
    yield f"  jobs         {_names(scenario.jobs.ids())}"
    if scenario.job_schedules:
        yield f"  schedules    {_names([schedule.id for schedule in scenario.job_schedules])}"
    yield f"  pools        {_names(scenario.pools.ids())}"
    yield ""
    values = {
        "AZURE_BATCH_ENDPOINT": simulator.url,
        "AZURE_BATCH_ACCOUNT": simulator.account,
        "AZURE_BATCH_ACCESS_KEY": simulator.key,
        # Nobody else trusts the authority that is made for the occasion.
        **({"REQUESTS_CA_BUNDLE": str(simulator.ca_path)} if simulator.https else {}),
    }
    yield "export " + " ".join(f"{name}={shlex.quote(value)}" for name, value in values.items())


def _names(names: list[str]) -> str:
    shown = ", ".join(names[:_MOST_NAMES])
    return f"{shown} and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else shown


def write_ready_file(simulator: Simulator, path: str) -> None:
    """Write the same as JSON. The file appears whole, under its final name, once the socket accepts."""
    facts = {
        "endpoint": simulator.url,
        "account": simulator.account,
        "key": simulator.key,
        "ca_path": simulator.ca_path,
        "pid": os.getpid(),
        "tenant": simulator.tenant,
        "client_id": simulator.client_id,
        "secret": simulator.secret,
        "authority": simulator.authority,
        "access_token": simulator.access_token,
    }
    temporary = Path(f"{path}.{os.getpid()}.tmp")
    temporary.write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")
    temporary.replace(path)
