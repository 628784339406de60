# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bounds the time of work that nobody can interrupt: a look-up of a name, a library that signs in."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")


class Overdue(Exception):
    """The work was not done in its time. It may still go on, and its result is lost."""


def within(seconds: float, work: Callable[[], Result]) -> Result:
    """What `work` returns or raises, if it does so in that many seconds. Raises Overdue otherwise.

    The thread that goes on then is a daemon: it does not keep the process alive.
    """
    results: list[Result] = []
    problems: list[BaseException] = []

    def run() -> None:
        try:
            results.append(work())
        except BaseException as error:  # Handed on to whoever waits, of whatever kind it is.
            problems.append(error)

    thread = threading.Thread(target=run, name="batchops.azure: work in its time", daemon=True)
    thread.start()
    thread.join(max(0.0, seconds))
    if results:
        return results[0]
    if problems:
        raise problems[0]
    raise Overdue(f"not done within {seconds:g} s")
