# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Facts of a wait: made and masked once, of the look that is returned. What its other looks saw is judged, and nobody sees it.

Loaded only where facts are not masked while they are read.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.batchops.azure.plugins.module_utils._base.clock import Deadline
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import AnswerError
from ansible_collections.batchops.azure.plugins.module_utils._mask.allowance import MOST_CHARACTERS, Allowance
from ansible_collections.batchops.azure.plugins.module_utils._mask.text import NONE
from ansible_collections.batchops.azure.plugins.module_utils._read.facts import Facts, fact_name


class AsSent(Facts):
    """Names properties as in facts, and leaves their values as the service sent them: for `finished`."""

    def __init__(self) -> None:
        super().__init__(NONE)

    def of(self, wire: Mapping[str, Any]) -> dict[str, Any]:
        return {fact: value for name, value in wire.items() if (fact := fact_name(name))}


def finished(
    facts: list[dict[str, Any]], redact: str, deadline: Deadline | None
) -> tuple[list[dict[str, Any]], list[str]]:
    """The facts as they are returned, and what a user should know of them. Without a deadline all texts are searched for secrets."""
    allowance = Allowance(deadline) if deadline else None
    mask = Facts(redact, allowance)
    try:
        made = [mask.of(fact) for fact in facts]
    except RecursionError as error:
        raise AnswerError("The answer of the service is nested too deeply") from error
    if not allowance or not allowance.refused:
        return made, []
    return made, [
        f"wait_timeout: {allowance.refused} texts are masked whole. When it was over, only {MOST_CHARACTERS:,} characters more were"
        " searched for secrets. A longer wait_timeout, a select without them, or details=summary avoids it."
    ]
