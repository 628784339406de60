# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What `./dev bench` runs."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from subprocess import CalledProcessError

from . import page, plots
from .account import Account
from .cases import (
    busy_account,
    hour,
    inventory,
    large_lists,
    many_gates,
    many_jobs,
    one_read,
    pools,
    rulebook,
    sign_in,
    sizes,
    watching,
)
from .headline import lines_of
from .machine import description
from .peers import CLI, PROJECT, SDK, WORK, Peer
from .samples import Board, Run
from .table import as_text, verdict

CASES = (
    *("one read", "signing in", "170 jobs", "large lists", "pools", "many gates", "busy account"),
    *("inventory", "watching", "an hour", "sizes"),
)
# With --only: it takes minutes in which nothing happens, and Java.
WHEN_ASKED = ("rulebook",)
_BOUNDS = {
    "batch_task_info, details: summary": 1_000_000,
    "batch_task_info, full details": 100_000,
    "requests and json": 1_000_000,
    "azure-batch, same $select": 100_000,
    "azure-batch, full details": 10_000,
    sizes.JOBS: 1000,
    "jobs of azure-batch": 100,
    "jobs of uri": 10,
    "az batch": 1000,
}
_QUICK_BOUNDS = {
    **{name: min(size, 10_000) for name, size in _BOUNDS.items()},
    "batch_task_info, details: summary": 1_000_000,
    sizes.JOBS: 100,
    "jobs of azure-batch": 10,
    "jobs of uri": 1,
    "az batch": 0,
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="./dev bench", description="Measures the collection against its peers.")
    parser.add_argument("--quick", action="store_true", help="fewer rounds and smaller sizes; writes no documentation")
    parser.add_argument("--check", action="store_true", help="exit non-zero when a ratio is missed")
    parser.add_argument(
        "--only",
        action="append",
        choices=(*CASES, *WHEN_ASKED),
        metavar="CASE",
        help=f"measure these only; writes no documentation: {', '.join((*CASES, *WHEN_ASKED))}",
    )
    parser.add_argument(
        "--results", type=_kept, metavar="FILE", help="report on this file of an earlier run instead of measuring"
    )
    options = parser.parse_args()
    if options.results:
        run = options.results
    else:
        # What a whole run has found is kept for the documentation, and of one that is broken off what it had found by then.
        file = WORK / ("some_cases.json" if options.only else "results.json")
        run = _measured(file, quick=options.quick, only=options.only or CASES)
        print(f"written: {file.relative_to(PROJECT)}", file=sys.stderr)
    print("\n" + as_text(run.board))
    print("\n" + ", ".join(f"{name} {value}" for name, value in run.machine.items()))
    if not (options.quick or options.only):
        images = plots.draw(run.board, lines_of(run.board), PROJECT / "docs" / "images")
        page.write(run, PROJECT / "docs" / "performance.md", images)
        print(f"written: docs/performance.md, {sum(map(len, images.values()))} plots", file=sys.stderr)
    code, lines = verdict(run.board)
    print(f"\n{lines}")
    return code if options.check else 0


def _kept(name: str) -> Run:
    """What an earlier run has written into the file."""
    try:
        return Run.load(Path(name))
    except OSError as error:
        raise argparse.ArgumentTypeError(f"{name} cannot be read: {error.strerror}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise argparse.ArgumentTypeError(f"{name} does not hold what a run of ./dev bench has found") from error


def _bounds(quick: bool, with_cli: bool) -> dict[str, int]:
    bounds = _QUICK_BOUNDS if quick else _BOUNDS
    return bounds if with_cli else {**bounds, "az batch": 0}


def _measured(file: Path, *, quick: bool, only: Sequence[str]) -> Run:
    """What each case found. It is saved after each of them."""
    board, peers = Board(), [SDK]
    SDK.install()
    if quick:
        board.left_out.append("az batch, because of --quick")
    elif {"one read", "sizes"} & set(only) and _installed(CLI, board):
        peers.append(CLI)
    run = Run(board, description(peers), 0)
    with Account() as account:
        for name, case in cases_of(board, account, quick=quick, with_cli=CLI in peers).items():
            if name in only:
                _measure(name, case)
                run = Run(board, description(peers), account.total.share)
                run.save(file)
    if run.share:
        board.notes.append(f"the service computed for {run.share:.1%} of the time that was measured")
        run.save(file)
    return run


def _installed(peer: Peer, board: Board) -> bool:
    try:
        peer.install()
    except CalledProcessError as error:
        board.left_out.append(f"{peer.name}, because it could not be installed: {error}")
        return False
    return True


def _measure(name: str, case: Callable[[], None]) -> None:
    started = time.monotonic()
    print(f"measuring: {name}", file=sys.stderr, end="", flush=True)
    case()
    print(f", {time.monotonic() - started:.0f} s", file=sys.stderr, flush=True)


def cases_of(board: Board, account: Account, *, quick: bool, with_cli: bool) -> dict[str, Callable[[], None]]:
    """What can be measured, by name."""
    return {
        "one read": lambda: one_read.measure(
            board, account, rounds=1 if quick else 5, number=10 if quick else 20, with_cli=with_cli
        ),
        "signing in": lambda: sign_in.measure(board, rounds=1 if quick else 3, number=20 if quick else 40),
        "170 jobs": lambda: many_jobs.measure(board, account, rounds=2 if quick else 3, uri_rounds=0 if quick else 1),
        "large lists": lambda: large_lists.measure(
            board,
            account,
            rounds=3 if quick else 5,
            full_rounds=1 if quick else 2,
            full_tasks=10_000 if quick else 100_000,
        ),
        "pools": lambda: pools.measure(board, account, rounds=3 if quick else 7),
        "many gates": lambda: many_gates.measure(
            board, rounds=1 if quick else 3, uri_rounds=1, hosts=5 if quick else many_gates.HOSTS
        ),
        "busy account": lambda: busy_account.measure(
            board, account, rounds=1 if quick else 3, sdk_rounds=0 if quick else 1
        ),
        "inventory": lambda: inventory.measure(board, rounds=1 if quick else 3),
        "watching": lambda: watching.measure(board, account, changes=3 if quick else 8, looks=2 if quick else 4),
        "rulebook": lambda: rulebook.measure(board, account, minutes=0.5 if quick else 5),
        "an hour": lambda: hour.measure(board, account),
        "sizes": lambda: sizes.measure(board, account, most=_bounds(quick, with_cli)),
    }


if __name__ == "__main__":
    sys.exit(main())
