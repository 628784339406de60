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
      - What the summary needs is always read as well.
    type: list
    elements: str
  limit:
    description:
      - The most items that a list returns, V(1) or more. It counts for each job or pool.
    type: int
  page_size:
    description:
      - How many items the service sends in one page of a list, V(1) to V(1000). It changes the number of requests, not the result.
      - If not set, the service decides, which means 1000.
      - A list of more than 10,000 pages is an error, because it would never end if the service went on leading to new pages.
    type: int
  details:
    description:
      - With V(summary), only counts and offenders are returned. The list of facts is empty, and as little as possible is transferred.
    type: str
    choices: [full, summary]
    default: full
  query:
    description:
      - A JMESPath expression over the result. What it gives is returned as RV(ignore:query_result).
      - It sees masked values as they are returned, and warns where they have a part in what it gives.
    type: str
  redact:
    description:
      - How secrets in the facts are masked. Anything else, such as V(true) or V(false), is refused.
      - With V(strict), by the place where they stand, whatever they look like. Names stay, values are masked. Those are the values of environment
        settings and of headers of uploads, all that is behind the program's name in command lines, users and queries of URLs,
        options of containers and mounts, settings of extensions, passwords and keys.
        Of a shared access signature V(se), V(sp) and V(sv) stay readable.
      - With V(patterns), passwords and keys, and elsewhere what can be told by its looks, or by the name of an environment setting.
      - With V(none), nothing. It does not show credentials of the module itself.
      - Texts of people and programs, such as messages, are judged by looks with V(strict) too. That is best effort.
      - Of a text of more than 32768 characters that is masked, the end is left out. With V(none) facts are never cut.
    type: str
    choices: [strict, patterns, none]
    default: strict
  missing_ok:
    description:
      - Whether it is fine that a named object does not exist. Its id is then in C(summary.missing). A missing parent is always an error.
    type: bool
    default: false
requirements:
  - jmespath, for O(query)
"""
