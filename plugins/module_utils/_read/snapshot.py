# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What every reader hands on: what it has found in the account, at one time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeVar

if TYPE_CHECKING:
    from ansible_collections.batchops.azure.plugins.module_utils._base.verdict import Judgement
    from ansible_collections.batchops.azure.plugins.module_utils._http.client import Client
    from ansible_collections.batchops.azure.plugins.module_utils._read.facts import Facts
    from ansible_collections.batchops.azure.plugins.module_utils._read.options import ReadOptions

Item = TypeVar("Item")
Answer = TypeVar("Answer")
Summary = dict[str, Any]


class Snapshot:
    """One consistent answer: facts, their summary, and what the condition comes to, if there is one."""

    def __init__(
        self,
        facts: list[dict[str, Any]] | None = None,
        summary: Summary | None = None,
        by_parent: dict[str, Summary] | None = None,
        judgement: Judgement | None = None,
        warnings: list[str] | None = None,
    ) -> None:
        self.facts = facts or []
        self.summary = summary or {}
        self.by_parent = by_parent or {}
        self.judgement = judgement
        # What the user should know that is no part of the verdict.
        self.warnings = warnings or []


class Reader(Protocol):
    """One per resource. `kind` names the list in the result; `parent` what `by_...` is split by."""

    kind: str
    parent: str

    def __init__(self, client: Client, facts: Facts, options: ReadOptions) -> None:
        """What is asked, and through whom."""

    def read(self) -> Snapshot:
        """Reads once, and judges."""
