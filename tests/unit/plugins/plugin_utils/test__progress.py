# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lines of a wait, on a scripted clock: when one is printed, in which colour, and with which estimate."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible import constants as C
from ansible_collections.batchops.azure.plugins.module_utils._after.wait import Waiter
from ansible_collections.batchops.azure.plugins.module_utils._base.clock import WaitOptions
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import (
    AnswerError,
    BatchError,
    ServiceError,
    TransportError,
)
from ansible_collections.batchops.azure.plugins.module_utils._base.verdict import Judgement, Reason
from ansible_collections.batchops.azure.plugins.module_utils._read.progress import Counts, ProgressFormat
from ansible_collections.batchops.azure.plugins.module_utils._read.snapshot import Snapshot
from ansible_collections.batchops.azure.plugins.plugin_utils._progress import Progress
from ansible_collections.batchops.azure.tests.support.connecting import connect
from ansible_collections.batchops.azure.tests.support.scripted_clock import ScriptedClock

Scripts = Callable[..., ScriptedClock]


def counts(snapshot: Snapshot, params: Any) -> Counts:
    summary = snapshot.summary
    return Counts(summary["done"], summary["total"], "ready", summary["failed"], ((summary["running"], "running"),))


TOPIC = ProgressFormat(lambda params: f"prep {params['job_id']}", counts)


def seen(done: int, total: int = 50, failed: int = 0, running: int = 0) -> Snapshot:
    return Snapshot(summary={"done": done, "total": total, "failed": failed, "running": running})


def service_error(status: int, code: str | None, request: str) -> ServiceError:
    return ServiceError(
        {"status": status, "code": code, "message": "", "values": [], "request_id": request, "url": "http://x"}
    )


class Lines(Progress):
    """A progress whose lines are kept, and their colours."""

    def __init__(self, job_id: str = "job-7", **keywords: Any) -> None:
        self.lines: list[str] = []
        self.colours: list[str | None] = []
        super().__init__(TOPIC, {"job_id": job_id}, self.keep, **keywords)

    def keep(self, line: str, colour: str | None) -> None:
        self.lines.append(line)
        self.colours.append(colour)


def test_a_line_says_how_much_how_long_and_how_long_yet() -> None:
    progress = Lines()
    progress.looked(seen(0), 0, False)
    progress.looked(seen(37, running=12), 130, False)
    assert progress.lines[1] == "prep job-7: 37/50 ready, 12 running [#######---] 02:10, ~0:45 left"


def test_a_wait_that_is_over_at_once_says_nothing() -> None:
    progress = Lines()
    progress.looked(seen(50), 3, True)
    assert progress.lines == []


def test_the_first_look_of_a_wait_says_where_it_begins() -> None:
    progress = Lines()
    progress.looked(seen(10), 1, False)
    assert progress.lines == ["prep job-7: 10/50 ready [##--------] 00:01"]


def test_nothing_is_said_while_nothing_changes() -> None:
    progress = Lines()
    for elapsed in (0, 15, 30, 45, 59):
        progress.looked(seen(10, running=3), elapsed, False)
    assert len(progress.lines) == 1


def test_every_number_is_a_change() -> None:
    progress = Lines()
    for snapshot in (seen(1), seen(2), seen(2, failed=1), seen(2, failed=1, running=1), seen(2, 60, 1, 1)):
        progress.looked(snapshot, 0, False)
    assert len(progress.lines) == 5


def test_after_a_minute_it_says_so_though_nothing_has_changed() -> None:
    progress = Lines()
    progress.looked(seen(10), 0, False)
    progress.looked(seen(10), 60, False)
    progress.paused(119)
    progress.paused(120)
    assert [line.split("] ")[1] for line in progress.lines] == ["00:00", "01:00", "02:00"]


def test_before_its_first_look_is_over_there_is_nothing_to_say() -> None:
    progress = Lines()
    progress.paused(90)
    assert progress.lines == []


