# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Several reads at once: which error is raised, and what is no longer read after an error."""

from __future__ import annotations

import threading

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import AnswerError
from ansible_collections.batchops.azure.plugins.module_utils._read.threads import read_in_threads


def test_no_more_run_at_once_than_were_allowed() -> None:
    lock, running, most = threading.Lock(), [0], [0]

    def read(number: int) -> int:
        with lock:
            running[0] += 1
            most[0] = max(most[0], running[0])
        with lock:
            running[0] -= 1
        return number

    assert read_in_threads(3, list(range(50)), read) == list(range(50))
    assert most[0] <= 3


def test_the_error_of_the_first_id_is_raised_whichever_error_came_first() -> None:
    late_has_failed = threading.Event()

    def read(number: int) -> int:
        if number == 0:
            assert late_has_failed.wait(30)
            raise AnswerError("early")
        late_has_failed.set()
        raise AnswerError("late")

    with pytest.raises(AnswerError, match="early"):
        read_in_threads(2, [0, 1], read)


def test_ids_after_a_failed_one_are_not_read() -> None:
    asked: list[int] = []

    def read(number: int) -> int:
        asked.append(number)
        raise AnswerError("no")

    with pytest.raises(AnswerError):
        read_in_threads(1, list(range(10)), read)
    assert asked == [0]
