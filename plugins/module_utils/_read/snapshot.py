# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What every reader returns: what it found in the account at one time."""

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
    """One consistent answer: facts, their summary and, if there is a condition, its judgement."""

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
        # Warnings to the user that are not part of the verdict.
        self.warnings = warnings or []


class Reader(Protocol):
    """One class per resource. `kind` is the name of the list in the result; `parent` is what `by_...` groups by."""

    kind: str
    parent: str

    def __init__(self, client: Client, facts: Facts, options: ReadOptions) -> None:
        """`options` say what to read, `client` sends the requests."""

    def read(self) -> Snapshot:
        """Reads once, and judges."""
