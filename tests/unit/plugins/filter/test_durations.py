# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Durations of the service as seconds, and seconds as durations of the service."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.batchops.azure.plugins.filter.from_duration import FilterModule as FromDuration
from ansible_collections.batchops.azure.plugins.filter.to_duration import FilterModule as ToDuration

from_duration = FromDuration().filters()["from_duration"]
to_duration = ToDuration().filters()["to_duration"]


@pytest.mark.parametrize(
    ("duration", "seconds"),
    [
        ("PT0S", 0),
        ("PT5M", 300),
        ("PT1H30M", 5400),
        ("P1D", 86_400),
        ("P1DT2H3M4.5S", 93_784.5),
        ("PT0.0000001S", 1e-7),
        # What the service answers for "no limit".
        ("P10675199DT2H48M5.4775807S", 922_337_203_685.4775807),
    ],
)
def test_what_the_service_writes_is_read(duration: str, seconds: float) -> None:
    assert from_duration(duration) == seconds


def test_weeks_are_read_too() -> None:
    assert from_duration("P2W") == 14 * 86_400


@pytest.mark.parametrize(
    "duration",
    ["", "P", "PT", "P1DT", "P1Y", "P1M", "1H", "PT1H ", "pt1h", "PT-5M", "PT1.5H", "PT1M1H", None, 5, ["PT1H"]],
)
def test_what_is_no_duration_is_refused_by_name(duration: Any) -> None:
    with pytest.raises(AnsibleFilterError) as error:
        from_duration(duration)
    assert str(error.value) == f"from_duration: {duration!r} is not a duration such as PT1H30M"


@pytest.mark.parametrize(
    ("seconds", "duration"),
    [
        (0, "PT0S"),
        (90, "PT1M30S"),
        (5400, "PT1H30M"),
        (86_400, "P1D"),
        (93_784.5, "P1DT2H3M4.5S"),
        (600, "PT10M"),
        (36_000_000, "P416DT16H"),
        (0.1, "PT0.1S"),
        (0.00000019, "PT0.0000001S"),
        ("300", "PT5M"),
    ],
)
def test_seconds_are_written_as_the_service_does(seconds: Any, duration: str) -> None:
    assert to_duration(seconds) == duration


@pytest.mark.parametrize("seconds", [-1, "an hour", True, None, float("nan"), float("inf"), [5]])
def test_what_is_no_number_of_seconds_is_refused_by_name(seconds: Any) -> None:
    with pytest.raises(AnsibleFilterError) as error:
        to_duration(seconds)
    assert str(error.value) == f"to_duration: {seconds!r} is not a number of seconds from 0 on"


@pytest.mark.parametrize("seconds", [0, 0.5, 59, 60, 3_599.9999999, 3_600, 86_399, 86_400, 1_000_000])
def test_there_and_back_is_the_same(seconds: float) -> None:
    assert from_duration(to_duration(seconds)) == seconds
