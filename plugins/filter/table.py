# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
name: table
short_description: Align a list of facts in columns
version_added: 0.1.0
description:
  - Turns a list of dictionaries, or of lists, into lines of text with one column for each value that is named. The first line holds the headings.
  - Print the lines as a list, for instance with M(ansible.builtin.debug). They stay aligned in both formats of results.
author:
  - The batchops.azure authors (@batchops)
options:
  _input:
    description:
      - The rows.
    type: list
    elements: raw
    required: true
  columns:
    description:
      - Headings, and the value that stands beneath each.
      - A value is named by its keys with dots between them, such as V(task_counts.failed). A number counts the items of a list from 0.
        A value that is null or not there is shown as C(-).
      - A value that is a dictionary of numbers, such as C(by_state), is shown as V(12 idle, 1 offline).
      - Columns of numbers are aligned to the right.
    type: dict
    required: true
positional: columns
"""

EXAMPLES = r"""
- name: Read the jobs
  batchops.azure.batch_job_info:
  register: found

- name: Show them
  ansible.builtin.debug:
    msg: "{{ found.jobs | batchops.azure.table({'job': 'id', 'state': 'state', 'failed': 'task_counts.failed'}) }}"
"""

RETURN = r"""
_value:
  description:
    - The lines.
  type: list
  elements: str
  sample:
    - job    state   failed
    - job-7  active       0
    - job-8  active       1
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible_collections.batchops.azure.plugins.module_utils._base.printable import printable

# Two blanks at least: YAML breaks long lines at single ones.
_BETWEEN = "  "


def table(rows: Any, columns: Any) -> list[str]:
    # `zip` and `map` give neither lists nor tuples.
    if isinstance(rows, (str, Mapping)) or not isinstance(rows, Iterable):
        raise AnsibleFilterError(f"table: needs a list of rows, not {rows!r}")
    if not isinstance(columns, Mapping) or not columns:
        raise AnsibleFilterError(f"table: columns are headings with the name of a value each, not {columns!r}")
    values = [[_value(row, str(path)) for path in columns.values()] for row in rows]
    lines = [[printable(str(heading)) for heading in columns], *([_shown(value) for value in row] for row in values)]
    widths = [max(map(len, column)) for column in zip(*lines)]
    right = [_all_numbers(column) for column in zip(*values)] or [False] * len(widths)
    return [_line(line, widths, right) for line in lines]


def _value(row: Any, path: str) -> Any:
    value = row
    for key in path.split("."):
        if isinstance(value, Mapping):
            value = value.get(key)
        elif isinstance(value, Sequence) and not isinstance(value, str) and key.isdecimal() and int(key) < len(value):
            value = value[int(key)]
        else:
            return None
    return value


def _shown(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{number} {printable(str(name))}" for name, number in value.items()) or "-"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(map(_shown, value)) or "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "-" if value is None or value == "" else printable(str(value))


def _all_numbers(column: tuple[Any, ...]) -> bool:
    numbers = [value for value in column if value is not None]
    return bool(numbers) and all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in numbers)


def _line(cells: list[str], widths: list[int], right: list[bool]) -> str:
    aligned = [
        cell.rjust(width) if numbers else cell.ljust(width) for cell, width, numbers in zip(cells, widths, right)
    ]
    return _BETWEEN.join(aligned).rstrip()


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"table": table}
