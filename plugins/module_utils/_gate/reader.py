# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Judges many checks in one pass, each by the reader of its resource, and says of each offender once what it blocks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

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
from ansible_collections.batchops.azure.plugins.module_utils._read.snapshot import Snapshot

if TYPE_CHECKING:
    from ansible_collections.batchops.azure.plugins.module_utils._gate.checks import Check

# Who is not let in is told so once. Rights may also differ by resource: then the other checks are judged.
_NOT_SIGNED_IN, _FORBIDDEN = 401, 403
# Of what is said about one offender, as much as an operator reads.
_MOST_SENTENCES = 3


@dataclass
class Finding:
    """What is said about one offender, and the checks that it keeps from being satisfied."""

    offender: Offender
    sentences: list[str]
    checks: list[str]
    # Whom else the sentences name, where nobody says more about them.
    others: list[Offender] = field(default_factory=list)

    def reason(self, several: bool) -> Reason:
        where = f" [{', '.join(self.checks)}]" if several else ""
        said, more = "; ".join(self.sentences[:_MOST_SENTENCES]), len(self.sentences) - _MOST_SENTENCES
        return Reason(f"{said}{f'; and {more} more' if more > 0 else ''}{where}", self.offender, *self.others)


class GateReader:
    """All checks of a gate. They do not depend on each other and are read side by side."""

    kind = "checks"
    parent = "check"

    def __init__(self, client: Client, facts: Facts, question: ReadOptions) -> None:
        self._client = client
        self._checks = question.checks
        # Kept over all looks: a reader may remember what it saw.
        self._readers = [check.resource.reader(client, facts, check.question) for check in question.checks]

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
        return Snapshot(facts=facts, summary=summary, judgement=_all(self._checks, judgements))

    def _look_at(self, index: int) -> Snapshot | ServiceError:
        try:
            return self._readers[index].read()
        except ServiceError as error:
            # The other checks are told all the same. What may pass is for the one who waits.
            if error.transient or error.status == _NOT_SIGNED_IN:
                raise
            return error


def _judgement_of(answer: Snapshot | ServiceError) -> Judgement:
    if isinstance(answer, ServiceError):
        return Judgement(failed=[Reason(str(answer))])
    return answer.judgement or Judgement(failed=[Reason("the check judged nothing")])


def _facts_of(check: Check, answer: Snapshot | ServiceError, judgement: Judgement) -> dict[str, Any]:
    facts = {
        "name": check.name,
        "check": check.resource.name,
        "condition": check.question.condition,
        "summary": {},
        "tolerated": [],
        **judgement.as_result(),
    }
    if isinstance(answer, ServiceError):
        return {**facts, "failure": answer.as_failure()}
    return {**facts, "summary": answer.summary}


def _all(checks: tuple[Check, ...], judgements: list[Judgement]) -> Judgement:
    """One judgement over all checks: every offender once, and first what blocks most."""
    several = len(checks) > 1
    by_name = [(check.name, judgement) for check, judgement in zip(checks, judgements)]
    failed = _findings((name, reason) for name, judgement in by_name for reason in judgement.failed)
    missing = _findings((name, reason) for name, judgement in by_name for reason in judgement.missing)
    # What has failed for one check is not also waited for.
    for key in [key for key in missing if key in failed]:
        failed[key].checks += [name for name in missing[key].checks if name not in failed[key].checks]
        del missing[key]
    return Judgement(
        [finding.reason(several) for finding in _by_weight(failed)],
        [finding.reason(several) for finding in _by_weight(missing)],
        # Several checks may tolerate the same.
        list({reason.sentence: reason for name, judgement in by_name for reason in judgement.tolerated}.values()),
        going_on=not all(judgement.settled for judgement in judgements),
    )


def _findings(said: Iterator[tuple[str, Reason]]) -> dict[tuple[Any, ...], Finding]:
    """What is said about each offender.

    A sentence about several, or about what they keep from going on, is kept only where it names one that nobody else does.
    """
    findings: dict[tuple[Any, ...], Finding] = {}
    about_several = []
    for name, reason in said:
        offenders = reason.offenders or (Offender("other", reason.sentence),)
        if len(offenders) > 1 or isinstance(reason, Consequence):
            about_several.append((name, reason, offenders))
        else:
            _add_finding(findings, offenders[0], name, reason.sentence)
    for name, reason, offenders in about_several:
        known = [findings[offender.key] for offender in offenders if offender.key in findings]
        for finding in known:
            finding.checks += [name] if name not in finding.checks else []
        unknown = [offender for offender in offenders if offender.key not in findings]
        if unknown:
            first = min(offenders, key=weight)
            _add_finding(findings, first, name, reason.sentence).others += [
                other for other in unknown if other is not first
            ]
    return findings


def _add_finding(findings: dict[tuple[Any, ...], Finding], offender: Offender, name: str, sentence: str) -> Finding:
    key = (*offender.key, offender.why) if offender.kind == "other" else offender.key
    finding = findings.setdefault(key, Finding(offender, [], []))
    if weight(offender) < weight(finding.offender):
        finding.offender = offender
    if sentence not in finding.sentences:
        finding.sentences.append(sentence)
    if name not in finding.checks:
        finding.checks.append(name)
    return finding


def _by_weight(findings: dict[tuple[Any, ...], Finding]) -> list[Finding]:
    return sorted(findings.values(), key=lambda finding: weight(finding.offender))
