# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
name: table
short_description: Align a list of facts in columns
version_added: 1.0.0
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
      - The headings, each with the value to show in its column.
      - A value is named by its keys with dots between them, such as V(task_counts.failed). A number counts the items of a list from 0.
        A value that is null or missing is shown as C(-).
      - A value that is a dictionary of numbers, such as C(by_state), is shown as V(12 idle, 1 offline).
      - Columns of numbers are aligned to the right. A value of several lines is printed on several lines.
    type: dict
    required: true
  width:
    description:
      - How wide a line may be, such as V(100) for a terminal. The widest columns are shortened first, and C(...) marks where something was cut.
      - Numbers and short values are not cut, unless there is no room even for them.
    type: int
  text:
    description:
      - Whether the lines are returned as one text, for M(ansible.builtin.fail) or for a file.
    type: bool
    default: false
positional: columns
"""

EXAMPLES = r"""
- name: Read the jobs
  batchops.azure.batch_job_info:
  register: found

- name: Show them
  ansible.builtin.debug:
    msg: "{{ found.jobs | batchops.azure.table({'job': 'id', 'state': 'state', 'failed': 'task_counts.failed'}) }}"

- name: Show what failed in a refusal
  vars:
    failed: "{{ found.jobs | selectattr('task_counts.failed') }}"
  ansible.builtin.fail:
    msg: "{{ failed | batchops.azure.table({'job': 'id', 'failed': 'task_counts.failed'}, width=100, text=true) }}"
  when: failed != []
"""

RETURN = r"""
_value:
  description:
    - The lines. With O(text=true), one text of them.
  type: raw
  sample:
    - job    state   failed
    - job-7  active       0
    - job-8  active       1
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible_collections.batchops.azure.plugins.module_utils._base.printable import printable

# Two blanks at least: YAML breaks long lines at single ones.
_BETWEEN = "  "
_CUT = "..."
# What a column keeps when others need the room: enough to tell one id from another.
_LEAST = 8

# A cell has a line for each line of its value.
Cell = list[str]


def table(rows: Any, columns: Any, width: int | None = None, text: bool = False) -> list[str] | str:
    # `zip` and `map` give neither lists nor tuples.
    if isinstance(rows, (str, Mapping)) or not isinstance(rows, Iterable):
        raise AnsibleFilterError(f"table: needs a list of rows, not {_kind(rows)}")
    if not isinstance(columns, Mapping) or not columns:
        raise AnsibleFilterError(f"table: columns are headings with the name of a value each, not {_kind(columns)}")
    if width is not None and (isinstance(width, bool) or not isinstance(width, int) or width < 1):
        raise AnsibleFilterError(f"table: width is a number of columns, not {width!r}")
    values = [[_value(row, heading, path) for heading, path in columns.items()] for row in rows]
    cells = [
        [_lines(str(heading)) for heading in columns],
        *([_lines(_shown(value)) for value in row] for row in values),
    ]
    right = [_all_numbers(column) for column in zip(*values)] or [False] * len(columns)
    widths = _widths(cells, right, width)
    lines = [_cut(line, width) for row in cells for line in _row(row, widths, right)]
    return "\n".join(lines) if text else lines


def _kind(value: Any) -> str:
    """What it is, rather than what is in it: that may be a whole account."""
    if value is None:
        return "null"
    kinds = (
        (Mapping, "a dictionary"),
        (str, "a text"),
        (bool, "a truth value"),
        ((int, float), "a number"),
        (list, "a list"),
    )
    return next((name for kind, name in kinds if isinstance(value, kind)), type(value).__name__)


def _value(row: Any, heading: Any, path: Any) -> Any:
    if not isinstance(path, str) or not path:
        raise AnsibleFilterError(f"table: column {str(heading)!r} needs the name of a value, not {_kind(path)}")
    if isinstance(row, str) or not isinstance(row, (Mapping, Sequence)):
        raise AnsibleFilterError(
            f"table: column {str(heading)!r} needs {path!r} of each row, and a row is {_kind(row)}, not a dictionary or a list"
        )
    value: Any = row
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
        return ", ".join(f"{number} {name}" for name, number in value.items()) or "-"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(map(_shown, value)) or "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "-" if value is None or value == "" else str(value)


def _lines(shown: str) -> Cell:
    return [printable(line.rstrip()) for line in shown.rstrip().splitlines()] or [""]


def _all_numbers(column: tuple[Any, ...]) -> bool:
    numbers = [value for value in column if value is not None]
    return bool(numbers) and all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in numbers)


def _widths(cells: list[list[Cell]], right: list[bool], most: int | None) -> list[int]:
    """As wide as the widest line of each column; within `most`, the widest columns of texts give way first."""
    widths = [max(len(line) for cell in column for line in cell) for column in zip(*cells)]
    texts = [number for number, numbers in enumerate(right) if not numbers]
    while most is not None and sum(widths) + len(_BETWEEN) * (len(widths) - 1) > most:
        widest = max(texts, key=widths.__getitem__, default=None)
        if widest is None or widths[widest] <= _LEAST:
            break
        widths[widest] -= 1
    return widths


def _row(cells: list[Cell], widths: list[int], right: list[bool]) -> Iterator[str]:
    for lines in zip_longest(*cells, fillvalue=""):
        cut = [_cut(line, width) for line, width in zip(lines, widths)]
        aligned = (
            line.rjust(width) if numbers else line.ljust(width) for line, width, numbers in zip(cut, widths, right)
        )
        yield _BETWEEN.join(aligned).rstrip()


def _cut(line: str, most: int | None) -> str:
    if most is None or len(line) <= most:
        return line
    return f"{line[: most - len(_CUT)]}{_CUT}" if most > len(_CUT) else line[:most]


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"table": table}
