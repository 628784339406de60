# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What `./dev live` runs: a tour and the integration targets against the account of the environment, and a report in build/live."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import time
from pathlib import Path

from ansible_collections.batchops.azure.plugins.module_utils._base.errors import BatchError

from .account import account_from
from .comparing import differences, not_seen
from .expired import expired_token_of
from .playing import FAILED, Outcome, play, targets
from .reference import reference
from .report import report
from .tour import Tour

PROJECT = Path(__file__).resolve().parents[2]
WORK = PROJECT / "build" / "live"


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="./dev live",
        description="Reads the account that the environment names (AZURE_BATCH_ENDPOINT and a credential, as for the modules),"
        " and compares what it answers with what the simulator would. Nothing but GET is sent to it.",
    )
    parser.add_argument(
        "--expired-token",
        type=Path,
        metavar="FILE",
        help="a token for the account that has expired: how is it refused?",
    )
    parser.add_argument(
        "--target",
        action="append",
        default=[],
        choices=list(targets()),
        metavar="NAME",
        help="play this integration target, and no others that are not named too (default: all of them)",
    )
    parser.add_argument(
        "--output", type=Path, default=WORK, metavar="FOLDER", help="for the report (default: build/live)"
    )
    options = parser.parse_args(arguments)
    if os.environ.get("CI"):
        print("./dev live: never in CI: it needs the credential of a real account. CI is set.", file=sys.stderr)
        return 2
    if options.expired_token and not options.expired_token.is_file():
        parser.error(f"--expired-token: there is no file {options.expired_token}")
    try:
        return _read(options.output, options.expired_token, options.target)
    except BatchError as error:
        print(f"./dev live: {error}", file=sys.stderr)
        return 1


def _read(output: Path, expired_token: Path | None, names: list[str]) -> int:
    account = account_from({})
    expired = expired_token_of(expired_token.read_text(encoding="utf-8"), time.time()) if expired_token else None
    tour = Tour(account)
    print("Touring the account", file=sys.stderr)
    try:
        seen = tour.run(expired)
    finally:
        tour.close()
    print("Touring simulated accounts", file=sys.stderr)
    known = reference(account.endpoint.api_version)
    print("Playing the integration targets", file=sys.stderr)
    shutil.rmtree(output / "played", ignore_errors=True)
    outcomes = play(output / "played", tour.ids, names)
    text = report(seen, differences(seen, known), not_seen(seen, known), outcomes, account.endpoint.api_version)
    (output / "report.md").write_text(text, encoding="utf-8")
    print(text)
    return _status(outcomes)


def _status(outcomes: list[Outcome]) -> int:
    """Differences are what was looked for. What fails through Ansible is not."""
    return 1 if any(outcome.state == FAILED for outcome in outcomes) else 0


if __name__ == "__main__":
    sys.exit(main())
