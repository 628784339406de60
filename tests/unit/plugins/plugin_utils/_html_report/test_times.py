# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.batchops.azure.plugins.plugin_utils._html_report.times import duration, moment, step, utc

EIGHT = 1_769_846_400.0


def test_times_of_the_service_are_seconds() -> None:
    assert moment("2026-01-31T08:00:00Z") == EIGHT
    assert moment("2026-01-31T08:00:00.1234567Z") == pytest.approx(EIGHT + 0.1234567)


@pytest.mark.parametrize(
    "text",
    [
        None,
        5,
        "",
        "soon",
        "2026-01-31T08:00:00",
        "2026-01-31 08:00:00Z",
        "2026-13-31T08:00:00Z",
        "0001-01-01T00:00:00Z",
    ],
)
def test_what_is_no_time_is_none(text: object) -> None:
    assert moment(text) is None


@pytest.mark.parametrize("text", ["2026-01-31T08:00:00+01:00Z", "2026-01-31T08:00:00.xZ", "2026-01-31T08:00:00<b>Z"])
def test_what_stands_behind_the_second_must_be_a_fraction(text: str) -> None:
    assert moment(text) is None


def test_a_moment_is_written_with_its_date_or_without() -> None:
    assert utc(EIGHT + 0.9) == "2026-01-31 08:00:00"
    assert utc(EIGHT, dated=False) == "08:00:00"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-1, "0.0 s"),
        (0.04, "0.0 s"),
        (9.94, "9.9 s"),
        (9.96, "10 s"),
        (59.4, "59 s"),
        (59.6, "1 min 00 s"),
        (3_599, "59 min 59 s"),
        (7_500, "2 h 05 min"),
        (90_000, "1 d 01 h"),
    ],
)
def test_durations_have_two_units_at_most(seconds: float, words: str) -> None:
    assert duration(seconds) == words


@pytest.mark.parametrize(
    ("span", "apart"), [(1, 1), (20, 5), (60, 10), (3_000, 600), (86_400, 21_600), (864_000, 172_800)]
)
def test_marks_stand_at_round_distances_and_are_few(span: float, apart: float) -> None:
    assert step(span, 6) == apart
    assert span / apart <= 6
