# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
name: from_timestamp
short_description: Turn a time of Azure Batch into one that can be compared
version_added: 1.0.0
description:
  - Turns a time as the service writes it, such as V(2026-01-31T08:00:00.1234567Z), into a date and time in UTC.
  - The result has no time zone, like that of V(now(utc=true\)), so that one can be subtracted from the other.
author:
  - The batchops.azure authors (@batchops)
options:
  _input:
    description:
      - A time in UTC, with zero to seven decimal places of a second. The seventh is cut off.
    type: str
    required: true
"""

EXAMPLES = r"""
- name: Name the tasks that have been running for more than an hour
  ansible.builtin.debug:
    msg: "{{ item.id }} has been running for {{ age | int }} s"
  vars:
    age: "{{ (now(utc=true) - item.execution_info.start_time | batchops.azure.from_timestamp).total_seconds() }}"
  loop: "{{ read.tasks | selectattr('state', 'equalto', 'running') }}"
  loop_control:
    label: "{{ item.id }}"
  when: age | float > 3600
"""

RETURN = r"""
_value:
  description:
    - The same as a date and time of Python.
  type: raw
  sample: "2026-01-31 08:00:00.123456"
"""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from ansible.errors import AnsibleFilterError

_TIMESTAMP = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.([0-9]{1,7}))?Z")


def from_timestamp(timestamp: str) -> datetime:
    found = _TIMESTAMP.fullmatch(timestamp) if isinstance(timestamp, str) else None
    if not found:
        raise AnsibleFilterError(f"from_timestamp: {timestamp!r} is not a time such as 2026-01-31T08:00:00.1234567Z")
    second, digits = found.groups()
    try:
        return datetime.strptime(f"{second}.{(digits or '0')[:6]}", "%Y-%m-%dT%H:%M:%S.%f")
    except ValueError as error:
        raise AnsibleFilterError(f"from_timestamp: {timestamp!r} is not a time that exists") from error


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"from_timestamp": from_timestamp}
