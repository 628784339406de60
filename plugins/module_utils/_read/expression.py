# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a user wants to be true of what was read, in JMESPath."""

from __future__ import annotations

from typing import Any

from ansible_collections.batchops.azure.plugins.module_utils._base.digest import digest
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import OptionError
from ansible_collections.batchops.azure.plugins.module_utils._base.verdict import Judgement, Reason, name_some
from ansible_collections.batchops.azure.plugins.module_utils._read.listed_twice import watching
from ansible_collections.batchops.azure.plugins.module_utils._read.options import ReadOptions
from ansible_collections.batchops.azure.plugins.module_utils._read.query import Query, in_place_of
from ansible_collections.batchops.azure.plugins.module_utils._read.snapshot import Snapshot


class Expression:
    """The option `expression`. `kind` names the list of facts in the result. What it is judged by is read with `options`."""

    def __init__(self, text: str, kind: str, options: ReadOptions) -> None:
        self._query = Query("expression", text)
        self.options = watching(options)
        if options.summary_only and self._query.mentions(kind):
            raise OptionError(
                "expression", f"is about {kind}, which details=summary leaves out; use summary, or details=full"
            )

    def judge(self, snapshot: Snapshot, facts: dict[str, Any]) -> Judgement:
        """What the condition of the snapshot comes to if the expression must be true of `facts` too."""
        judgement = snapshot.judgement or Judgement()
        twice, self.options.twice = self.options.twice, {}
        if self.options.watched:
            # It may be about any of it.
            judgement.digest += _digest_of(facts)
        # Null equals null, and "not null" is true.
        if strangers := self._query.strangers(facts):
            there = in_place_of(strangers, facts)
            raise OptionError("expression", f"reads {name_some(strangers)}, which is not in the result; {there}")
        lacking = self._query.lacking(facts)
        empty = [parent for parent, summary in snapshot.by_parent.items() if not summary["total"]]
        if lacking:
            judgement.missing.append(Reason(lacking))
        elif snapshot.summary["missing"]:
            judgement.missing.append(
                Reason(f"{name_some(snapshot.summary['missing'])}: not found, so the expression cannot be judged")
            )
        elif empty or not snapshot.summary["total"]:
            # "All of none" is true of every expression: an empty answer is never satisfied.
            where = f" in {name_some(empty)}" if empty else ""
            judgement.missing.append(Reason(f"nothing was found{where} that the expression could be true of"))
        elif twice:
            differing = "listed twice in one answer, with differences, so the expression cannot be judged"
            judgement.missing.append(Reason(f"{name_some(twice)}: {differing}"))
        return judgement


def _digest_of(value: Any) -> int:
    """Lists are taken in any order: the service does not always keep its own."""
    if isinstance(value, dict):
        return digest(sorted((name, _digest_of(item)) for name, item in value.items()))
    if isinstance(value, list):
        return digest(len(value), sum(map(_digest_of, value)))
    return digest(value)
