# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
name: from_duration
short_description: Turn a duration of Azure Batch into seconds
version_added: 1.0.0
description:
  - Turns a duration as the service writes it, such as V(PT1H30M), into seconds.
  - The service uses V(P10675199DT2H48M5.4775807S) for "no limit". The filter turns it into 922337203685.47758, which also means "no limit" for
    O(batchops.azure.batch_job_info#module:wait_timeout). There is a limit only if the value is less than 922337203685.
author:
  - The batchops.azure authors (@batchops)
options:
  _input:
    description:
      - A duration in weeks, days, hours, minutes and seconds. Years and months have no fixed length and are refused.
    type: str
    required: true
seealso:
  - plugin: batchops.azure.to_duration
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Give a wait as much time as the tasks of the job may take
  batchops.azure.batch_task_info:
    job_id: job-7
    condition: completed
    wait: true
    wait_timeout: "{{ job.constraints.max_wall_clock_time | batchops.azure.from_duration }}"

- name: Say that nothing ends the job by itself
  ansible.builtin.debug:
    msg: "{{ job.id }} may run for ever"
  when: job.constraints.max_wall_clock_time | batchops.azure.from_duration >= 922337203685
"""

RETURN = r"""
_value:
  description:
    - The same in seconds.
  type: float
  sample: 5400.0
"""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from ansible.errors import AnsibleFilterError

_WHOLE = "(?:([0-9]{1,12})%s)?"
_DATE = "".join(_WHOLE % unit for unit in "WD")
_TIME = "".join(_WHOLE % unit for unit in "HM") + r"(?:([0-9]{1,12}(?:\.[0-9]{1,7})?)S)?"
_DURATION = re.compile(f"P{_DATE}(?:T(?=[0-9]){_TIME})?")
# Weeks, days, hours, minutes, seconds.
_SECONDS_OF = (604_800, 86_400, 3_600, 60, 1)


def from_duration(duration: str) -> float:
    found = _DURATION.fullmatch(duration) if isinstance(duration, str) else None
    if not found or not any(found.groups()):
        raise AnsibleFilterError(f"from_duration: {duration!r} is not a duration such as PT1H30M")
    return float(sum(Decimal(number or 0) * seconds for number, seconds in zip(found.groups(), _SECONDS_OF)))


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"from_duration": from_duration}