def test_it_asks_for_a_word_a_minute_after_its_last_line() -> None:
    progress = Lines()
    progress.looked(seen(10), 0, False)
    assert progress.next_word(0) == 60
    progress.looked(seen(11), 45, False)
    assert progress.next_word(50) == 55
    assert progress.next_word(200) == 0


@pytest.mark.parametrize("sleep", [7, 45, 60, 61, 150, 600])
def test_through_a_wait_there_is_never_more_than_a_minute_of_silence(sleep: float) -> None:
    clock = ScriptedClock(*[(0, 1_000)] * 400)
    progress = Lines()
    said: list[float] = []
    progress._show = lambda line, colour: said.append(clock.now - 1_000)

    def look() -> Snapshot:
        found = seen(10)
        found.judgement = Judgement([], [Reason("job-7: is not ready")])
        return found

    Waiter(connect("http://127.0.0.1:9", clock=clock), look, WaitOptions(1_000, sleep), progress).run()
    gaps = [later - earlier for earlier, later in zip(said, [*said[1:], 1_000])]
    assert said[0] == 0
    assert max(gaps) <= 60 + 1e-6
    assert min(gaps[:-1]) >= 60 - 1e-6, "a line too many: nothing has changed"


def test_the_last_look_is_told_when_it_has_changed_something() -> None:
    progress = Lines()
    progress.looked(seen(49), 0, False)
    progress.looked(seen(50), 15, True)
    assert progress.lines[1] == "prep job-7: 50/50 ready [##########] 00:15"


@pytest.mark.parametrize(
    ("done", "failed", "stuck"), [(40, 1, 0), (40, 0, 1), (30, 0, 0)], ids=["one failed", "one will not", "no rate"]
)
def test_without_hope_there_is_no_estimate(done: int, failed: int, stuck: int) -> None:
    progress = Lines()
    progress._format = ProgressFormat(
        lambda params: "prep",
        lambda snapshot, params: Counts(snapshot.summary["done"], 50, "ready", failed, stuck=stuck),
    )
    progress.looked(seen(30), 0, False)
    progress.looked(seen(done), 10, False)
    progress.looked(seen(done), 70, False)
    assert len(progress.lines) > 1
    assert not any("left" in line for line in progress.lines)


def test_while_looks_fail_there_is_no_estimate() -> None:
    progress = Lines()
    progress.looked(seen(30), 0, False)
    progress.looked(seen(40), 10, False)
    progress.survived(TransportError("reset"), 15)
    assert ["left" in line for line in progress.lines] == [False, True, False]


def test_a_number_that_grows_begins_the_rate_anew() -> None:
    progress = Lines()
    progress.looked(seen(0, total=4), 0, False)
    progress.looked(seen(2, total=10), 10, False)
    progress.looked(seen(4, total=10), 20, False)
    assert [line.partition("] ")[2] for line in progress.lines] == ["00:00", "00:10", "00:20, ~0:30 left"]


def test_colours_are_those_of_ansible() -> None:
    progress = Lines()
    for snapshot in (seen(10), seen(10, running=1), seen(11)):
        progress.looked(snapshot, 0, False)
    progress.survived(TransportError("reset"), 5)
    progress.looked(seen(12, failed=1), 10, False)
    assert progress.colours == [None, None, C.COLOR_OK, C.COLOR_WARN, C.COLOR_ERROR]


def test_a_check_in_which_something_failed_colours_the_gate() -> None:
    progress = Lines()
    check = Counts(1, 12, "ready", 2)
    progress._format = ProgressFormat(
        lambda params: "gate",
        lambda snapshot, params: Counts(0, 3, "satisfied", alike=False, checks=(("prep job-7", check),)),
    )
    progress.looked(seen(0), 0, False)
    assert progress.colours == [C.COLOR_ERROR]


def test_of_several_hosts_each_line_says_whose_it_is_within_the_same_width() -> None:
    host = "render-" * 12
    progress = Lines("job-" * 16, host=host)
    progress.looked(seen(10, 100_000, running=90_000), 4_000, False)
    [line] = progress.lines
    assert line.startswith("render-rend...er-render-: ")
    assert "10/100000 ready" in line
    assert len(line) <= 100


