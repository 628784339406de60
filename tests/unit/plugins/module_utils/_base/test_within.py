# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Work in its time: what it returns and raises arrives, and what takes longer is left alone."""

from __future__ import annotations

import threading

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._base.within import Overdue, within


@pytest.mark.parametrize("result", ["done", None, []])
def test_what_it_returns_arrives(result: object) -> None:
    assert within(30, lambda: result) == result


@pytest.mark.parametrize("error", [ValueError("no"), KeyError("a"), SystemExit(3), KeyboardInterrupt()])
def test_what_it_raises_arrives(error: BaseException) -> None:
    def work() -> None:
        raise error

    with pytest.raises(type(error)) as raised:
        within(30, work)
    assert raised.value is error


@pytest.mark.parametrize("seconds", [0.05, 0, -1])
def test_what_takes_longer_is_left_to_a_daemon(seconds: float) -> None:
    over = threading.Event()
    workers: list[threading.Thread] = []

    def work() -> None:
        workers.append(threading.current_thread())
        over.wait(60)

    with pytest.raises(Overdue):
        within(seconds, work)
    over.set()
    assert all(worker.daemon for worker in workers)
