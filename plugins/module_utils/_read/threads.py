# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads several things side by side. Loaded only where there is more than one."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import CancelledError, ThreadPoolExecutor
from typing import TypeVar

from ansible_collections.batchops.azure.plugins.module_utils._base.errors import BatchError

Item = TypeVar("Item")
Answer = TypeVar("Answer")


def read_in_threads(most: int, ids: list[Item], read: Callable[[Item], Answer]) -> list[Answer]:
    """Answers in the order of `ids`, read by at most `most` threads. If any fail, raises the error of the id that comes first in that order."""
    first_failed = len(ids)
    lock = threading.Lock()

    def read_unless_failed(index: int) -> Answer:
        nonlocal first_failed
        # Ids after a failed one are skipped; ids before it are still read, so that the error that is raised is always the same.
        if index > first_failed:
            raise CancelledError
        try:
            return read(ids[index])
        except BatchError:
            with lock:
                first_failed = min(first_failed, index)
            raise

    pool = ThreadPoolExecutor(max_workers=most)
    interrupted = True
    try:
        answers = [future.result() for future in [pool.submit(read_unless_failed, index) for index in range(len(ids))]]
        interrupted = False
    except BatchError:
        interrupted = False
        raise
    finally:
        # When stopped by a task's time-out or a signal, do not wait for outstanding answers.
        pool.shutdown(wait=not interrupted, cancel_futures=interrupted)
    return answers