def test_a_secret_is_masked_before_it_is_cut() -> None:
    secret = "s" * 60
    progress = Lines(secret, mask=lambda words: words.replace(secret, "********"), host=secret)
    progress.looked(seen(10), 0, False)
    assert progress.lines == ["********: prep ********: 10/50 ready [##--------] 00:00"]


def test_without_a_completion_there_is_no_estimate() -> None:
    progress = Lines()
    progress.looked(seen(10, running=1), 0, False)
    progress.looked(seen(10, running=2), 30, False)
    progress.looked(seen(9, running=3), 40, False)
    assert not any("left" in line for line in progress.lines)


def test_what_was_done_before_the_wait_does_not_count_for_its_rate() -> None:
    progress = Lines()
    progress.looked(seen(30), 5, False)
    progress.looked(seen(40), 15, False)
    assert progress.lines[1].endswith("00:15, ~0:10 left")


def test_what_is_not_alike_has_no_rate() -> None:
    progress = Lines()
    progress._format = ProgressFormat(
        lambda params: "gate", lambda snapshot, params: Counts(snapshot.summary["done"], 3, "satisfied", alike=False)
    )
    progress.looked(seen(0), 0, False)
    progress.looked(seen(1), 10, False)
    assert progress.lines[1] == "gate: 1/3 satisfied  00:10"


def test_an_estimate_is_never_nothing() -> None:
    progress = Lines()
    progress.looked(seen(0, 100), 0, False)
    progress.looked(seen(99, 100), 10, False)
    assert progress.lines[1].endswith("~0:01 left")


def test_where_nobody_knows_how_many_there_will_be_there_is_no_bar() -> None:
    progress = Lines()
    progress.looked(seen(0, total=0, running=2), 0, False)
    progress.looked(seen(1, total=0, running=2), 10, False)
    # More than were asked for, and still not those that were.
    progress.looked(seen(6, total=5), 20, False)
    assert progress.lines == [
        "prep job-7: 0 ready, 2 running  00:00",
        "prep job-7: 1 ready, 2 running  00:10",
        "prep job-7: 6 ready  00:20",
    ]


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (service_error(503, "ServerBusy", "1"), "ServerBusy (503)"),
        (service_error(502, None, "1"), "HTTP error (502)"),
        (TransportError("http://x: the connection broke"), "http://x: the connection broke"),
    ],
)
def test_a_look_that_failed_is_told_with_what_was_known_before(error: BatchError, words: str) -> None:
    progress = Lines()
    progress.looked(seen(10), 0, False)
    progress.survived(error, 15)
    assert progress.lines[1] == f"prep job-7: the last poll failed: {words}, 10/50 ready  00:15"


def test_the_same_failure_again_is_no_change_and_its_end_is_one() -> None:
    progress = Lines()
    progress.looked(seen(10), 0, False)
    progress.survived(service_error(503, "ServerBusy", "1"), 10)
    progress.survived(service_error(503, "ServerBusy", "2"), 20)
    progress.survived(AnswerError("HTML"), 30)
    progress.looked(seen(10), 40, False)
    progress.looked(seen(10), 50, False)
    assert [line.partition(": ")[2] for line in progress.lines[1:]] == [
        "the last poll failed: ServerBusy (503), 10/50 ready  00:10",
        "the last poll failed: HTML, 10/50 ready  00:30",
        "10/50 ready [##--------] 00:40",
    ]


def test_a_failure_that_goes_on_is_told_every_minute() -> None:
    progress = Lines()
    progress.looked(seen(10), 0, False)
    for elapsed in range(15, 135, 15):
        progress.survived(TransportError("reset"), elapsed)
    assert len(progress.lines) == 3


def test_what_moves_the_cursor_is_not_printed() -> None:
    progress = Lines("job\x1b[2J\r\n\u202e7")
    progress.looked(seen(1), 0, False)
    assert progress.lines == ["prep job?[2J???7: 1/50 ready [----------] 00:00"]
