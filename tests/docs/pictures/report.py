# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Takes the pictures of the report: docs/images/report.png and docs/images/report-phone.png, of the account in report.yml.

    python -m ansible_collections.batchops.azure.tests.docs.pictures.report

Needs Chromium.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from ansible_collections.batchops.azure.plugins.filter.gate_report import gate_report
from ansible_collections.batchops.azure.plugins.filter.html_report import html_report
from ansible_collections.batchops.azure.plugins.module_utils._run import run
from ansible_collections.batchops.azure.tests.docs.blocks import PROJECT
from ansible_collections.batchops.azure.tests.simulator import Simulator
from ansible_collections.batchops.azure.tests.support.accounts import options_of
from ansible_collections.batchops.azure.tests.support.asking import params_of
from ansible_collections.batchops.azure.tests.support.chromium import NAMES, Chromium, find_chromium
from ansible_collections.batchops.azure.tests.support.modules import GATE, JOBS, NODES, PREP, TASKS

IMAGES = PROJECT / "docs" / "images"
AT = 100
CHECKS = [
    {"check": "tasks", "job_id": "job-7"},
    {"check": "preparation", "job_id": "job-7"},
    {"check": "nodes", "pool_id": "pool-7"},
]
# Name, width, height and scheme: 0 is dark, 1 is light.
PICTURES = (("report.png", 1_200, 1_420, 1), ("report-phone.png", 500, 1_100, 0))


def page() -> str:
    """As the playbook batch_report writes it, with the name of an account in place of the simulator's address."""
    with Simulator(Path(__file__).with_suffix(".yml")) as account:
        account.clock.set(AT)

        def ask(module: Any, **options: Any) -> dict[str, Any]:
            return run(params_of(module.arguments, **options_of(account), **options), module)

        gate = gate_report(ask(GATE, checks=CHECKS, diagnostics=True))
        facts = [ask(module, job_id="job-7") for module in (JOBS, TASKS, PREP)]
        facts.append(ask(NODES, pool_id="pool-7", condition="ready"))
    account_name = "myaccount.westeurope.batch.azure.com"
    return html_report(gate, facts, title="Gate", read_at="2026-01-31T08:01:40Z", account=account_name)


def main() -> None:
    program = find_chromium()
    if program is None:
        raise SystemExit(f"none of {', '.join(NAMES)} is here")
    shown = page()
    for name, width, height, scheme in PICTURES:
        with tempfile.TemporaryDirectory() as folder:
            flags = f"--blink-settings=preferredColorScheme={scheme}"
            Chromium(program, Path(folder)).picture(shown, IMAGES / name, width, height, flags)
        print((IMAGES / name).relative_to(PROJECT))


if __name__ == "__main__":
    main()
