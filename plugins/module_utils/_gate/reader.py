# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Judges many checks in one pass, each with the reader of its resource. Names each offender, the object to blame, once, with the checks that it blocks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Optional

from ansible_collections.batchops.azure.plugins.module_utils._base.digest import digest
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import ServiceError
from ansible_collections.batchops.azure.plugins.module_utils._base.verdict import (
    FAILED,
    PENDING,
    SATISFIED,
    Consequence,
    Judgement,
    Offender,
    Reason,
    weight,
)
from ansible_collections.batchops.azure.plugins.module_utils._http.client import Client
from ansible_collections.batchops.azure.plugins.module_utils._read.facts import Facts
from ansible_collections.batchops.azure.plugins.module_utils._read.options import ReadOptions
from ansible_collections.batchops.azure.plugins.module_utils._read.parallel import read_concurrently
from ansible_collections.batchops.azure.plugins.module_utils._read.snapshot import Reader, Snapshot

if TYPE_CHECKING:
    from ansible_collections.batchops.azure.plugins.module_utils._gate.checks import Check

# If access is refused for every check, there is one error. Rights may also differ by resource: then the other checks are still judged.
_NOT_SIGNED_IN, _FORBIDDEN = 401, 403
# How many sentences about one offender are shown: no more than an operator reads.
_MOST_SENTENCES = 3


@dataclass
class Finding:
    """The sentences about one offender, and the checks that it blocks."""

    offender: Offender
    # The reasons, each sentence once. One that stands alone also says how long its state has lasted.
    reasons: dict[str, Reason] = field(default_factory=dict)
    checks: list[str] = field(default_factory=list)
    # Other offenders in the same sentences that have no finding of their own.
    others: list[Offender] = field(default_factory=list)

    def add_check(self, name: str) -> None:
        if name not in self.checks:
            self.checks.append(name)

    def reason(self, several: bool) -> Reason:
        where = f" [{', '.join(self.checks)}]" if several else ""
        said, more = "; ".join(list(self.reasons)[:_MOST_SENTENCES]), len(self.reasons) - _MOST_SENTENCES
        sentence = f"{said}{f'; and {more} more' if more > 0 else ''}{where}"
        accused = (self.offender, *self.others)
        if len(self.reasons) > 1:
            return Reason(sentence, *accused)
        only = next(iter(self.reasons.values()))
        return Reason(sentence, *accused, lasting=only.lasting, total=only.total, tail=f"{only.tail}{where}")


# The key identifies an offender across checks.
Findings = dict[tuple[Optional[str], ...], Finding]


class GateReader:
    """All checks of a gate. They do not depend on each other and are read side by side."""

    kind = "checks"
    parent = "check"

    def __init__(self, client: Client, facts: Facts, options: ReadOptions) -> None:
        self._client = client
        self._checks: tuple[Check, ...] = options.checks
        # The same readers for every poll: a reader may remember what it saw.
        self._readers: list[Reader] = [check.resource.reader(client, facts, check.options) for check in options.checks]

    def read(self) -> Snapshot:
        answers = read_concurrently(self._client, range(len(self._checks)), self._look_at)
        refused = [answer for answer in answers if isinstance(answer, ServiceError)]
        if len(refused) == len(answers) and all(error.status == _FORBIDDEN for error in refused):
            raise refused[0]
        judgements = [_judgement_of(answer) for answer in answers]
        facts = [_facts_of(*found) for found in zip(self._checks, answers, judgements)]
        verdicts = [judgement.verdict for judgement in judgements]
        summary = {
            "total": len(verdicts),
            "succeeded": verdicts.count(SATISFIED),
            "pending": verdicts.count(PENDING),
            "failed": verdicts.count(FAILED),
            "missing": [],
            "truncated": False,
        }
        together = _judge_together(self._checks, judgements)
        together.digest = digest([judgement.digest for judgement in judgements])
        return Snapshot(facts=facts, summary=summary, judgement=together)

    def _look_at(self, index: int) -> Snapshot | ServiceError:
        try:
            return self._readers[index].read()
        except ServiceError as error:
            # The other checks are still judged. A transient error goes to the wait, which may poll again.
            if error.transient or error.status == _NOT_SIGNED_IN:
                raise
            return error


