# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Times of the service, which have up to seven digits behind the second."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.batchops.azure.plugins.filter.from_timestamp import FilterModule

from_timestamp = FilterModule().filters()["from_timestamp"]
EIGHT = datetime(2026, 1, 31, 8)


@pytest.mark.parametrize(
    ("digits", "microseconds"),
    [("", 0), (".1", 100_000), (".123", 123_000), (".123456", 123_456), (".1234567", 123_456), (".9999999", 999_999)],
)
def test_any_number_of_digits_is_read(digits: str, microseconds: int) -> None:
    assert from_timestamp(f"2026-01-31T08:00:00{digits}Z") == EIGHT.replace(microsecond=microseconds)


@pytest.mark.parametrize(
    "timestamp",
    [
        "",
        "2026-01-31",
        "2026-01-31T08:00:00",
        "2026-01-31T08:00:00+01:00",
        "2026-01-31T08:00:00.12345678Z",
        " 2026-01-31T08:00:00Z",
        None,
        0,
    ],
)
def test_what_is_no_time_of_the_service_is_refused_by_name(timestamp: Any) -> None:
    with pytest.raises(AnsibleFilterError) as error:
        from_timestamp(timestamp)
    assert str(error.value) == f"from_timestamp: {timestamp!r} is not a time such as 2026-01-31T08:00:00.1234567Z"


def test_a_day_that_does_not_exist_is_refused() -> None:
    with pytest.raises(AnsibleFilterError, match="is not a time that exists"):
        from_timestamp("2026-02-30T08:00:00Z")
