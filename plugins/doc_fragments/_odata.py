# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options that say how much is read. Private to this collection."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
---
options:
  filter:
    description:
      - An OData filter that the service applies to a list, for example C(state eq 'active').
      - Property names are the service's own and case-sensitive. Times are written C(DateTime'2026-01-31T08:00:00Z').
    type: str
  select:
    description:
      - Properties to read, under the service's own names, for example V(id) or V(executionInfo).
      - The properties that the summary needs are always read as well.
    type: list
    elements: str
  limit:
    description:
      - The maximum number of items to return from a list, V(1) or more. It applies to each job or pool separately.
    type: int
  page_size:
    description:
      - How many items the service sends in one page of a list, V(1) to V(1000). It changes the number of requests, not the result.
      - If not set, the service decides, which means 1000.
      - A list of more than 10,000 pages is an error. Otherwise a list would never end if the service kept pointing to new pages.
    type: int
  details:
    description:
      - With V(summary), only counts and the ids of what failed are returned. The list of facts is empty, and as little as possible is transferred.
    type: str
    choices: [full, summary]
    default: full
  query:
    description:
      - A JMESPath expression over the result. Its value is returned as RV(ignore:query_result).
      - It sees the masked values that are returned. If masked values affect its value, there is a warning.
    type: str
  redact:
    description:
      - How secrets in the facts are masked. Any value other than these choices, such as V(true) or V(false), is refused.
      - With V(strict), values are masked by where they are, whatever they look like. Names stay readable. The masked values are those of environment
        settings and of upload headers, everything after the program's name in command lines, users and queries in URLs,
        options of containers and mounts, settings of extensions, passwords and keys.
        Of a shared access signature, V(se), V(sp) and V(sv) stay readable.
      - With V(patterns), passwords and keys are masked. So is anything else that looks like a secret, or that is the value of an environment
        setting whose name suggests one.
      - With V(none), nothing is masked. Credentials of the module itself are still not shown.
      - In free text from people and programs, such as messages, V(strict) also masks only what looks like a secret. That is best effort.
      - If a masked text has more than 32768 characters, its end is left out. With V(none), facts are never cut.
    type: str
    choices: [strict, patterns, none]
    default: strict
  missing_ok:
    description:
      - Whether a named object may be missing. Its id is then in C(summary.missing). A missing parent, such as the job of a task, is always an error.
    type: bool
    default: false
requirements:
  - jmespath, for O(query)
"""
