# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
name: to_duration
short_description: Turn seconds into a duration of Azure Batch
version_added: 1.0.0
description:
  - Turns seconds into a duration as the service writes it, such as V(PT1H30M).
author:
  - The batchops.azure authors (@batchops)
options:
  _input:
    description:
      - Seconds. Fractions below a ten-millionth of a second are cut off, because the service does not support them.
    type: float
    required: true
seealso:
  - plugin: batchops.azure.from_duration
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Refuse a job whose time is not limited to an hour and a half
  ansible.builtin.assert:
    that: job.constraints.max_wall_clock_time == 5400 | batchops.azure.to_duration
"""

RETURN = r"""
_value:
  description:
    - The same as a duration.
  type: str
  sample: PT1H30M
"""

from collections.abc import Callable
from decimal import ROUND_DOWN, Decimal, InvalidOperation
from typing import Any

from ansible.errors import AnsibleFilterError

_TICK = Decimal("0.0000001")


def to_duration(seconds: Any) -> str:
    try:
        # Through its decimal form: 0.1 is meant as a tenth.
        exact = Decimal(str(seconds)).quantize(_TICK, ROUND_DOWN)
        wrong = exact.is_nan() or exact < 0
    except InvalidOperation:
        wrong = True
    if wrong:
        raise AnsibleFilterError(f"to_duration: {seconds!r} is not a number of seconds from 0 on")
    minutes, rest = divmod(exact, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    time = _parts((hours, "H"), (minutes, "M"), (rest, "S"))
    date = _parts((days, "D"))
    return f"P{date}T{time}" if time else f"P{date}" if date else "PT0S"


def _parts(*parts: tuple[Decimal, str]) -> str:
    return "".join(f"{number.normalize():f}{unit}" for number, unit in parts if number)


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"to_duration": to_duration}