def _judgement_of(answer: Snapshot | ServiceError) -> Judgement:
    if isinstance(answer, ServiceError):
        return Judgement(failed=[Reason(str(answer))], digest=digest(answer.status, answer.code))
    return answer.judgement or Judgement(failed=[Reason("the check judged nothing")])


def _facts_of(check: Check, answer: Snapshot | ServiceError, judgement: Judgement) -> dict[str, Any]:
    facts = {
        "name": check.name,
        "check": check.resource.name,
        "condition": check.options.condition,
        "summary": {},
        "tolerated": [],
        **judgement.as_result(),
    }
    if isinstance(answer, ServiceError):
        return {**facts, "failure": answer.as_failure()}
    return {**facts, "summary": answer.summary}


def _judge_together(checks: tuple[Check, ...], judgements: list[Judgement]) -> Judgement:
    """One judgement over all checks: every offender once, whatever blocks most first."""
    by_name = [(check.name, judgement) for check, judgement in zip(checks, judgements)]
    failed = _findings((name, reason) for name, judgement in by_name for reason in judgement.failed)
    missing = _findings((name, reason) for name, judgement in by_name for reason in judgement.missing)
    # An offender that has failed in one check is not listed again as pending in another.
    for key in failed.keys() & missing.keys():
        for name in missing.pop(key).checks:
            failed[key].add_check(name)
    tolerated = (reason for judgement in judgements for reason in judgement.tolerated)
    return Judgement(
        _reasons(failed, several=len(checks) > 1),
        _reasons(missing, several=len(checks) > 1),
        # Several checks may tolerate the same failure.
        list({reason.sentence: reason for reason in tolerated}.values()),
        going_on=not all(judgement.settled for judgement in judgements),
    )


def _reasons(findings: Findings, several: bool) -> list[Reason]:
    ordered = sorted(findings.values(), key=lambda finding: weight(finding.offender))
    return [finding.reason(several) for finding in ordered]


def _findings(said: Iterable[tuple[str, Reason]]) -> Findings:
    """Each offender once, with all that checks say about it. `said` are names of checks, and their reasons.

    First what is said about one alone: whether a sentence about several says anything new depends on it.
    """
    findings: Findings = {}
    shared: list[tuple[str, Reason]] = []
    for name, reason in said:
        if _is_shared(reason):
            shared.append((name, reason))
        else:
            _add(findings, _accused(reason)[0], name, reason)
    for name, reason in shared:
        _add_shared(findings, name, reason)
    return findings


def _is_shared(reason: Reason) -> bool:
    """Whether the sentence is about several offenders, or about something that they block."""
    return len(reason.offenders) > 1 or isinstance(reason, Consequence)


def _add(findings: Findings, offender: Offender, name: str, reason: Reason) -> Finding:
    finding = findings.setdefault(_key(offender), Finding(offender))
    finding.offender = min(finding.offender, offender, key=weight)
    finding.reasons.setdefault(reason.sentence, reason)
    finding.add_check(name)
    return finding


def _add_shared(findings: Findings, name: str, reason: Reason) -> None:
    """All of them block the check. The sentence is kept only if it names an offender about which there is no other sentence."""
    accused = _accused(reason)
    unknown = [offender for offender in accused if _key(offender) not in findings]
    for offender in accused:
        if finding := findings.get(_key(offender)):
            finding.add_check(name)
    if unknown:
        first = min(accused, key=weight)
        found = _add(findings, first, name, reason)
        found.others += [other for other in unknown if other is not first]


def _accused(reason: Reason) -> tuple[Offender, ...]:
    """A sentence that names no offender counts as one itself."""
    return reason.offenders or (Offender("other", reason.sentence),)


def _key(offender: Offender) -> tuple[str | None, ...]:
    return (offender.why,) if offender.kind == "other" else offender.key
