# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Facts of a wait. They are made and masked once, for the poll that is returned. What the other polls saw is judged, but never shown.

Loaded only where facts are not masked while they are read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.batchops.azure.plugins.module_utils._base.clock import Clock, Deadline
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import AnswerError
from ansible_collections.batchops.azure.plugins.module_utils._mask.allowance import MOST_CHARACTERS, Allowance
from ansible_collections.batchops.azure.plugins.module_utils._mask.places import URL
from ansible_collections.batchops.azure.plugins.module_utils._mask.text import MASK, NONE
from ansible_collections.batchops.azure.plugins.module_utils._read.facts import Change, Facts
from ansible_collections.batchops.azure.plugins.module_utils._read.properties import snake_case


def unfinished(judged: bool) -> Facts:
    """Makes facts during a poll. Facts that are judged are not masked: a mask must not make an expression true."""
    return Facts(NONE) if judged else _AsSent(NONE)


class _AsSent(Facts):
    """Names properties as in facts, and leaves their values as the service sent them: for `finished`."""

    def each(self, objects: Sequence[Mapping[str, Any]], **parent: str) -> list[dict[str, Any]]:
        return [{**parent, **{snake_case(name): value for name, value in wire.items()}} for wire in objects]


class FactsInTime(Facts):
    """Text beyond the allowance is masked completely. Entries under names of the user are masked with the name."""

    def __init__(self, redact: str, allowance: Allowance) -> None:
        super().__init__(redact)
        self._allowance = allowance

    def each(self, objects: Sequence[Mapping[str, Any]], **parent: str) -> list[dict[str, Any]]:
        """One by one: a value that many objects share is counted once for each object."""
        each = super().each
        return [each((wire,), **parent)[0] for wire in objects]

    def _once(self, make: Change) -> Change:
        """Every call is counted, because each may or may not be within the allowance."""
        return make

    def _in_place(self, place: str, shaped: Change) -> Change:
        change = super()._in_place(place, shaped)
        if place != URL:
            return change
        return lambda value: change(value) if not isinstance(value, str) or self._allowance.covers(value) else MASK

    def _free(self, value: str) -> str:
        return super()._free(value) if self._allowance.covers(value) else MASK

    def _user_keyed(self, value: dict[str, Any]) -> Any:
        if not self._masks:
            return super()._user_keyed(value)
        covered = {key: item for key, item in value.items() if self._allowance.covers_name(key)}
        made = super()._user_keyed(covered)
        return made if len(covered) == len(value) else {**made, MASK: MASK}

    def _covers_name(self, name: str) -> bool:
        return self._allowance.covers_name(name)


def finished(
    facts: list[dict[str, Any]], redact: str, deadline: Deadline | None
) -> tuple[list[dict[str, Any]], dict[str, list[str]]]:
    """The facts as they are returned, with what the result says about them. Without a deadline, all texts are searched for secrets."""
    allowance = Allowance(deadline or Deadline(Clock()))
    mask = FactsInTime(redact, allowance)
    try:
        made = [mask.of(fact) for fact in facts]
    except RecursionError as error:
        raise AnswerError("The answer of the service is nested too deeply") from error
    if not allowance.refused:
        return made, {}
    told = (
        f"wait_timeout: {allowance.refused} texts are masked whole. When it was over, only {MOST_CHARACTERS:,} characters more were"
        " searched for secrets. A longer wait_timeout, a select without them, or details=summary avoids it."
    )
    return made, {"warnings": [told]}
